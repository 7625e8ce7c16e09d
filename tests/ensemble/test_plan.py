"""The plan of a fit: members, sources and units."""

import numpy as np
import pytest
from ensemble_cases import classifier, make_numbers, make_table, regressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from mmensemble import MultimodalClassifier, StackingFusion
from mmensemble.ensemble._plan import make_plan, make_units, merge_plans, reduce_plan
from mmensemble.features import AutoExtractor

RESOLVED = [("a", "auto", [0, 1]), ("b", StandardScaler(), [2]), ("c", "auto", 3)]
ONE = (("estimator", LogisticRegression()),)
TWO = (("lr", LogisticRegression()), ("nb", GaussianNB()))
ALL = frozenset({"predictions", "blocks", "concat member"})


def plan(resolved=None, learners=ONE, needs=ALL):
    """Make the plan of a classifier."""
    return make_plan(resolved or RESOLVED, learners, needs, classifier=True)


def test_one_learner_gives_members_named_by_modality():
    """With one learner, a member has the name of its modality."""
    members = plan(needs=frozenset({"predictions"})).members
    assert [member.name for member in members] == ["a", "b", "c"]
    assert [member.modality for member in members] == [0, 1, 2]


def test_several_learners_give_members_named_by_both():
    """With several, the learner's name follows; the joint member comes last."""
    members = plan(learners=TWO).members
    assert [member.name for member in members] == [
        *("a__lr", "a__nb", "b__lr", "b__nb", "c__lr", "c__nb"),
        *("concat__lr", "concat__nb"),
    ]
    assert members[-1].modality is None


def test_blocks_alone_have_no_members():
    """A feature-level fusion needs blocks and nothing else."""
    made = plan(needs=frozenset({"blocks"}))
    assert made.members == made.sources == ()
    assert [source.name for source in made.blocks] == ["a", "b", "c"]
    assert [source.width for source in made.blocks] == [2, 1, 1]


def test_no_blocks_unless_needed():
    """A decision-level fusion keeps no blocks."""
    assert plan(needs=frozenset({"predictions"})).blocks == ()


def test_auto_is_dense_where_a_learner_needs_it():
    """Automatic extractors are sparse only where every learner takes that."""
    sparse, dense = plan(), plan(learners=TWO)
    assert isinstance(sparse.blocks[0].reader.extractor, AutoExtractor)
    assert not sparse.blocks[0].reader.extractor.dense
    assert dense.blocks[0].reader.extractor.dense


def test_own_learner_has_no_shared_ones():
    """A modality with its own learner has that member alone."""
    own = make_pipeline(StandardScaler(), LinearSVC())
    members = plan([("a", own, [0]), ("b", "auto", [1])], TWO).members
    names = [member.name for member in members]
    assert names == ["a", "b__lr", "b__nb", "concat__lr", "concat__nb"]
    assert [member.has_proba for member in members[:2]] == [False, True]


def test_own_learner_of_the_other_kind_is_refused():
    """A regressor cannot be a modality's learner in a classifier."""
    with pytest.raises(TypeError, match="Learner 'a' must be a classifier, got the"):
        plan([("a", Ridge(), [0])])


def test_modality_with_the_joint_members_name():
    """The joint member's name is taken, also for modalities found by prefix."""
    X, y = make_table()
    X.columns = [column.replace("a__", "concat__") for column in X]
    model = MultimodalClassifier(fusion=StackingFusion(concat_member=True))
    with pytest.raises(ValueError, match="'concat' is that of the member on all"):
        model.fit(X, y)


@pytest.mark.parametrize(("refit", "n_units"), [(True, 15), (False, 11)])
def test_units(refit, n_units):
    """One unit a source and fold, one a source on all rows if refitted, blocks."""
    made = plan()
    splits = [(np.array([0, 1]), np.array([2]))] * 2
    units = make_units(made, splits, 3, refit=refit)
    assert len(units) == n_units
    assert all(unit.keep is not refit for unit in units if unit.fold is not None)
    assert [unit.source.name for unit in units if unit.keep_block] == ["a", "b", "c"]
    full = next(unit for unit in units if unit.fold is None)
    assert full.train.tolist() == [0, 1, 2]


