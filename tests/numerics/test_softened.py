"""Cross entropy with labels, and at a temperature with shares."""

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from mmensemble.numerics._logistic import RidgeLogistic
from mmensemble.numerics._softened import Softened, soften

RNG = np.random.default_rng(0)
Z = RNG.normal(size=(60, 2))
HARD = np.eye(3)[RNG.integers(0, 3, size=60)]
LOGITS = RNG.normal(size=(60, 3)) + Z @ RNG.normal(size=(2, 3))
SOFT = softmax(LOGITS, axis=1)
WEIGHT = RNG.uniform(0.5, 2, size=60)


def test_softening_divides_logits():
    """By the temperature; one changes nothing."""
    np.testing.assert_allclose(soften(SOFT, 3.0), softmax(LOGITS / 3, axis=1))
    assert soften(SOFT, 1.0) is SOFT
    assert np.isfinite(soften(np.array([[1.0, 0.0]]), 5.0)).all()


@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_the_loss_is_that_of_the_formula(temperature):
    """A general minimiser of the written loss finds the same probabilities."""
    T, share, penalty = temperature, 0.7, 0.8
    warm = soften(SOFT, T)
    parts = HARD, warm, (1 - share) * WEIGHT, share * WEIGHT, T
    fit = Softened(*parts).solve(Z, penalty)

    def loss(theta):
        coef = theta.reshape(3, 3)
        scores = Z @ coef[:2] + coef[2]
        hard = -(HARD * log_softmax(scores, axis=1)).sum(axis=1)
        soft = -(warm * log_softmax(scores / T, axis=1)).sum(axis=1)
        total = WEIGHT @ ((1 - share) * hard + share * T**2 * soft)
        return total + penalty * (coef[:2] ** 2).sum() / 2

    best = minimize(loss, np.zeros(9), tol=1e-10).x.reshape(3, 3)
    wanted = softmax(Z @ best[:2] + best[2], axis=1)
    np.testing.assert_allclose(fit.probabilities(Z), wanted, atol=1e-4)


def test_at_temperature_one_it_is_one_problem():
    """The same as a fit to the mixture of labels and shares."""
    parts = HARD, SOFT, 0.3 * WEIGHT, 0.7 * WEIGHT, 1.0
    fit = Softened(*parts).solve(Z, 2.0)
    mixture = 0.3 * HARD + 0.7 * SOFT
    wanted = RidgeLogistic(Z, mixture, WEIGHT).solve(2.0)
    np.testing.assert_allclose(fit.coef, wanted.coef, atol=1e-5)
    np.testing.assert_allclose(fit.intercept, wanted.intercept, atol=1e-5)


def test_great_temperatures_match_logits():
    """As T grows, the loss becomes squared error of centred logits, over 2 K.

    Hinton, Vinyals & Dean (2015), section 2.1.
    """
    T, penalty = 1e3, 0.5
    parts = HARD, soften(SOFT, T), np.zeros(60), WEIGHT, T
    fit = Softened(*parts).solve(Z, penalty, tol=1e-14)
    logs = np.log(SOFT)
    goal = logs - logs.mean(axis=1, keepdims=True)
    mean, level = WEIGHT @ Z / WEIGHT.sum(), WEIGHT @ goal / WEIGHT.sum()
    rows = WEIGHT[:, None] * (Z - mean)
    gram = (Z - mean).T @ rows / 3 + penalty * np.eye(2)
    coef = np.linalg.solve(gram, rows.T @ (goal - level) / 3)
    np.testing.assert_allclose(fit.coef, coef, atol=2e-3)


def test_sparse_features():
    """The same coefficients from a sparse matrix."""
    parts = HARD, soften(SOFT, 2.0), 0.5 * WEIGHT, 0.5 * WEIGHT, 2.0
    dense = Softened(*parts).solve(Z, 1.0)
    thin = Softened(*parts).solve(sparse.csr_array(Z), 1.0)
    np.testing.assert_allclose(thin.coef, dense.coef, atol=1e-4)
