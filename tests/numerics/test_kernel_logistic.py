"""Kernel logistic regression against finite differences and scikit-learn's."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import approx_fprime
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from mmensemble.numerics import _kernel_logistic as module
from mmensemble.numerics._kernel_logistic import (
    choose_klr,
    contrasts,
    fit_klr,
    objective,
    probabilities,
)


def draw(n_samples=80, n_classes=3, n_features=4, seed=0):
    """Draw features, indicators and weights."""
    rng = np.random.default_rng(seed)
    y = np.arange(n_samples) % n_classes
    x = (
        rng.normal(size=(n_samples, n_features))
        + rng.normal(size=(n_classes, n_features))[y]
    )
    return x, np.eye(n_classes)[y], rng.random(n_samples) + 0.5


@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_contrasts(n_classes):
    """Columns are orthonormal and sum to zero."""
    basis = contrasts(n_classes)
    assert_allclose(basis.T @ basis, np.eye(n_classes - 1), atol=1e-12)
    assert_allclose(basis.sum(axis=0), 0, atol=1e-12)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_gradient(n_classes):
    """The gradient is that of finite differences."""
    x, targets, weight = draw(n_classes=n_classes)
    rows = np.column_stack([x, np.ones(len(x))])
    args = rows, targets, weight, 0.7, contrasts(n_classes)
    theta = np.random.default_rng(0).normal(size=5 * (n_classes - 1))
    got = objective(theta, *args)[1]
    expected = approx_fprime(theta, lambda t: objective(t, *args)[0], 1e-7)
    assert_allclose(got, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("limit", [300, 0], ids=["newton", "lbfgs"])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_against_scikit_learn(n_classes, limit, monkeypatch):
    """Probabilities are those of LogisticRegression with C = 1 / penalty."""
    monkeypatch.setattr(module, "_NEWTON", limit)
    x, targets, weight = draw(n_classes=n_classes)
    coef, intercept = fit_klr(x, targets, weight, 0.5, tol=1e-14)
    # for two classes scikit-learn has one vector, of norm sqrt(2) times ours
    C = 1 / 0.5 if n_classes > 2 else 2 / 0.5
    model = LogisticRegression(C=C, tol=1e-10, max_iter=5000)
    model.fit(x, targets.argmax(axis=1), weight)
    got = probabilities(x @ coef + intercept)
    assert_allclose(got, model.predict_proba(x), atol=1e-5)
    assert_allclose(coef.sum(axis=1), 0, atol=1e-9)


def test_offset():
    """Scores that are given count as if they were features' own."""
    x, targets, weight = draw()
    given = x @ np.random.default_rng(1).normal(size=(4, 3))
    given -= given.mean(axis=1, keepdims=True)
    coef, intercept = fit_klr(x, targets, weight, 1e-7, tol=1e-14, offset=given)
    plain = fit_klr(x, targets, weight, 1e-7, tol=1e-14)
    got = probabilities(given + x @ coef + intercept)
    assert_allclose(got, probabilities(x @ plain[0] + plain[1]), atol=1e-4)
    rows = np.column_stack([x, np.ones(len(x))])
    args = rows, targets, weight, 0.7, contrasts(3), given
    theta = np.random.default_rng(0).normal(size=10)
    expected = approx_fprime(theta, lambda t: objective(t, *args)[0], 1e-7)
    assert_allclose(objective(theta, *args)[1], expected, rtol=1e-4, atol=1e-4)


def test_separable():
    """With hardly a penalty separable classes are told apart, and nothing overflows."""
    x = np.linspace(-2, 2, 20)[:, None]
    targets = np.eye(2)[(x[:, 0] > 0).astype(int)]
    coef, intercept = fit_klr(x, targets, np.ones(20), 1e-8)
    got = probabilities(x @ coef + intercept)
    assert (got.argmax(axis=1) == targets.argmax(axis=1)).all()
    assert np.isfinite(got).all()


def test_class_without_rows():
    """A class that no row has gets next to no probability."""
    x, targets, weight = draw(n_classes=2)
    padded = np.column_stack([targets, np.zeros(len(x))])
    coef, intercept = fit_klr(x, padded, weight, 1.0)
    assert probabilities(x @ coef + intercept)[:, 2].max() < 1e-5


def test_singular_hessian(monkeypatch):
    """Where the Hessian is singular to rounding, the scaled gradient leads on."""

    def refuse(matrix, goal):
        return None, None, 1

    monkeypatch.setattr(module.lapack, "dposv", refuse)
    x, targets, weight = draw(n_classes=2)
    before = objective(np.zeros(5), *_args(x, targets, weight))[0]
    coef, intercept = fit_klr(x, targets, weight, 1.0)
    theta = (np.vstack([coef, intercept]) @ contrasts(2)).ravel()
    assert objective(theta, *_args(x, targets, weight))[0] < before - 5


def _args(x, targets, weight):
    return np.column_stack([x, np.ones(len(x))]), targets, weight, 1.0, contrasts(2)


def test_choose():
    """The penalty is that of the smallest held-out log loss."""
    x, targets, _ = draw(n_samples=60, n_features=20)
    order, y, weight = np.arange(60), targets.argmax(axis=1), np.ones(60)
    splits = [(order[order % 4 != k], order[order % 4 == k]) for k in range(4)]
    grid = module._PENALTIES * 60
    losses = []
    for penalty in grid:
        loss = 0.0
        for a, b in splits:
            model = LogisticRegression(C=1 / penalty, max_iter=5000).fit(x[a], y[a])
            loss += log_loss(y[b], model.predict_proba(x[b]))
        losses.append(loss)
    assert choose_klr(x, targets, weight, splits) == grid[np.argmin(losses)]
    assert choose_klr(x, targets, weight, []) == 1


def test_choose_on_large_data(monkeypatch):
    """Large data are held out once."""
    monkeypatch.setattr(module, "_LARGE_WORK", 10)
    x, targets, weight = draw()
    order = np.arange(80)
    splits = [(order[order % 4 != k], order[order % 4 == k]) for k in range(4)]
    once = choose_klr(x, targets, weight, splits)
    monkeypatch.undo()
    assert once == choose_klr(x, targets, weight, splits[:1])
