"""The multinomial ridge against scikit-learn's and against plain minimisation."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse
from scipy.optimize import approx_fprime, minimize
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from mmensemble.numerics import _logistic as module
from mmensemble.numerics._logistic import (
    LogisticFit,
    RidgeLogistic,
    choose_penalty,
    contrasts,
    principal_axes,
)


def draw(n_classes=3, shape=(80, 6), seed=0):
    """Draw correlated columns in several units, indicators of classes, weights."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape) @ rng.normal(size=(shape[1], shape[1]))
    scores = x[:, :2] @ rng.normal(size=(2, n_classes))
    codes = (scores + rng.normal(size=scores.shape)).argmax(axis=1)
    codes[:n_classes] = np.arange(n_classes)
    weight = rng.uniform(0, 2, shape[0])
    return x * rng.uniform(0.2, 5, shape[1]), np.eye(n_classes)[codes], weight


@pytest.fixture(params=["newton", "lbfgs"])
def method(request, monkeypatch):
    """Each of the two methods in turn."""
    monkeypatch.setattr(module, "_NEWTON", 10_000 if request.param == "newton" else 0)
    return request.param


def brute_force(x, targets, weight, penalties, offset=0.0, level=1.0):
    """Minimise the same in the plain coordinates, one column a class."""
    n_features, n_classes = x.shape[1], targets.shape[1]

    def objective(theta):
        lines = theta.reshape(n_features + 1, n_classes)
        logs = log_softmax(x @ lines[:-1] + level * lines[-1] + offset, axis=1)
        error = (np.exp(logs) - targets) * weight[:, None]
        slope = np.vstack([x.T @ error, level * error.sum(axis=0)])
        slope[:-1] += penalties[:, None] * lines[:-1]
        size = (penalties[:, None] * lines[:-1] ** 2).sum() / 2
        return size - weight @ (targets * logs).sum(axis=1), slope.ravel()

    options = {"maxiter": 20_000, "maxfun": 50_000, "ftol": 1e-16, "gtol": 1e-9}
    start = np.zeros((n_features + 1) * n_classes)
    found = minimize(objective, start, jac=True, method="L-BFGS-B", options=options)
    lines = found.x.reshape(n_features + 1, n_classes)
    return lines[:-1], lines[-1] - lines[-1].mean(), found.fun


@pytest.mark.parametrize("n_classes", [1, 2, 3, 5])
def test_contrasts(n_classes):
    """Columns are orthonormal and sum to zero."""
    basis = contrasts(n_classes)
    assert_allclose(basis.T @ basis, np.eye(n_classes - 1), atol=1e-12)
    assert_allclose(basis.sum(axis=0), 0, atol=1e-12)


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("C", [1e-3, 1.0, 100.0])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_matrix, sparse.csr_array])
def test_against_scikit_learn(n_classes, C, weighted, container, method):
    """The same coefficients for any penalty, weights and container."""
    x, targets, weight = draw(n_classes)
    weight = weight if weighted else None
    # for two classes scikit-learn has one line, the difference of ours
    penalty = 2 / C if n_classes == 2 else 1 / C
    fit = RidgeLogistic(container(x), targets, weight).solve(penalty, tol=1e-15)
    solver = {"solver": "newton-cholesky", "tol": 1e-12, "max_iter": 1000}
    theirs = LogisticRegression(C=C, **solver).fit(x, targets.argmax(axis=1), weight)
    assert fit.converged
    lines = np.diff(fit.coef, axis=1) if n_classes == 2 else fit.coef
    assert_allclose(lines.T, theirs.coef_, atol=1e-4)
    got = fit.probabilities(container(x))
    assert_allclose(got, theirs.predict_proba(x), atol=1e-4)
    assert_allclose(fit.coef.sum(axis=1), 0, atol=1e-9)
    assert_allclose(
        fit.log_losses(x, targets), -np.log((got * targets).sum(axis=1)), atol=1e-10
    )


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("shape", [(60, 4), (12, 30)], ids=["tall", "wide"])
def test_penalties_and_offset(n_classes, shape, method):
    """A penalty a feature and given scores, against plain minimisation."""
    x, targets, weight = draw(n_classes, shape)
    rng = np.random.default_rng(1)
    penalties = rng.uniform(0.1, 3, shape[1])
    offset = rng.normal(size=targets.shape)
    problem = RidgeLogistic(x, targets, weight, offset=offset)
    fit = problem.solve(penalties, tol=1e-15)
    coef, intercept, _ = brute_force(x, targets, weight, penalties, offset)
    assert_allclose(fit.coef, coef, atol=1e-4)
    assert_allclose(fit.intercept, intercept, atol=1e-3)
    assert_allclose(
        fit.probabilities(x, offset),
        LogisticFit(coef, intercept).probabilities(x, offset),
        atol=1e-4,
    )


