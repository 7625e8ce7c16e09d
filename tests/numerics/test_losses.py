"""Losses: their slopes, their optima, and rows that do not count."""

import numpy as np
import pytest
from gradients import numeric_gradient
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from scipy.special import log_softmax as scipy_log_softmax
from scipy.stats import entropy, norm
from sklearn.metrics import log_loss

from mmensemble.numerics._losses import (
    gaussian_divergence,
    info_nce_loss,
    log_softmax,
    pair_loss,
    softmax_loss,
    squared_loss,
)

RNG = np.random.default_rng(0)
N = 7
WEIGHT = RNG.random(N)
INDICATORS = np.eye(3)[RNG.integers(3, size=N)]
CASES = {
    "squared": (lambda x: squared_loss(x, INDICATORS, WEIGHT), (N, 3)),
    "softmax": (lambda x: softmax_loss(x, INDICATORS, WEIGHT), (N, 3)),
    "info_nce": (lambda x: info_nce_loss(x, WEIGHT), (N, N)),
    "divergence by mean": (
        lambda x: gaussian_divergence(x, INDICATORS, WEIGHT)[:2],
        (N, 3),
    ),
    "divergence by variance": (
        lambda x: gaussian_divergence(INDICATORS, x, WEIGHT)[::2],
        (N, 3),
    ),
    "pair, real": (lambda x: pair_loss(x, INDICATORS[:, 0], WEIGHT)[:2], (N,)),
    "pair, made up": (lambda x: pair_loss(INDICATORS[:, 0], x, WEIGHT)[::2], (N,)),
}


@pytest.mark.parametrize("name", CASES)
def test_slopes(name):
    """Every slope agrees with finite differences."""
    loss, shape = CASES[name]
    x = np.random.default_rng(1).normal(size=shape)
    slope = loss(x)[1]
    expected = numeric_gradient(lambda x: loss(x)[0], x)
    assert_allclose(slope, expected, atol=1e-7)


@pytest.mark.parametrize("name", CASES)
def test_float32_stays(name):
    """Slopes of float32 arrays are float32."""
    x = np.ones((N, N), dtype=np.float32)
    w = np.ones(N, dtype=np.float32)
    found = {
        "squared": lambda: squared_loss(x, x, w),
        "softmax": lambda: softmax_loss(x, x, w),
        "info_nce": lambda: info_nce_loss(x, w),
        "divergence by mean": lambda: gaussian_divergence(x, x, w),
        "divergence by variance": lambda: gaussian_divergence(x, x, w),
        "pair, real": lambda: pair_loss(w, w, w),
        "pair, made up": lambda: pair_loss(w, w, w),
    }[name]()
    assert isinstance(found[0], float)
    assert {slope.dtype for slope in found[1:]} == {np.dtype(np.float32)}


@pytest.mark.parametrize("name", ["squared", "softmax", "info_nce", "pair"])
def test_rows_without_weight_are_not_there(name):
    """Rows of weight zero change nothing, whatever stands in them."""
    x = np.random.default_rng(1).normal(size=(N, N))
    weight = WEIGHT.copy()
    weight[[2, 5]] = 0
    kept = np.flatnonzero(weight)
    wild = x.copy()
    wild[[2, 5]] = 50.0
    loss = {
        "squared": lambda x, w: squared_loss(x, np.ones_like(x), w)[:2],
        "softmax": lambda x, w: softmax_loss(x, np.eye(N)[: len(x)], w)[:2],
        "info_nce": info_nce_loss,
        "pair": lambda x, w: pair_loss(x[:, 0], x[:, 1], w)[:2],
    }[name]
    columns = kept if name == "info_nce" else np.arange(N)
    if name == "softmax":
        return_all, slope = softmax_loss(wild, np.eye(N), weight)
        alone, own = softmax_loss(x[kept], np.eye(N)[kept], weight[kept])
    else:
        return_all, slope = loss(wild, weight)
        alone, own = loss(x[np.ix_(kept, columns)], weight[kept])
    assert_allclose(return_all, alone)
    assert_allclose(slope[[2, 5]], 0, atol=1e-12)
    if slope.ndim == 2:
        slope = slope[:, columns]
    assert_allclose(slope[kept], own, atol=1e-12)


def test_values_against_others():
    """Cross-entropy is scikit-learn's, the divergence an integral over the line."""
    scores = np.random.default_rng(1).normal(size=(N, 3))
    assert_allclose(log_softmax(scores), scipy_log_softmax(scores, axis=1))
    expected = log_loss(
        INDICATORS.argmax(1),
        np.exp(scipy_log_softmax(scores, axis=1)),
        sample_weight=WEIGHT,
        labels=[0, 1, 2],
    )
    got = softmax_loss(scores, INDICATORS, WEIGHT / WEIGHT.sum())[0]
    assert_allclose(got, expected)
    grid = np.linspace(-15, 15, 20_001)
    density = norm.pdf(grid, 0.7, np.exp(0.3 / 2))
    expected = entropy(density, norm.pdf(grid))
    one = np.ones(1)
    got = gaussian_divergence(np.full((1, 1), 0.7), np.full((1, 1), 0.3), one)[0]
    assert_allclose(got, expected, rtol=1e-6)


def joint(dependent=True):
    """Return a joint distribution of two letters, and its pointwise information."""
    table = np.random.default_rng(3).random((4, 4)) + 0.1 + 2 * dependent * np.eye(4)
    table /= table.sum()
    if not dependent:
        table = np.outer(table.sum(1), table.sum(0))
    return table, np.log(table / np.outer(table.sum(1), table.sum(0)))


def test_optimal_critic_of_info_nce():
    """Free to say anything, the critic says log p(a, b) / p(a) p(b)."""
    table, information = joint()
    first, second = (where.ravel() for where in np.indices(table.shape))
    weight = table.ravel()  # one row a pair of letters

    def objective(flat):
        critic = flat.reshape(table.shape)
        loss, slope = info_nce_loss(critic[np.ix_(first, second)], weight)
        gradient = np.zeros_like(critic)
        np.add.at(gradient, np.ix_(first, second), slope)
        return loss, gradient.ravel()

    found = minimize(objective, np.zeros(16), jac=True, options={"gtol": 1e-9})
    critic = found.x.reshape(table.shape)
    assert_allclose(critic - critic.mean(), information - information.mean(), atol=1e-5)
    assert_allclose(found.fun, np.log(16) - (table * information).sum(), atol=1e-9)


@pytest.mark.parametrize("dependent", [True, False])
def test_optimal_critic_of_pairs(dependent):
    """It says the same; of independent letters nothing, with loss log 2."""
    table, information = joint(dependent)
    product = np.outer(table.sum(1), table.sum(0))
    nothing = np.zeros(16)

    def objective(critic):
        # real and made-up pairs have other weights: two calls of half the loss each
        real, slope, _ = pair_loss(critic, nothing, table.ravel())
        fake, _, other = pair_loss(nothing, critic, product.ravel())
        return real + fake - np.log(2), slope + other

    found = minimize(objective, nothing, jac=True, options={"gtol": 1e-10})
    assert_allclose(found.x, information.ravel(), atol=1e-5)
    if not dependent:
        assert_allclose(found.fun, np.log(2))
    else:
        assert found.fun < np.log(2) - 0.01
