"""What estimators that learn from unlabelled rows share."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from semi_cases import base, hide, make_table
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from mmensemble import (
    CoTraining,
    MultimodalClassifier,
    MultimodalSelfTraining,
    compare_fusions,
)
from mmensemble.semi_supervised import LabelledFold

X, Y = make_table()
HIDDEN = hide(Y, 40)


def models(**options):
    """Return one of each kind."""
    given = {"estimator": base(), "random_state": 0, "rounds": 2} | options
    return [
        MultimodalSelfTraining(**given),
        CoTraining(**given),
        CoTraining(method="tri", **given),
    ]


each = pytest.mark.parametrize("kind", range(3), ids=["self", "views", "tri"])


@each
def test_without_unlabelled_rows_it_is_the_supervised_model(kind):
    """Bit for bit; so it is with a share of zero."""
    wanted = base().fit(X.iloc[:40], Y[:40]).predict_proba(X)
    for y, rows, share in ((Y[:40], 40, 1.0), (HIDDEN, 240, 0.0)):
        model = models(share=share)[kind].fit(X.iloc[:rows], y)
        np.testing.assert_array_equal(model.predict_proba(X), wanted)
        assert not model.accepted_
        assert model.history_ is None


@each
def test_labels_of_unlabelled_rows_change_nothing(kind):
    """Whatever they would have been, and by whatever they are missing."""
    first = models()[kind].fit(X, HIDDEN)
    other = np.array(Y, dtype=object)
    other[40:] = np.nan
    second = models()[kind].fit(X, other)
    third = models(missing_label="?")[kind].fit(X, hide(Y, 40, "?"))
    more = models()[kind].fit(X.iloc[:40], Y[:40], unlabelled=X.iloc[40:])
    for model in (second, third, more):
        np.testing.assert_array_equal(model.predict_proba(X), first.predict_proba(X))
    assert first.classes_.tolist() == ["u", "v"]
    np.testing.assert_allclose(first.predict_proba(X).sum(axis=1), 1)
    assert set(first.predict(X)) <= {"u", "v"}


@each
def test_shuffled_labels_give_chance(kind):
    """Nothing leaks into the rows that judge."""
    rng = np.random.default_rng(0)
    scores = []
    for seed in range(3):
        X, y = make_table(seed=seed)
        y = rng.permutation(y)
        model = models(guard=False)[kind].fit(X.iloc[:160], hide(y[:160], 60))
        scores.append(model.score(X.iloc[160:], y[160:]))
    assert abs(np.mean(scores) - 0.5) < 0.12


@each
def test_groups_and_weights(kind):
    """Are taken, with and without metadata routing."""
    groups, weight = np.arange(240) % 12, np.ones(240)
    given = {"groups": groups}
    first = models()[kind].fit(X, HIDDEN, **given, sample_weight=weight)
    with config_context(enable_metadata_routing=True):
        learner = LogisticRegression().set_fit_request(sample_weight=True)
        routed = models(estimator=base(estimator=learner))[kind]
        second = routed.fit(X, HIDDEN, **given)
    np.testing.assert_allclose(first.predict_proba(X), second.predict_proba(X))
    third = models()[kind].fit(
        X.iloc[:40], Y[:40], unlabelled=X.iloc[40:], groups=groups[:40]
    )
    assert third.predict_proba(X).shape == (240, 2)
    none = np.where(np.arange(240) < 40, 0.0, 1.0)
    with pytest.raises(ValueError, match="have a 'sample_weight' of zero"):
        models()[kind].fit(X, HIDDEN, sample_weight=none)
    with pytest.raises(TypeError, match="Only 'unlabelled', 'sample_weight' and"):
        models()[kind].fit(X, HIDDEN, other=1)


@each
def test_the_scale_of_weights_does_not_matter(kind):
    """More rows without a label weigh as those with one do, in any unit."""
    found = []
    for weight in (None, np.full(40, 1e-6), np.full(40, 3.7)):
        # a learner that has no penalty, whose choice would hang on rounding
        model = models(estimator=base(estimator=GaussianNB()), guard=False)[kind]
        more = {"unlabelled": X.iloc[40:], "sample_weight": weight}
        found.append(model.fit(X.iloc[:40], Y[:40], **more).predict_proba(X))
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], atol=1e-6)


@each
def test_estimators_without_members_are_refused(kind):
    """The message says what to use."""
    with pytest.raises(ValueError, match="which works on features: no modality pred"):
        models(estimator=base(fusion="concat"))[kind].fit(X, HIDDEN)
    with pytest.raises(TypeError, match="must be a MultimodalClassifier, got Logistic"):
        models(estimator=LogisticRegression())[kind].fit(X, HIDDEN)
    with pytest.raises(ValueError, match="needs at least 2 classes"):
        models()[kind].fit(X, np.where(np.arange(240) < 40, "u", None))


@each
def test_missing_modalities(kind):
    """Rows that lack some, labelled and not, at fit and at predict."""
    holes = X.copy()
    holes.loc[30:90, [c for c in X if c.startswith("a")]] = np.nan
    holes.loc[100:140, [c for c in X if c.startswith("b")]] = np.nan
    model = models(guard=False)[kind].fit(holes, HIDDEN)
    assert np.isfinite(model.predict_proba(holes)).all()


@each
def test_pipelines_searches_and_files(kind):
    """Splits hold out labelled rows only; parameters nest; a copy predicts alike."""
    pipeline = make_pipeline(FunctionTransformer(), models(guard=False)[kind])
    step = pipeline.steps[-1][0]
    search = GridSearchCV(
        pipeline, {f"{step}__share": [0.0, 0.5]}, cv=LabelledFold(2)
    ).fit(X, HIDDEN)
    again = pickle.loads(pickle.dumps(search.best_estimator_))
    np.testing.assert_array_equal(again.predict(X), search.predict(X))
    assert "estimator__cv" in models(guard=False)[kind].get_params()
    own = models(guard=False)[kind]
    assert cross_val_score(own, X, HIDDEN, cv=LabelledFold(2)).mean() > 0.5
    params = {"unlabelled": X.iloc[40:]}
    assert cross_val_score(own, X.iloc[:40], Y[:40], cv=2, params=params).mean() > 0.5


@each
def test_a_seed_makes_it_repeatable(kind):
    """Two fits are equal, and parallel ones too."""
    first = models()[kind].fit(X, HIDDEN).predict_proba(X)
    second = models(n_jobs=2)[kind].fit(X, HIDDEN).predict_proba(X)
    np.testing.assert_array_equal(first, second)


@each
def test_few_rows_leave_nothing_to_judge_by(kind):
    """Then the guard keeps the supervised model."""
    few = np.array(["u", "v", "v", *[None] * 37], dtype=object)
    given = base(cv=None, fusion="voting")
    model = models(estimator=given)[kind].fit(X.iloc[:40], few)
    assert not model.accepted_
    assert model.history_ is None


def test_unlabelled_tables_go_by_name():
    """In any order; missing columns are named."""
    more = X.iloc[40:, ::-1]
    first = models()[0].fit(X.iloc[:40], Y[:40], unlabelled=more)
    second = models()[0].fit(X, HIDDEN)
    np.testing.assert_array_equal(first.predict_proba(X), second.predict_proba(X))
    with pytest.raises(ValueError, match=r"columns are missing: \['b__2'\]"):
        models()[0].fit(X.iloc[:40], Y[:40], unlabelled=X.iloc[40:, :-1])
    plain = X.to_numpy()
    modalities = [("a", "auto", [0, 1, 2]), ("b", "auto", [3, 4, 5])]
    model = models(estimator=MultimodalClassifier(modalities, fusion="voting"))[0]
    with pytest.raises(ValueError, match="second table has 5 columns, the first 6"):
        model.fit(plain[:40], Y[:40], unlabelled=plain[40:, :5])


def test_the_default_estimator():
    """Stacks linear models, of frames whose names tell the modalities."""
    model = MultimodalSelfTraining(rounds=1, labels="pool").fit(X, HIDDEN)
    assert isinstance(model.estimator_, MultimodalClassifier)
    assert isinstance(model.history_, pd.DataFrame)


@each
def test_columns_at_predict_go_by_name(kind):
    """As of the model within: in any order, beside others, absent if it may be."""
    model = models()[kind].fit(X, HIDDEN)
    wanted = model.predict_proba(X)
    other = X[X.columns[::-1]].assign(more=1)
    np.testing.assert_array_equal(model.predict_proba(other), wanted)
    with pytest.raises(ValueError, match=r"missing: \['b__2'\], read by \['b'\] of"):
        model.predict(X.iloc[:, :-1])


def test_unlabelled_tables_of_another_kind():
    """Are told by the parameter's name; one without rows is none."""
    model, own = models()[0], X.iloc[:40]
    with pytest.raises(
        TypeError, match=r"'unlabelled' .* a pandas DataFrame; got a num"
    ):
        model.fit(own, Y[:40], unlabelled=X.to_numpy())
    with pytest.raises(ValueError, match="The 'unlabelled' parameter: columns are mis"):
        model.fit(own, Y[:40], unlabelled=X.iloc[:, :-1])
    for none in (X.iloc[:0], []):
        assert not len(model.fit(own, Y[:40], unlabelled=none).kept_)