@pytest.mark.parametrize("n_classes", [2, 3])
def test_without_intercept(n_classes, method):
    """No intercept is no intercept."""
    x, targets, weight = draw(n_classes)
    problem = RidgeLogistic(x + 1, targets, weight, fit_intercept=False)
    fit = problem.solve(0.5, tol=1e-15)
    penalties = np.full(x.shape[1], 0.5)
    coef, _, _ = brute_force(x + 1, targets, weight, penalties, level=0.0)
    assert_allclose(fit.coef, coef, atol=1e-4)
    assert_allclose(fit.intercept, 0, atol=1e-12)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_soft_targets(n_classes, method):
    """Shares count as so many rows of each class."""
    x, targets, weight = draw(n_classes)
    soft = 0.9 * targets + 0.1 / n_classes
    fit = RidgeLogistic(x, soft, weight).solve(0.5, tol=1e-15)
    rows = np.vstack([x] * n_classes)
    codes = np.repeat(np.arange(n_classes), len(x))
    counts = (soft * weight[:, None]).T.ravel()
    whole = RidgeLogistic(rows, np.eye(n_classes)[codes], counts)
    assert_allclose(fit.coef, whole.solve(0.5, tol=1e-15).coef, atol=1e-5)


@pytest.mark.parametrize("n_classes", [2, 3, 4])
@pytest.mark.parametrize("has_offset", [False, True])
def test_gradient(n_classes, has_offset):
    """The gradient is that of finite differences."""
    x, targets, weight = draw(n_classes, (20, 3))
    rng = np.random.default_rng(0)
    offset = rng.normal(size=targets.shape) if has_offset else None
    problem = RidgeLogistic(x, targets, weight, offset=offset)
    theta = rng.normal(size=(4, n_classes - 1))
    penalties = np.array([[0.7], [0.1], [2.0], [0.0]])

    def value(flat):
        return problem.objective(flat.reshape(theta.shape), penalties)[0]

    slope = problem.objective(theta, penalties)[1].ravel()
    expected = approx_fprime(theta.ravel(), value, 1e-7)
    assert_allclose(slope, expected, rtol=1e-4, atol=1e-5)


def test_separable(method):
    """With hardly a penalty separable classes are told apart; nothing overflows."""
    x = np.linspace(-2, 2, 20)[:, None]
    targets = np.eye(2)[(x[:, 0] > 0).astype(int)]
    for penalty in (1e-8, 0.0):
        got = RidgeLogistic(x, targets).solve(penalty).probabilities(x)
        assert (got.argmax(axis=1) == targets.argmax(axis=1)).all()
        assert np.isfinite(got).all()


def test_class_without_rows(method):
    """A class that no row has gets next to no probability."""
    x, targets, weight = draw(2)
    padded = np.column_stack([targets, np.zeros(len(x))])
    fit = RidgeLogistic(x, padded, weight).solve(1.0)
    assert fit.probabilities(x)[:, 2].max() < 1e-5


def test_single_class(method):
    """Of one class there is nothing to learn."""
    fit = RidgeLogistic(np.ones((3, 2)), np.ones((3, 1))).solve(1.0)
    assert_allclose(fit.probabilities(np.ones((3, 2))), 1.0)