@pytest.mark.parametrize("fusion", ["voting", "stacking"])
def test_list_of_learners(fusion):
    """Each of several learners is fitted on every modality, under its name."""
    X, y = make_table()
    learners = [("lr", LogisticRegression()), ("nb", GaussianNB())]
    model = classifier(X, fusion, estimator=learners).fit(X, y)
    assert list(model.estimators_) == [
        f"{m}__{name}" for m in "abc" for name in ("lr", "nb")
    ]
    assert isinstance(model.estimators_["b__nb"], GaussianNB)
    model.set_params(lr__C=0.01, nb=LogisticRegression(C=2)).fit(X, y)
    assert model.estimators_["a__lr"].C == 0.01
    assert model.estimators_["c__nb"].C == 2


def test_list_of_regressors_nests_parameters():
    """``set_params(ridge__alpha=...)`` reaches every member of that learner."""
    X, _ = make_table()
    model = regressor(X, estimator=[("ridge", Ridge()), ("strong", Ridge(100))])
    model.set_params(ridge__alpha=7.0).fit(X, make_numbers(X))
    assert model.estimators_["a__ridge"].alpha == 7.0
    assert model.estimators_["a__strong"].alpha == 100


def test_list_of_learners_on_fused_features():
    """At the feature level the learners' predictions are averaged."""
    X, y = make_table()
    learners = [("lr", LogisticRegression()), ("nb", GaussianNB())]
    both = classifier(X, "concat", estimator=learners).fit(X, y).predict_proba(X)
    alone = [
        classifier(X, "concat", estimator=learner).fit(X, y).predict_proba(X)
        for _, learner in learners
    ]
    np.testing.assert_allclose(both, np.mean(alone, axis=0), atol=1e-12)


@pytest.mark.parametrize("fusion", ["voting", "stacking"])
def test_ensemble_as_a_modalitys_learner(fusion):
    """A multimodal classifier inside another makes three levels."""
    X, y = make_table()
    inner = classifier(X[[c for c in X if not c.startswith("c")]], "stacking")
    modalities = [
        ("pair", inner, [c for c in X if not c.startswith("c")]),
        ("c", StandardScaler(), ["c__0", "c__1"]),
    ]
    model = MultimodalClassifier(
        modalities, fusion=fusion, estimator=LogisticRegression(), cv=3
    )
    groups = np.repeat(np.arange(20), 3)
    model.fit(X, y, groups=groups, sample_weight=np.ones(60))
    assert isinstance(model.estimators_["pair"], MultimodalClassifier)
    assert list(model.estimators_["pair"].estimators_) == ["a", "b"]
    assert model.set_params(pair__a__with_mean=False) is model
    assert model.get_params()["pair__estimator__C"] == 1.0
    assert model.score(X, y) > 0.7


def test_merged_plans_do_nothing_twice():
    """Equal sources are one, with the learners of both; positions lead back."""
    few, many = plan(learners=ONE), plan(learners=(*ONE, ("svc", LinearSVC())))
    merged, positions = merge_plans([few, many])
    assert len(merged.sources) == len(many.sources)
    assert len(merged.blocks) == 3
    for own, where in zip([few, many], positions, strict=True):
        found = [merged.members[k] for k in where]
        assert [(m.modality, m.learner) for m in found] == [
            (m.modality, m.learner) for m in own.members
        ]


def test_dense_and_sparse_blocks_are_not_the_same():
    """What one fusion reads densely and another sparsely is read twice."""
    merged, _ = merge_plans([plan(), plan(learners=TWO)])
    assert len(merged.blocks) == 6


def test_reduced_plan():
    """What is at hand is not planned again; the rest is numbered anew."""
    made = plan(learners=TWO)
    known = {(source.key, "lr") for source in made.sources}
    rest = reduce_plan(made, known, {made.blocks[0].key})
    assert [member.name for member in rest.members] == [
        *("a__nb", "b__nb", "c__nb", "concat__nb")
    ]
    assert [s.learners[0][0] for s in rest.sources] == [0, 1, 2, 3]
    assert [source.name for source in rest.blocks] == ["b", "c"]
    everything = known | {(source.key, "nb") for source in made.sources}
    assert reduce_plan(made, everything, set()).sources == ()
