"""Ridge regression on features against scikit-learn's; errors against refits."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import Ridge

from mmensemble.fusion.feature.kernel import _ridge as module
from mmensemble.fusion.feature.kernel._ridge import (
    choose_ridge,
    decompose,
    leave_out_errors,
    solve_ridge,
)


def draw(n_samples=30, n_features=5, seed=0):
    """Draw features, two targets and weights."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n_samples, n_features))
    y = x[:, :2] + rng.normal(size=(n_samples, 2)) * [0.2, 3.0] + 4
    return x, y, rng.random(n_samples) + 0.5


@pytest.mark.parametrize("n_features", [5, 20, 50])
def test_against_scikit_learn(n_features):
    """Coefficients are those of Ridge, each target with its penalty."""
    x, y, weight = draw(n_features=n_features)
    coef, intercept = solve_ridge(decompose(x, y, weight), np.array([0.5, 2.0]))
    model = Ridge(alpha=[0.5, 2.0]).fit(x, y, weight)
    assert_allclose(coef, model.coef_.T, atol=1e-9)
    assert_allclose(intercept, model.intercept_, atol=1e-9)


@pytest.mark.parametrize("folds", [None, 3])
def test_leave_out_errors(folds):
    """The closed form is what refits without the rows give."""
    x, y, weight = draw()
    order = np.arange(30)
    left_out = [order[order % 3 == k] for k in range(3)] if folds else order[:, None]
    total = np.zeros(2)
    for test in left_out:
        train = np.setdiff1d(order, test)
        model = Ridge(alpha=0.7).fit(x[train], y[train], weight[train])
        total += weight[test] @ (model.predict(x[test]) - y[test]) ** 2
    parts = decompose(x, y, weight)
    if folds:
        got = leave_out_errors(parts, 0.7, left_out)
    else:
        got = module._leave_one_out(parts, np.array([0.7]))[0]
    assert_allclose(got, total, rtol=1e-8)


def test_choose():
    """Each target has the penalty of its smallest error; noise wants more."""
    x, y, weight = draw(n_features=20)
    parts = decompose(x, y, weight)
    got = choose_ridge(parts, weight.sum())
    assert got[0] < got[1]
    grid = module._PENALTIES * weight.sum()
    errors = np.array(
        [leave_out_errors(parts, p, np.arange(30)[:, None]) for p in grid]
    )
    assert_allclose(got, grid[errors.argmin(axis=0)])


def test_constant_features():
    """Features that do not vary leave the mean."""
    _, y, weight = draw()
    coef, intercept = solve_ridge(decompose(np.ones((30, 2)), y, weight), 1.0)
    assert_allclose(coef, 0, atol=1e-12)
    assert_allclose(intercept, np.average(y, axis=0, weights=weight))