def test_parameters_of_the_estimator_are_checked():
    """It is fitted inside, past its own checks."""
    wrong = base().set_params(members="cv")
    with pytest.raises(ValueError, match="The 'members' parameter of MultimodalClassi"):
        models(estimator=wrong)[0].fit(X, HIDDEN)
    with pytest.raises(ValueError, match="The 'members' parameter of compare_fusions"):
        compare_fusions(wrong, X, Y, cv=2, error_score="raise")


def test_learners_without_weights():
    """Cannot learn from pseudo-labels, and that is told so."""
    given = base().set_params(estimator=KNeighborsClassifier())
    with pytest.raises(
        TypeError, match=r"how sure their .* does not support sample_wei"
    ):
        models(estimator=given)[0].fit(X, HIDDEN)
    with pytest.raises(TypeError, match="Leave sample_weight out"):
        models(estimator=given)[0].fit(X, HIDDEN, sample_weight=np.ones(240))


def test_scores_leave_out_rows_without_a_label():
    """In searches and cross-validation, where y holds whole numbers beside None."""
    codes = np.array([None if label is None else int(label == "v") for label in HIDDEN])
    scores = cross_val_score(models(rounds=1)[0], X, codes, cv=LabelledFold(2))
    texts = cross_val_score(models(rounds=1)[0], X, HIDDEN, cv=LabelledFold(2))
    np.testing.assert_array_equal(scores, texts)


@each
def test_splits_count_labelled_rows(kind):
    """Others are refused, by what the table has."""
    given = base().set_params(cv=[(np.arange(40), [99])])
    with pytest.raises(ValueError, match="'cv' parameter names row 99 as a test row"):
        models(estimator=given)[kind].fit(X, HIDDEN)


def test_only_the_supervised_model_is_printed(capsys):
    """Fits on pseudo-labels are many, and describe no table of the user's."""
    given = base().set_params(verbose=1)
    plain = given.fit(X.iloc[:40], Y[:40])
    alone = capsys.readouterr().out
    model = models(estimator=given, guard=False)[0].fit(X, HIDDEN)
    printed = capsys.readouterr().out
    assert printed.count("\n") == alone.count("\n") > 0
    assert model.estimator_.verbose == plain.verbose == 1


def test_rows_without_any_modality_are_told_once():
    """Of the labelled rows, not of every fold and round."""
    empty = X.copy()
    empty.iloc[[0, 1, 60, 61]] = np.nan
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        models()[0].fit(empty, HIDDEN)
    told = {str(warning.message) for warning in caught}
    assert len(told) == 1
    assert told.pop().startswith("2 of 40 rows have none of the modalities")
