"""The penalised logistic loss against scikit-learn's own solver."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse
from scipy.optimize import approx_fprime
from sklearn.linear_model import LogisticRegression

from mmensemble.numerics._logistic import (
    RidgeLogistic,
    log_probabilities,
    principal_axes,
)


def draw(n_classes, shape=(80, 6), seed=0):
    """Draw correlated columns in several units, and classes that they tell of."""
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=shape) @ rng.normal(size=(shape[1], shape[1]))
    scores = Z[:, :2] @ rng.normal(size=(2, n_classes))
    codes = (scores + rng.normal(size=scores.shape)).argmax(axis=1)
    return Z * rng.uniform(0.2, 5, shape[1]), codes


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("C", [1e-3, 1.0, 100.0])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_matrix, sparse.csr_array])
def test_against_scikit_learn(n_classes, C, weighted, container):
    """The same coefficients for any penalty, weights and container."""
    Z, codes = draw(n_classes)
    weight = np.random.default_rng(1).uniform(0, 2, len(Z)) if weighted else None
    line = RidgeLogistic(container(Z), codes, n_classes, weight).solve(C, tol=1e-15)
    solver = {"solver": "newton-cholesky", "tol": 1e-12, "max_iter": 1000}
    theirs = LogisticRegression(C=C, **solver).fit(Z, codes, weight)
    assert line.converged
    assert_allclose(line.coef, theirs.coef_, atol=1e-4)
    logs = line.log_probabilities(container(Z))
    assert_allclose(np.exp(logs), theirs.predict_proba(Z), atol=1e-4)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_slope(n_classes):
    """The slope of the loss agrees with finite differences."""
    Z, codes = draw(n_classes, (20, 2))
    problem = RidgeLogistic(Z, codes, n_classes, np.arange(20.0))
    scores = np.random.default_rng(0).normal(size=(20, problem.n_lines))

    def loss(flat):
        return problem._loss(flat.reshape(scores.shape))[0]

    slope = problem._loss(scores)[1].ravel()
    assert_allclose(slope, approx_fprime(scores.ravel(), loss), atol=1e-6)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_turned_axes(n_classes):
    """On principal axes columns don't correlate, and the line is the same."""
    Z, codes = draw(n_classes)
    axes = principal_axes(Z)
    turned = Z @ axes
    products = turned.T @ turned
    assert_allclose(products, np.diag(np.diag(products)), atol=1e-9 * products.max())
    line = RidgeLogistic(turned, codes, n_classes).solve(1.0)
    straight = RidgeLogistic(Z, codes, n_classes).solve(1.0)
    assert line.n_iter < straight.n_iter
    assert_allclose(line.turned(axes.T).coef, straight.coef, atol=1e-3)


def test_no_axes():
    """Sparse and very wide tables, and single columns, are not turned."""
    assert principal_axes(sparse.csr_matrix(np.eye(3))) is None
    assert principal_axes(np.ones((2, 1501))) is None
    assert principal_axes(np.ones((5, 1))) is None


def test_warm_start():
    """From the solution of a near penalty it is a shorter way to the same line."""
    Z, codes = draw(3)
    problem = RidgeLogistic(Z, codes, 3)
    cold, start = problem.solve(1.0), problem.solve(0.8)
    warm = problem.solve(1.0, start)
    assert warm.n_iter < cold.n_iter
    assert_allclose(warm.coef, cold.coef, atol=1e-3)
    assert not problem.solve(1.0, max_iter=1).converged


def test_extreme_scores():
    """Log probabilities stay finite and sum to one."""
    for scores in ([[800.0]], [[-800.0]], [[800.0, -800.0, 0.0]]):
        logs = log_probabilities(np.array(scores))
        assert np.isfinite(logs).all()
        assert np.exp(logs).sum() == pytest.approx(1)
