"""Critics: slopes, reversal, and optima that are known."""

import numpy as np
import pytest
from code_cases import make_batch, make_rows
from gradients import numeric_gradient
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from scipy.special import softmax

from mmensemble.numerics._layout import Layout
from mmensemble.representation._code_critics import (
    Adversary,
    Alignment,
    Head,
    PairCritic,
)

CRITICS = {
    "classes": Head(0.7, 3, 3, is_classification=True),
    "numbers": Head(0.7, 3, 3, is_classification=False),
    "align": Alignment(0.7, 3),
    "pair": PairCritic(0.7, 3, 3),
    "adversary": Adversary(0.7, 3, 3),
}


def setting(critic, seed=0):
    """Return random parameters, codes of four or more coalitions, and a batch."""
    rng = np.random.default_rng(seed)
    batch = make_batch(make_rows())
    mean = rng.normal(size=(*batch.share.shape, 3)) * batch.seen.any(axis=2)[..., None]
    parts = {name: np.zeros(shape) for name, shape in critic.shapes.items()}
    critic.draw(parts, rng)
    for part in parts.values():
        part += 0.1 * rng.normal(size=part.shape)
    return parts, mean, batch


def loss_of(critic, parts, mean, batch):
    """Return loss, slope and gradient."""
    gradient = {name: np.zeros_like(part) for name, part in parts.items()}
    loss, slope = critic.loss(parts, mean, batch, gradient)
    return loss, slope, gradient


def excess_of(critic, parts, mean):
    """Return how much better than chance each code's origin is guessed, at most 1."""
    belief = np.stack(
        [
            softmax(critic.network.forward(parts, mean[1 + m])[0], axis=1)[:, m]
            for m in range(3)
        ]
    )
    return np.maximum((belief - 1 / 3) / (1 - 1 / 3), 0)[:, :, None]


@pytest.mark.parametrize("name", CRITICS)
def test_gradients(name):
    """Of parameters and codes; the adversary's slope is reversed, times ramp."""
    critic = CRITICS[name]
    parts, mean, batch = setting(critic)
    _, slope, gradient = loss_of(critic, parts, mean, batch)
    expected = numeric_gradient(lambda x: loss_of(critic, parts, x, batch)[0], mean)
    if name == "adversary":
        expected[1:4] *= -0.7 * 0.7 * excess_of(critic, parts, mean)
    assert_allclose(slope, expected, atol=1e-7)
    assert np.abs(slope).max() > 0
    for key, part in parts.items():
        expected = numeric_gradient(
            lambda x, k=key: loss_of(critic, {**parts, k: x}, mean, batch)[0], part
        )
        assert_allclose(gradient[key], expected, atol=1e-7, err_msg=key)


@pytest.mark.parametrize("name", CRITICS)
def test_weight_scales_what_codes_get(name):
    """Half the weight, half the slope."""
    critic = CRITICS[name]
    parts, mean, batch = setting(critic)
    slope = loss_of(critic, parts, mean, batch)[1]
    half = type(critic)(**{**vars(critic), "weight": 0.35})
    assert_allclose(2 * loss_of(half, parts, mean, batch)[1], slope)


@pytest.mark.parametrize("name", ["align", "pair", "adversary"])
def test_absent_blocks_get_nothing(name):
    """Where a row lacks a block, no slope reaches the code of that block alone."""
    critic = CRITICS[name]
    parts, mean, batch = setting(critic)
    if name == "pair":  # a lone block would tell a swap from nothing
        lone = batch.presence.sum(axis=1) < 2
        slope = loss_of(critic, parts, mean, batch)[1]
        assert_allclose(slope[1:4, lone].sum(axis=0)[~batch.presence[lone].any(1)], 0)
        return
    slope = loss_of(critic, parts, mean, batch)[1]
    for m in range(3):
        assert_allclose(slope[1 + m, batch.presence[:, m] == 0], 0, atol=1e-15)


@pytest.mark.parametrize("name", ["pair", "adversary"])
def test_discriminators_know_nothing_of_independent_codes(name):
    """Where there is nothing to tell, the best loss is log of the number of choices."""
    rows = make_rows((2, 2), n_samples=60, missing=0.0)
    batch = make_batch(rows)
    critic = PairCritic(1.0, 1, 2) if name == "pair" else Adversary(1.0, 1, 2)
    mean = np.zeros((3, 60, 1))
    values = np.random.default_rng(1).normal(size=60)
    if name == "adversary":  # both blocks have the same codes
        mean[1:] = values[:, None]
    else:  # block 1 says one thing of all rows: swapped or not, it is the same
        mean[1, :, 0] = values
        mean[2] = 1.0
        batch = make_batch(rows)
        object.__setattr__(batch, "swap", (1, batch.swap[1]))
    layout = Layout(critic.shapes)
    start = np.zeros(layout.size)
    critic.draw(layout.views(start), np.random.default_rng(0))

    def objective(theta):
        gradient = np.zeros_like(theta)
        views = layout.views(gradient)
        loss, _ = critic.loss(layout.views(theta), mean, batch, views)
        return loss, gradient

    found = minimize(objective, start, jac=True, method="L-BFGS-B")
    total = batch.weight.sum()
    assert_allclose(found.fun / total, np.log(2), atol=1e-4)