def test_more_columns_than_rows(method):
    """Of wide data the penalised solution is unique."""
    x, targets, weight = draw(3, (15, 60))
    fit = RidgeLogistic(x, targets, weight).solve(0.3, tol=1e-15)
    coef, _, _ = brute_force(x, targets, weight, np.full(60, 0.3))
    assert_allclose(fit.coef, coef, atol=1e-4)


def test_singular_hessian(monkeypatch):
    """Where the Hessian is singular to rounding, the scaled gradient leads on."""

    def refuse(matrix, goal):
        return None, None, 1

    monkeypatch.setattr(module.lapack, "dposv", refuse)
    x, targets, weight = draw(2)
    problem, penalties = RidgeLogistic(x, targets, weight), np.zeros((7, 1))
    fit = problem.solve(0.0, max_iter=50)
    theta = np.vstack([fit.coef, fit.intercept]) @ contrasts(2)
    before = problem.objective(np.zeros((7, 1)), penalties)[0]
    assert problem.objective(theta, penalties)[0] < before - 0.05


@pytest.mark.parametrize("n_classes", [2, 3])
def test_turned_axes(n_classes, monkeypatch):
    """On principal axes columns don't correlate, and the lines are the same."""
    monkeypatch.setattr(module, "_NEWTON", 0)
    x, targets, _ = draw(n_classes)
    axes = principal_axes(x)
    turned = x @ axes
    products = turned.T @ turned
    assert_allclose(products, np.diag(np.diag(products)), atol=1e-9 * products.max())
    fit = RidgeLogistic(turned, targets).solve(1.0)
    straight = RidgeLogistic(x, targets).solve(1.0)
    assert fit.n_iter < straight.n_iter
    assert_allclose(axes @ fit.coef, straight.coef, atol=1e-3)


def test_no_axes():
    """Sparse and very wide tables, and single columns, are not turned."""
    assert principal_axes(sparse.csr_matrix(np.eye(3))) is None
    assert principal_axes(np.ones((2, 1501))) is None
    assert principal_axes(np.ones((5, 1))) is None


def test_warm_start(method):
    """From the solution of a near penalty it is a shorter way to the same lines."""
    x, targets, _ = draw(3)
    problem = RidgeLogistic(x, targets)
    cold, start = problem.solve(1.0), problem.solve(1.05)
    warm = problem.solve(1.0, start)
    assert warm.n_iter < cold.n_iter
    assert_allclose(warm.coef, cold.coef, atol=1e-3)
    assert not problem.solve(1.0, max_iter=1).converged


def test_choose_penalty():
    """The penalty is that of the smallest held-out log loss."""
    x, targets, _ = draw(3, (60, 20))
    order, y, weight = np.arange(60), targets.argmax(axis=1), np.ones(60)
    splits = [(order[order % 4 != k], order[order % 4 == k]) for k in range(4)]
    grid = np.logspace(3, -2, 6)
    losses = []
    for penalty in grid:
        loss = 0.0
        for a, b in splits:
            model = LogisticRegression(C=1 / penalty, max_iter=5000).fit(x[a], y[a])
            loss += log_loss(y[b], model.predict_proba(x[b]), labels=[0, 1, 2])
        losses.append(loss)
    chosen = choose_penalty(grid, splits, x, targets, weight, tol=1e-10)
    assert chosen == grid[np.argmin(losses)]


def test_counts_of_held_out_rows():
    """Where only some held-out rows count, the others have no say."""
    x, targets, weight = draw(2, (60, 3), seed=3)
    targets[:30] = targets[:30, ::-1]  # half of the rows say the opposite
    order = np.arange(60)
    splits = [(order[30:], order)]
    grid = (1e4, 1e-2)
    for count, best in ((order < 30, 1e4), (order >= 30, 1e-2)):
        chosen = choose_penalty(
            grid, splits, x, targets, weight, count=count.astype(float)
        )
        assert chosen == best
