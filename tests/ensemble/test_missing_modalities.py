"""Missing modalities: any pattern, at fit and at predict, for every fusion."""

import numpy as np
import pytest
from ensemble_cases import (
    classifier,
    hide,
    make_numbers,
    make_table,
    regressor,
    transformer,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, train_test_split

from mmensemble import (
    ConcatFusion,
    MultimodalClassifier,
    StackingFusion,
    VotingFusion,
)
from mmensemble.datasets import load_nutrimouse

EVERY = {
    "concat": ConcatFusion(),
    "concat impute": ConcatFusion(missing="impute"),
    "concat dropout": ConcatFusion(missing="dropout"),
    "voting": VotingFusion(),
    "voting optimize": VotingFusion(weights="optimize"),
    "stacking": StackingFusion(),
    "stacking indicator": StackingFusion(missing="indicator"),
    "stacking all": StackingFusion(
        passthrough=True, concat_member=True, max_patterns=2
    ),
}
EVERY_FUSION = pytest.mark.parametrize("name", EVERY)
EVERY_TASK = pytest.mark.parametrize("make", [classifier, regressor])
NOTHING = "ignore:.* rows have none of the modalities"


def target(make, X, y):
    """Return labels or numbers."""
    return y if make is classifier else make_numbers(X)


def check(model, X):
    """Predict; every row must have a finite prediction, and sums of one."""
    predicted = model.predict(X)
    assert len(predicted) == len(X)
    if hasattr(model, "predict_proba"):
        probabilities = model.predict_proba(X)
        assert (probabilities >= 0).all()
        assert_allclose(probabilities.sum(axis=1), 1)
    else:
        assert np.isfinite(predicted).all()


def apply(X, present):
    """Return the frame without the modalities that `present` denies a row."""
    for position, name in enumerate("abc"):
        X = hide(X, name, np.flatnonzero(~present[:, position]))
    return X


@EVERY_FUSION
@EVERY_TASK
@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_every_pattern(name, make, members):
    """Rows of every pattern are learnt from and predicted."""
    X, y = make_table()
    patterns = (np.arange(1, 8)[:, None] >> np.arange(3) & 1).astype(bool)
    shown = apply(X, patterns[np.arange(60) % 7])
    model = make(X, EVERY[name], members=members).fit(shown, target(make, X, y))
    check(model, shown)
    for row in range(7):
        check(model, shown.iloc[row : row + 1])


@EVERY_FUSION
@EVERY_TASK
def test_absent_only_at_predict(name, make):
    """A modality that every training row has may be absent later."""
    X, y = make_table()
    model = make(X, EVERY[name]).fit(X, target(make, X, y))
    for absent in ("a", "ab", "bc"):
        shown = X
        for modality in absent:
            shown = hide(shown, modality, range(60))
        check(model, shown)


@EVERY_FUSION
@EVERY_TASK
@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_absent_from_all_training_rows(name, make, members):
    """A modality that no training row has is ignored when it turns up."""
    X, y = make_table()
    shown = hide(X, "b", range(60))
    model = make(X, EVERY[name], members=members).fit(shown, target(make, X, y))
    assert "b" not in model.estimators_
    assert "b" not in model.extractors_
    check(model, shown)
    assert_allclose(model.predict(X), model.predict(shown))


@EVERY_FUSION
@pytest.mark.filterwarnings(NOTHING)
def test_only_the_unknown_modality(name):
    """A row that has only what no training row had gets the prior."""
    X, y = make_table()
    y[:15] = 0
    model = classifier(X, EVERY[name]).fit(hide(X, "b", range(60)), y)
    alone = hide(hide(X, "a", [0]), "c", [0])[:1]
    assert_allclose(model.predict_proba(alone)[0], np.bincount(y) / 60)


@EVERY_FUSION
@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_a_whole_class_lacks_a_modality(name, members):
    """A modality that all rows of one class lack does no harm."""
    X, y = make_table(n_classes=3)
    shown = hide(X, "b", np.flatnonzero(y == 1))
    model = classifier(X, EVERY[name], members=members).fit(shown, y)
    check(model, shown)
    check(model, X)
    only = hide(hide(X, "a", range(60)), "c", range(60))
    check(model, only)


@EVERY_FUSION
@EVERY_TASK
@pytest.mark.parametrize("n_present", [1])
def test_a_modality_of_one_row(name, make, n_present):
    """A modality that one or two rows have is no reason to fail."""
    X, y = make_table()
    shown = hide(X, "b", range(n_present, 60))
    model = make(X, EVERY[name]).fit(shown, target(make, X, y))
    check(model, shown)
    check(model, X)
    check(model, hide(hide(X, "a", range(60)), "c", range(60)))


@EVERY_FUSION
@pytest.mark.parametrize("make", [classifier, regressor])
def test_rows_with_nothing_at_fit(name, make):
    """Training rows with nothing are left out, with a warning."""
    X, y = make_table()
    y = target(make, X, y)
    shown = X.copy()
    shown.loc[[3, 8]] = np.nan
    model = make(X, EVERY[name])
    with pytest.warns(UserWarning, match="2 of 60 rows have none.*nothing is learnt"):
        model.fit(shown, y)
    check(model, X)


@pytest.mark.filterwarnings(NOTHING)
@pytest.mark.parametrize("make", [classifier, regressor, transformer])
def test_no_row_has_anything(make):
    """Where no row has any modality there is nothing to learn from."""
    X, y = make_table()
    for fusion in ("concat", "voting", "stacking"):
        with pytest.raises(ValueError, match="No row has any of the modalities"):
            make(X, fusion).fit(X * np.nan, y)


@EVERY_FUSION
def test_modality_only_in_one_fold(name):
    """A modality that only one fold's rows have is learnt from all rows."""
    X, y = make_table()
    shown = hide(X, "c", range(20, 60))
    for members in ("refit", "bagged"):
        model = classifier(X, EVERY[name], cv=KFold(3), members=members).fit(shown, y)
        check(model, shown)


def test_vote_of_a_partial_row_by_hand():
    """Weights are renormalised over what a row has."""
    X, y = make_table()
    model = classifier(X, VotingFusion(weights=[1, 2, 3])).fit(X, y)
    parts = model.predict_modalities(X)
    seen = model.predict_proba(hide(X, "b", range(60)))
    assert_allclose(seen, (parts["a"] + 3 * parts["c"]) / 4)


@pytest.mark.parametrize("name", ["concat", "voting", "stacking"])
@settings(max_examples=10, deadline=None)
@given(
    at_fit=arrays(bool, (30, 3)),
    at_predict=arrays(bool, (8, 3)),
    classes=st.booleans(),
)
@pytest.mark.filterwarnings(NOTHING)
def test_any_pattern(name, at_fit, at_predict, classes):
    """Whatever rows lack at fit and at predict, there is a finite prediction."""
    X, y = make_table(30)
    at_fit[0] = True
    make = classifier if classes else regressor
    model = make(X, EVERY[name]).fit(apply(X, at_fit), target(make, X, y))
    shown = apply(X[:8], at_predict)
    check(model, shown)
    together = model.predict(shown)
    alone = [model.predict(shown[i : i + 1])[0] for i in range(8)]
    assert_allclose(alone, together, atol=1e-9)


@pytest.mark.parametrize("name", ["concat", "voting", "stacking"])
def test_modalities_dropped_at_random_from_half_the_rows(name):
    """On real data, half of the rows lack modalities at fit and at predict."""
    bunch = load_nutrimouse()
    rng = np.random.default_rng(0)
    X, y = bunch.data, np.asarray(bunch.target)
    names = dict.fromkeys(column.split("__")[0] for column in X)
    hidden = X.copy()
    for row in np.flatnonzero(rng.random(len(X)) < 0.5):
        lost = rng.permutation(list(names))[: rng.integers(1, len(names))]
        gone = [c for c in X if c.split("__")[0] in lost]
        hidden.iloc[row, hidden.columns.get_indexer(gone)] = np.nan
    train, test = train_test_split(np.arange(len(X)), random_state=0, stratify=y)
    model = MultimodalClassifier(
        fusion=EVERY[name], estimator=LogisticRegression(max_iter=1000), cv=3
    )
    model.fit(hidden.iloc[train], y[train])
    check(model, hidden.iloc[test])
    assert model.score(X.iloc[test], y[test]) > 0.3
    assert_array_equal(model.presence(X.iloc[test]).all(axis=1), True)
