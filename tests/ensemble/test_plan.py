"""The plan of a fit: members, what they read, and units."""

import numpy as np
import pytest
from ensemble_cases import classifier, make_numbers, make_table, regressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from mmensemble import MultimodalClassifier, StackingFusion
from mmensemble.ensemble._engine import make_units
from mmensemble.ensemble._plan import make_plan, merge_plans, reduce_plan
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
    members = plan(needs=frozenset({"predictions"})).members.values()
    assert [member.name for member in members] == ["a", "b", "c"]
    assert [member.modality for member in members] == [0, 1, 2]


def test_several_learners_give_members_named_by_both():
    """With several, the learner's name follows; the joint member comes last."""
    members = list(plan(learners=TWO).members.values())
    assert [member.name for member in members] == [
        *("a__lr", "a__nb", "b__lr", "b__nb", "c__lr", "c__nb"),
        *("concat__lr", "concat__nb"),
    ]
    assert members[-1].modality is None


def test_blocks_alone_have_no_members():
    """A feature-level fusion needs blocks and nothing else."""
    made = plan(needs=frozenset({"blocks"}))
    assert made.members == made.learners == made.joined == {}
    readers = [made.readers[key] for key in made.blocks]
    assert [reader.name for reader in readers] == ["a", "b", "c"]
    assert [reader.width for reader in readers] == [2, 1, 1]


def test_no_blocks_unless_needed():
    """A decision-level fusion keeps no blocks."""
    assert plan(needs=frozenset({"predictions"})).blocks == ()


def test_auto_is_dense_where_a_learner_needs_it():
    """Automatic extractors are sparse only where every learner takes that."""
    sparse, dense = plan(), plan(learners=TWO)
    extractor = sparse.readers[sparse.blocks[0]].extractor
    assert isinstance(extractor, AutoExtractor)
    assert not extractor.dense
    assert dense.readers[dense.blocks[0]].extractor.dense


def test_own_learner_has_no_shared_ones():
    """A modality with its own learner has that member alone."""
    own = make_pipeline(StandardScaler(), LinearSVC())
    members = plan([("a", own, [0]), ("b", "auto", [1])], TWO).members.values()
    members = list(members)
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


@pytest.mark.parametrize(("refit", "n_kept"), [(True, 1), (False, 3)])
def test_joined_members_tie_units_together(refit, n_kept):
    """With a member on all modalities, there is one unit a set of rows."""
    splits = [(np.array([0, 1]), np.array([2]))] * 2
    units = make_units(plan(), splits, 3, refit=refit)
    assert [unit.fold for unit in units] == [0, 1, None]
    assert sum(unit.keep for unit in units) == n_kept
    assert all(len(unit.plan.readers) == 3 for unit in units)
    assert [unit.plan.blocks for unit in units[:2]] == [(), ()]
    assert units[2].plan.blocks == tuple(units[2].plan.readers)
    assert bool(units[2].plan.members) is refit
    assert units[2].train.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("n_workers", "n_units"), [(1, 3), (2, 12), (3, 12), (None, 3)]
)
def test_units_for_idle_workers(n_workers, n_units):
    """Rather than wait, workers read once more for the member on all modalities."""
    splits = [(np.array([0, 1]), np.array([2]))] * 2
    given = {} if n_workers is None else {"n_workers": n_workers}
    units = make_units(plan(), splits, 3, refit=True, **given)
    assert len(units) == n_units
    joined = [unit for unit in units if unit.plan.joined]
    assert len(joined) == 3
    assert sum(len(unit.plan.blocks) for unit in units) == 3
    wanted = plan()
    for fold in (0, 1, None):
        own = [unit.plan.members for unit in units if unit.fold == fold]
        assert sorted(m for members in own for m in members) == sorted(wanted.members)


@pytest.mark.parametrize(
    "needs", [{"predictions"}, {"predictions", "blocks"}, {"blocks"}]
)
def test_units_of_modalities_apart(needs):
    """Otherwise there is one a modality and set of rows, whoever needs it."""
    splits = [(np.array([0, 1]), np.array([2]))] * 2
    made = plan(needs=frozenset(needs))
    units = make_units(made, splits if made.members else [], 3, refit=True)
    assert len(units) == (9 if "predictions" in needs else 3)
    assert all(len(unit.plan.readers) == 1 for unit in units)
    whole = [unit for unit in units if unit.fold is None]
    assert [unit.plan.blocks for unit in whole] == [
        (key,) if "blocks" in needs else () for key in made.readers
    ]


def test_own_learner_reads_apart_from_its_block():
    """The raw columns of a modality's own learner are no block: two parts."""
    resolved = [("a", LogisticRegression(), [0]), ("b", "auto", [1])]
    made = plan(resolved, needs=frozenset({"predictions", "blocks"}))
    parts = made.parts()
    assert [list(part.readers) for part in parts] == [
        *(["a|sparse"], ["b|sparse"], ["a|raw"])
    ]
    assert [len(part.members) for part in parts] == [0, 1, 1]


def test_restricted_plan():
    """A part has the readers that its members and blocks need, and no others."""
    made = plan(learners=TWO)
    joined = [member for member in made.members if member[0] in made.joined]
    part = made.restricted(joined[:1], ())
    assert list(part.members) == list(part.learners) == joined[:1]
    assert list(part.readers) == list(made.readers)
    part = made.restricted([next(iter(made.members))], [made.blocks[2]])
    assert [reader.name for reader in part.readers.values()] == ["a", "c"]
    assert part.joined == {}


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
    """What is read alike is read once, for the learners of both."""
    few, many = plan(learners=ONE), plan(learners=(*ONE, ("svc", LinearSVC())))
    merged = merge_plans([few, many])
    assert list(merged.readers) == list(few.readers) == list(many.readers)
    assert merged.blocks == few.blocks
    assert set(merged.members) == set(few.members) | set(many.members)
    assert len(merged.learners) == len(many.learners)
    assert list(merged.joined) == list(few.joined)


def test_dense_and_sparse_blocks_are_not_the_same():
    """Automatic extractors read densely and sparsely, which is twice; others once."""
    merged = merge_plans([plan(), plan(learners=TWO)])
    names = [merged.readers[key].name for key in merged.blocks]
    assert names == ["a", "b", "c", "a", "c"]


def test_reduced_plan():
    """What is at hand is not planned again."""
    made = plan(learners=TWO)
    known = {member for member in made.members if member[1] == "lr"}
    rest = reduce_plan(made, known, {made.blocks[0]})
    assert [member.name for member in rest.members.values()] == [
        *("a__nb", "b__nb", "c__nb", "concat__nb")
    ]
    assert rest.blocks == made.blocks[1:]
    assert len(rest.readers) == 3
    nothing = reduce_plan(made, set(made.members), set(made.blocks))
    assert (nothing.readers, nothing.joined) == ({}, {})
