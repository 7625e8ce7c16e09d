"""Autoencoders: gradients, and what linear ones are: linear models."""

import numpy as np
import pytest
from code_cases import (
    all_together,
    make_batch,
    make_net,
    make_rows,
    minimise,
    random_theta,
)
from gradients import numeric_gradient
from numpy.testing import assert_allclose
from scipy.linalg import subspace_angles

from mmensemble.representation import GroupFactor, block_slices
from mmensemble.representation._code_batches import CodeRows
from mmensemble.representation._code_net import CodeNet, LossWeights


@pytest.mark.parametrize("hidden", [0, 4])
@pytest.mark.parametrize("variational", [False, True])
def test_gradients(variational, hidden):
    """All losses together, with holes, noise and drawn codes."""
    net = make_net(
        hidden=hidden,
        variational=variational,
        supervised=1.5,
        align=0.7,
        pair_loss=0.4,
        beta=0.6,
    )
    batch, theta = make_batch(make_rows(), noise=0.2), random_theta(net)
    losses, gradient = net.objective(theta, batch)
    expected = numeric_gradient(lambda x: net.objective(x, batch)[0]["loss"], theta)
    assert_allclose(gradient, expected, atol=1e-7)
    assert_allclose(sum(losses.values()), 2 * losses["loss"])


def test_reversed_gradient():
    """Encoders climb the adversary's loss, the adversary descends it."""
    net = make_net((3, 5), adversary=0.5)
    batch, theta = make_batch(make_rows((3, 5))), random_theta(net)
    losses, gradient = net.objective(theta, batch)
    assert losses["loss"] == losses["reconstruction"]
    parts = net.layout.views(gradient)
    by_loss, by_adversary = (
        net.layout.views(
            numeric_gradient(lambda x, k=key: net.objective(x, batch)[0][k], theta)
        )
        for key in ("loss", "adversary")
    )
    climbed = 0.0
    for name, part in parts.items():
        if name.startswith(("encoder", "precision")):
            climbed += np.vdot(part - by_loss[name], by_adversary[name])
            continue
        expected = by_loss[name] + by_adversary[name]
        assert_allclose(part, expected, atol=1e-7, err_msg=name)
    assert climbed < -1e-6


def test_absent_rows_do_not_count():
    """What stands where a block is absent changes neither losses nor gradient."""
    net = make_net(supervised=1.0, align=1.0, pair_loss=1.0)
    rows, theta = make_rows(), random_theta(net)
    wild = [
        np.where(rows.presence[:, [m]] == 1, block, 9.0)
        for m, block in enumerate(rows.blocks)
    ]
    other = CodeRows(wild, rows.presence, rows.weight, rows.targets)
    one = net.objective(theta, make_batch(rows))
    two = net.objective(theta, make_batch(other))
    assert one[0] == pytest.approx(two[0])
    assert_allclose(one[1], two[1], atol=1e-12)


def factor_rows(widths, n_samples=40, seed=0, n_factors=2):
    """Draw complete, centred rows of a factor model."""
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n_samples, n_factors)) * [2.0, 1.0][:n_factors]
    blocks = []
    for m, width in enumerate(widths):
        noise = (0.4 + 0.3 * m) * rng.normal(size=(n_samples, width))
        rows = factors @ rng.normal(size=(n_factors, width)) + noise
        blocks.append(rows - rows.mean(axis=0))
    ones = np.ones((n_samples, len(widths)))
    return CodeRows(blocks, ones, np.ones(n_samples))


def test_linear_autoencoder_is_principal_components():
    """From a random start it ends in their subspace, with their error (Baldi & Hornik).

    Blocks of equal weight, all encoders together.
    """
    rows = factor_rows((3, 5))
    net = CodeNet((3, 5), 2, 0, False, LossWeights())
    batch = all_together(make_batch(rows, 2))
    theta, loss = minimise(net, batch, random_theta(net, seed=3), ftol=1e-11)
    matrix = np.hstack(rows.blocks)
    _, spread, right = np.linalg.svd(matrix, full_matrices=False)
    assert_allclose(loss, (spread[2:] ** 2).sum() / 40 / 2, rtol=1e-6)
    parts = net.layout.views(theta)
    loadings = np.hstack([parts["decoder0.coef0"], parts["decoder1.coef0"]])
    assert subspace_angles(loadings.T, right[:2].T).max() < 1e-3


def test_linear_vae_is_probabilistic_principal_components():
    """With the exact bound its optimum is the maximum of the likelihood.

    Lucas et al. (2019); the maximum is that of Tipping & Bishop (1999).
    """
    rows = factor_rows((6,))
    net = CodeNet((6,), 2, 0, True, LossWeights())
    batch = make_batch(rows, 2)
    _, loss = minimise(net, batch, random_theta(net, seed=1))
    bound = -loss * 6 / 2  # the loss is of a mean column, twice
    values = np.linalg.eigvalsh(np.cov(rows.blocks[0].T, bias=True))[::-1]
    noise = values[2:].mean()
    logs = np.log(values[:2]).sum() + 4 * np.log(noise)
    best = -0.5 * (6 * np.log(2 * np.pi) + logs + 6)
    assert bound <= best + 1e-9
    assert_allclose(bound, best, atol=1e-7)


def test_linear_product_of_experts_is_group_factor_analysis():
    """On complete rows, linear decoders reach the likelihood of the factor model."""
    rows = factor_rows((3, 5))
    net = CodeNet((3, 5), 2, 0, True, LossWeights())
    batch = all_together(make_batch(rows, 2))
    theta, loss = minimise(net, batch, random_theta(net, seed=1))
    matrix, present = np.hstack(rows.blocks), np.ones((40, 2), dtype=bool)
    slices = block_slices([3, 5])
    model = GroupFactor(2, max_iter=20_000, tol=1e-13).fit(matrix, present, slices)
    assert_allclose(-loss * 8 / 2, model.log_likelihoods_[-1], atol=1e-5)
    parts = net.layout.views(theta)
    noise = np.exp([parts["noise0"][0], parts["noise1"][0]])
    assert_allclose(noise, model.noise_, rtol=1e-3)
    codes = net.experts.forward(parts, rows.blocks, np.ones((1, 40, 2))).mean[0]
    expected = model.scores(matrix, present)
    turn = np.linalg.lstsq(codes, expected, rcond=None)[0]
    assert_allclose(codes @ turn, expected, atol=1e-3)
    assert_allclose(turn @ turn.T, np.eye(2), atol=1e-3)


def test_float32_stays():
    """Parameters, losses and gradients of float32 rows are float32."""
    net = make_net(supervised=1.0, align=1.0, pair_loss=1.0, adversary=1.0)
    rows = make_rows()
    small = CodeRows(
        [block.astype(np.float32) for block in rows.blocks],
        rows.presence.astype(np.float32),
        rows.weight.astype(np.float32),
        rows.targets.astype(np.float32),
    )
    batch = make_batch(small, noise=0.2)
    for array in (*batch.inputs, batch.share, batch.seen, batch.noise, batch.weight):
        assert array.dtype == np.float32
    theta = net.draw(np.random.default_rng(0))
    losses, gradient = net.objective(theta, batch)
    assert theta.dtype == gradient.dtype == np.float32
    same = net.objective(theta.astype(float), make_batch(rows, noise=0.2))[0]
    assert set(same) == set(losses)


def test_losses_that_do_not_count_have_no_parameters():
    """Nor has a single block anything to compare."""
    assert set(make_net().critics) == set()
    alone = make_net((3,), supervised=1, align=1, pair_loss=1, adversary=1)
    assert set(alone.critics) == {"supervised"}
