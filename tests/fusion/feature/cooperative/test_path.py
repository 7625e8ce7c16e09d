"""Paths of cooperative learning against scikit-learn and optimality conditions."""

import numpy as np
import pytest
from cooperative_cases import LOSSES, augmented, draw, walk
from numpy.testing import assert_allclose
from scipy.optimize import check_grad
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression

from mmensemble._compat import sklearn_version


@pytest.mark.parametrize("sizes", [(8, 6), (8, 6, 7), (80, 60)])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.4])
@pytest.mark.parametrize("rho", [0.0, 0.3, 1.0, 4.0])
def test_augmented_system(rho, l1_ratio, sizes):
    """Squared error is scikit-learn's elastic net on the augmented system."""
    sample = draw("squared", sizes)
    path, penalty = walk(sample, rho, 0.1, l1_ratio=l1_ratio)
    system = augmented(path, rho)
    times = len(system) / len(sample.targets)
    for k in range(2):
        goal = np.zeros(len(system))
        goal[: len(sample.targets)] = sample.targets[:, k]
        net = ElasticNet(
            alpha=penalty / times,
            l1_ratio=l1_ratio,
            fit_intercept=False,
            tol=1e-10,
            max_iter=100_000,
        ).fit(system, goal)
        assert 0 < np.count_nonzero(net.coef_) < len(net.coef_)
        assert_allclose(path.coef[:, k], net.coef_, atol=1e-6)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_late_fusion(missing):
    """At rho 1 each view is a lasso of its own, on the rows that have it."""
    sample = draw("squared", missing=missing)
    path, penalty = walk(sample, 1.0, 0.1)
    for m, own in enumerate(sample.blocks):
        X = (own.values - own.values.mean(axis=0)) / own.values.std(axis=0)
        y = sample.targets[own.present, 0]
        share = own.present.mean()
        alone = Lasso(alpha=penalty / share, tol=1e-12, max_iter=100_000).fit(X, y)
        assert alone.coef_.any()
        got = path.coef[path.design.view == m, 0]
        assert_allclose(got, alone.coef_ / 3, atol=1e-6)


@pytest.mark.parametrize("kind", ["binary", "multinomial"])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_early_fusion_logistic(kind, l1_ratio):
    """At rho 0 it is scikit-learn's penalised logistic regression."""
    sample = draw(kind, weighted=True)
    path, penalty = walk(sample, 0.0, 0.15, l1_ratio=l1_ratio)
    X = path.design.columns(np.arange(21))
    codes = sample.targets.argmax(axis=1) if kind != "binary" else sample.targets[:, 0]
    old = {} if sklearn_version >= (1, 8) else {"penalty": "elasticnet"}
    model = LogisticRegression(
        **old,
        l1_ratio=l1_ratio,
        C=1 / (penalty * sample.weight.sum()),
        solver="saga",
        tol=1e-9,
        max_iter=50_000,
        random_state=0,
    ).fit(X, codes, sample.weight)
    assert 0 < np.count_nonzero(model.coef_) < model.coef_.size
    assert_allclose(path.coef.T, model.coef_, atol=2e-4)
    shift = path.intercept - path.intercept.mean() * (kind != "binary")
    assert_allclose(shift, model.intercept_, atol=2e-4)


def objective(path, coef, penalty=0.0):
    """Return what is minimised, by the plain formula, row by row and pair by pair."""
    design, coef = path.design, coef.reshape(path.coef.shape)
    X = design.columns(np.arange(len(design.view)))
    parts = [X[:, design.view == m] @ coef[design.view == m] for m in range(3)]
    total = 0.0
    for i, weight in enumerate(path.weight):
        has = np.flatnonzero(design.present[i])
        correction = 1 + min(path.rho, 1) * (3 - len(has)) / len(has)
        score = path.intercept + correction * sum(parts[m][i] for m in has)
        loss = path.loss.rows(path.targets[i : i + 1], score[None])[0]
        apart = sum(
            ((parts[m][i] - parts[k][i]) ** 2).sum() for m in has for k in has if k < m
        )
        total += weight * (loss / correction + path.rho / 2 * correction * apart)
    ridge = (1 - path.l1_ratio) / 2 * (coef**2).sum()
    return total + penalty * (path.l1_ratio * np.abs(coef).sum() + ridge)


@pytest.mark.parametrize("missing", [0.0, 0.4])
@pytest.mark.parametrize("kind", LOSSES)
def test_gradient(kind, missing):
    """The slopes are the finite differences of the plain formula."""
    sample = draw(kind, missing=missing, n_samples=25, weighted=True)
    path, _ = walk(sample, 0.7, 0.3)

    def slopes(coef):
        path.coef[:] = coef.reshape(path.coef.shape)
        return path._gradient().ravel()

    start = path.coef.ravel() + 0.1
    error = check_grad(lambda coef: objective(path, coef), slopes, start)
    assert error < 1e-5


@pytest.mark.parametrize("sizes", [(8, 6, 7), (60, 50, 40)])
@pytest.mark.parametrize("missing", [0.0, 0.4])
@pytest.mark.parametrize("rho", [0.0, 0.5, 3.0])
@pytest.mark.parametrize("kind", LOSSES)
def test_optimality(kind, rho, missing, sizes):
    """At the solution no coefficient could move to advantage."""
    sample = draw(kind, sizes, missing=missing, weighted=True)
    path, penalty = walk(sample, rho, 0.2, l1_ratio=0.8)
    slope = path._gradient() + 0.2 * penalty * path.coef
    bound = 0.8 * penalty
    zero = path.coef == 0
    assert zero.any()
    assert not zero.all()
    assert (np.abs(slope[zero]) <= bound * (1 + 1e-3)).all()
    assert_allclose(slope[~zero], -bound * np.sign(path.coef[~zero]), atol=2e-3 * bound)


def test_largest_penalty():
    """At the largest penalty nothing is chosen, just below it something."""
    for kind in LOSSES:
        path, _ = walk(draw(kind), 0.5, 1.0, steps=1)
        assert not len(path.active())
        path.step(0.97 * path.largest_penalty())
        assert len(path.active())


@pytest.mark.parametrize("sizes", [(8, 6, 7), (60, 50, 40)])
def test_start_does_not_matter(sizes):
    """Warm starts and screening end where a single step from zero ends."""
    sample = draw("binary", sizes)
    warm, _ = walk(sample, 0.5, 0.1, steps=10)
    cold, _ = walk(sample, 0.5, 0.1, steps=2)
    assert_allclose(warm.coef, cold.coef, atol=1e-4)


def test_one_view():
    """One view has nothing to agree with."""
    sample = draw("squared", (9,))
    alone, _ = walk(sample, 5.0, 0.1)
    plain, _ = walk(sample, 0.0, 0.1)
    assert_allclose(alone.coef, plain.coef)
