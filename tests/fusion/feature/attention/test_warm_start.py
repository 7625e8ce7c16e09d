"""Attention that starts from what other rows have taught."""

import pickle

import numpy as np
import pytest
from fusion_cases import table
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.compose import make_column_selector
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV

from mmensemble import AttentionFusion, MultimodalClassifier, MultimodalRegressor
from mmensemble.fusion.feature.attention._model import AttentionModel


def drawn(n_samples, seed=0, flip=0.0):
    """Draw rows of which the context says where the class stands."""
    rng = np.random.default_rng(seed)
    y, right = rng.integers(0, 2, n_samples), rng.integers(0, 2, n_samples)
    shown = np.where(rng.random(n_samples) < flip, 1 - y, y)
    X, _ = table(n_samples, sizes=(3, 3, 2))
    for m, name in enumerate("ab"):
        signal = np.where(right == m, shown, rng.integers(0, 2, n_samples))
        for j in range(3):
            X[f"{name}__{j}"] = 1.5 * signal + rng.normal(size=n_samples)
    for j in range(2):
        X[f"c__{j}"] = (right == j) + 0.2 * rng.normal(size=n_samples)
    return X, y


def make(origin=None, **params):
    """Make a classifier whose context asks."""
    fusion = AttentionFusion("cross", query="c", warm_start_from=origin, **params)
    modalities = [
        (name, "passthrough", make_column_selector(f"^{name}__")) for name in "abc"
    ]
    return MultimodalClassifier(modalities, fusion=fusion, random_state=0)


@pytest.fixture(scope="module")
def source():
    """Return a model of many rows."""
    return make().fit(*drawn(1500))


def test_left_as_it_is(source):
    """An infinite penalty gives the source's predictions, whatever the rows say."""
    X, y = drawn(60, seed=1)
    model = make(source.fusion_.model_, penalty=np.inf).fit(X, y)
    assert model.fusion_.model_.is_warm
    new = drawn(100, seed=2)[0]
    assert_allclose(model.predict_proba(new), source.predict_proba(new))
    assert source.fusion_.model_.is_warm is False


def test_the_penalty_says_how_far(source):
    """The weaker the penalty, the farther from the start, and the lower the loss."""
    X, y = drawn(80, seed=1, flip=0.3)
    origin = source.fusion_.model_
    ways, losses = [], []
    for penalty in (10.0, 0.1, 0.001):
        model = make(origin, penalty=penalty).fit(X, y)
        ways.append(np.linalg.norm(model.fusion_.model_.theta - origin.theta))
        losses.append(log_loss(y, model.predict_proba(X)))
    assert 0 < ways[0] < ways[1] < ways[2]
    assert losses[0] > losses[1] > losses[2]


def test_few_rows_gain(source):
    """Sixty rows of the same kind are predicted as many rows taught it."""
    X, y = drawn(60, seed=3)
    new, goal = drawn(1000, seed=4)
    warm, cold = make(source.fusion_.model_).fit(X, y), make().fit(X, y)
    losses = [log_loss(goal, m.predict_proba(new)) for m in (warm, cold, source)]
    assert losses[0] < losses[1] - 0.03
    assert losses[0] < losses[2] + 0.02


def test_a_start_that_misleads_is_left_aside(source):
    """Where classes are the other way round, the rows at hand decide alone."""
    X, y = drawn(600, seed=5)
    warm = make(source.fusion_.model_).fit(X, 1 - y)
    cold = make().fit(X, 1 - y)
    new, goal = drawn(500, seed=6)
    losses = [log_loss(1 - goal, m.predict_proba(new)) for m in (warm, cold)]
    assert losses[0] < losses[1] + 0.02


def test_regression():
    """Numbers start from numbers, and keep the level of their own rows."""
    X, y = drawn(800)
    noise = np.random.default_rng(0).normal(size=800)
    fusion = AttentionFusion("cross", query="c")
    old = MultimodalRegressor(fusion=fusion, random_state=0).fit(X, 2 * y + noise)
    fusion = clone(fusion).set_params(warm_start_from=old.fusion_.model_)
    few, goal = drawn(40, seed=1)
    new = MultimodalRegressor(fusion=fusion, random_state=0).fit(few, 2 * goal + 100)
    assert new.fusion_.model_.is_warm
    assert new.predict(few).mean() == pytest.approx(100 + 2 * goal.mean(), abs=0.3)


def test_it_is_a_parameter_like_others(source):
    """Copies, pickles, searches and rows without a modality."""
    X, y = drawn(60, seed=1)
    X.loc[:9, ["a__0", "a__1", "a__2"]] = np.nan
    model = make(source.fusion_.model_, max_patterns=2)
    assert isinstance(clone(model).fusion.warm_start_from, AttentionModel)
    fitted = clone(model).fit(X, y)
    again = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))
    grid = {"fusion__warm_start_from": [None, source.fusion_.model_]}
    found = GridSearchCV(make(), grid, cv=2).fit(X, y)
    assert found.best_score_ > 0.5


def test_what_does_not_fit_is_told(source):
    """Modalities, columns, classes and sizes must be those of the start."""
    X, y = drawn(60, seed=1)
    origin = source.fusion_.model_
    with pytest.raises(ValueError, match=r"other modalities: \['a', 'b', 'c'\] there"):
        make(origin).set_params(modalities="auto").fit(
            X.rename(columns=lambda c: c.replace("b__", "d__")), y
        )
    with pytest.raises(ValueError, match=r"of 'b': 3 columns there, 2, apart in"):
        make(origin).fit(X.drop(columns="b__2"), y)
    with pytest.raises(ValueError, match=r"other classes or targets: \[0, 1\] there"):
        make(origin).fit(X, np.where(y == 1, "ill", "well"))
    with pytest.raises(ValueError, match=r"other n_heads: 2 there, 4 here"):
        make(origin, n_heads=4).fit(X, y)
    with pytest.raises(ValueError, match=r"other token_width: 16 there, 8 here"):
        make(origin, token_width=8).fit(X, y)
    with pytest.raises(ValueError, match=r"other width: 3 columns of a token there, 2"):
        make(origin, width=2).fit(X, y)
    with pytest.raises(ValueError, match=r"got a MultimodalClassifier: copies of est"):
        make(source).fit(X, y)
