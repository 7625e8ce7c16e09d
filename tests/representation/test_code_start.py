"""Where autoencoders start, against the linear models themselves."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from mmensemble.representation import GroupFactor, block_slices
from mmensemble.representation._code_net import CodeNet, LossWeights
from mmensemble.representation._code_start import start_linear


def draw_blocks(seed=0, n_samples=60, widths=(4, 6)):
    """Draw complete blocks of common factors."""
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n_samples, 2))
    blocks = []
    for width in widths:
        rows = factors @ rng.normal(size=(2, width))
        rows += 0.5 * rng.normal(size=rows.shape)
        blocks.append(rows - rows.mean(axis=0))
    return blocks, np.ones((n_samples, len(widths)), dtype=bool)


def started(blocks, presence, *, hidden, variational, n_components=3):
    """Return a net, its parameters at the start, and the codes of the rows."""
    widths = tuple(block.shape[1] for block in blocks)
    net = CodeNet(widths, n_components, hidden, variational, LossWeights())
    theta = net.draw(np.random.default_rng(0), np.float64)
    start_linear(net, theta, blocks, presence, np.ones(len(presence)))
    parts = net.layout.views(theta)
    codes = net.experts.forward(parts, blocks, presence[None].astype(float))
    return net, parts, codes


def only_pairs(net, parts):
    """Silence the units that the linear model leaves."""
    for kind in ("encoder", "decoder"):
        for m in range(len(net.widths)):
            last = parts[f"{kind}{m}.coef1"]
            last[2 * min(net.n_components, net.widths[m], net.hidden // 2) :] = 0


@pytest.mark.parametrize("hidden", [0, 16])
def test_autoencoder_starts_at_principal_components(hidden):
    """Codes are the scores, and what is rebuilt is their projection."""
    blocks, presence = draw_blocks()
    net, parts, codes = started(blocks, presence, hidden=hidden, variational=False)
    if hidden:
        only_pairs(net, parts)
        codes = net.experts.forward(parts, blocks, presence[None].astype(float))
    matrix = np.hstack(blocks)
    axes = np.linalg.svd(matrix, full_matrices=False)[2][:3].T
    scores = matrix @ axes
    signs = np.sign((codes.mean[0] * scores).sum(axis=0))
    assert_allclose(codes.mean[0] * signs, scores, atol=1e-6)
    rebuilt = np.hstack(net.decoders.decode(parts, codes.mean[0]))
    assert_allclose(rebuilt, scores @ axes.T, atol=1e-6)


@pytest.mark.parametrize("hidden", [0, 16])
def test_vae_starts_at_factors(hidden):
    """Codes of complete rows are the conditional expectations, but for a rotation."""
    blocks, presence = draw_blocks()
    net, parts, codes = started(blocks, presence, hidden=hidden, variational=True)
    if hidden:
        only_pairs(net, parts)
        codes = net.experts.forward(parts, blocks, presence[None].astype(float))
    matrix, slices = np.hstack(blocks), block_slices([4, 6])
    model = GroupFactor(3, max_iter=30).fit(matrix, presence, slices)
    rebuilt = np.hstack(net.decoders.decode(parts, codes.mean[0]))
    expected = model.scores(matrix, presence) @ model.loadings_.T
    assert_allclose(rebuilt, expected, atol=0.05)
    noise = np.exp([parts["noise0"][0], parts["noise1"][0]])
    assert_allclose(noise, model.noise_)


@pytest.mark.parametrize("hidden", [2, 5])
def test_few_units_hold_the_leading_part(hidden):
    """With fewer pairs than components, the map has the rank of the pairs."""
    blocks, presence = draw_blocks()
    _, parts, _ = started(blocks, presence, hidden=hidden, variational=False)
    pairs = hidden // 2
    first, last = (parts[f"encoder1.coef{k}"] for k in (0, 1))
    linear = first[:, :pairs] @ last[:pairs]
    full = started(blocks, presence, hidden=0, variational=False)[1]["encoder1.coef0"]
    left, spread, right = np.linalg.svd(full)
    best = (left[:, :pairs] * spread[:pairs]) @ right[:pairs]
    assert_allclose(linear, best, atol=1e-8)
    assert_allclose(first[:, pairs : 2 * pairs], -first[:, :pairs])


@pytest.mark.parametrize("variational", [False, True])
def test_blocks_without_columns(variational):
    """A block that does not vary, and more components than there are directions."""
    blocks, presence = draw_blocks()
    blocks.append(np.zeros((60, 0)))
    presence = np.column_stack([presence, np.ones(60, dtype=bool)])
    _, parts, codes = started(
        blocks, presence, hidden=8, variational=variational, n_components=10
    )
    assert np.isfinite(codes.mean).all()
    assert all(np.isfinite(part).all() for part in parts.values())
