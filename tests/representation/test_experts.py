"""Products of experts: against the product of normal densities by hand."""

import numpy as np
import pytest
from code_cases import make_net, make_rows, random_theta
from gradients import numeric_gradient
from numpy.testing import assert_allclose
from scipy.stats import norm

from mmensemble.representation._experts import Experts


def parts_of(experts, seed=0):
    """Return random parameters of some encoders."""
    rng = np.random.default_rng(seed)
    return {
        name: 0.5 * rng.normal(size=shape) for name, shape in experts.shapes.items()
    }


@pytest.mark.parametrize("varies", [False, True])
def test_product_of_densities(varies):
    """Mean and precision are those of prior times experts, on a grid of numbers."""
    experts = Experts((3, 2), 1, 4, varies)
    parts = parts_of(experts)
    inputs = [np.ones((1, 3)), -np.ones((1, 2))]
    codes = experts.forward(parts, inputs, np.ones((1, 1, 2)))
    grid = np.linspace(-20, 20, 40_001)
    density = norm.pdf(grid)
    for _, mean, own, _ in codes.tape:
        density *= norm.pdf(grid, mean.item(), own.item() ** -0.5)
    density /= density.sum()
    mean = density @ grid
    assert_allclose(codes.mean.item(), mean, atol=1e-8)
    variance = density @ (grid - mean) ** 2
    assert_allclose(1 / codes.precision.item(), variance, atol=1e-8)


@pytest.mark.parametrize("varies", [False, True])
def test_one_block_is_its_encoder_and_the_prior(varies):
    """A coalition of one shrinks its mean by its precision; of none it is the prior."""
    experts = Experts((3, 5, 2), 2, 4, varies)
    parts, rows = parts_of(experts), make_rows(missing=0.0)
    seen = np.zeros((4, 12, 3))
    for m in range(3):
        seen[m, :, m] = 1
    codes = experts.forward(parts, rows.blocks, seen)
    for m in range(3):
        said, _ = experts.network(m).forward(parts, rows.blocks[m])
        own = np.exp(said[:, 2:] if varies else parts[f"precision{m}"])
        assert_allclose(codes.mean[m], said[:, :2] * own / (1 + own))
    assert_allclose(codes.mean[3], 0)
    assert_allclose(codes.precision[3], 1)


@pytest.mark.parametrize("hidden", [0, 4])
@pytest.mark.parametrize("varies", [False, True])
def test_gradients(varies, hidden):
    """Of any function of means and precisions."""
    experts, rows = Experts((3, 5, 2), 2, hidden, varies), make_rows()
    seen = np.random.default_rng(1).integers(2, size=(4, 12, 3)) * rows.presence
    pulls = np.random.default_rng(2).normal(size=(2, 4, 12, 2))
    parts = parts_of(experts)

    def value(parts):
        codes = experts.forward(parts, rows.blocks, seen)
        return (codes.mean * pulls[0]).sum() + (codes.precision * pulls[1]).sum()

    gradient = {name: np.zeros_like(part) for name, part in parts.items()}
    codes = experts.forward(parts, rows.blocks, seen)
    experts.backward(parts, codes, seen, pulls[0], gradient, pulls[1])
    for name, part in parts.items():
        expected = numeric_gradient(lambda x, n=name: value({**parts, n: x}), part)
        assert_allclose(gradient[name], expected, atol=1e-7, err_msg=name)


def test_precision_stays_within_its_range():
    """However sure an encoder, codes stay numbers, and its precision stops there."""
    experts, rows = Experts((3,), 2, 0, False), make_rows((3,), missing=0.0)
    parts = parts_of(experts)
    parts["precision0"][:] = 500.0
    seen = np.ones((1, 12, 1))
    codes = experts.forward(parts, rows.blocks, seen)
    assert np.isfinite(codes.mean).all()
    gradient = {name: np.zeros_like(part) for name, part in parts.items()}
    experts.backward(parts, codes, seen, np.ones((1, 12, 2)), gradient)
    assert_allclose(gradient["precision0"], 0)
    assert np.abs(gradient["encoder0.coef0"]).max() > 0


def test_encoders_keep_their_type():
    """float32 stays float32 all the way."""
    net, rows = make_net(variational=True), make_rows()
    theta = random_theta(net).astype(np.float32)
    inputs = [block.astype(np.float32) for block in rows.blocks]
    seen = rows.presence[None].astype(np.float32)
    codes = net.experts.forward(net.layout.views(theta), inputs, seen)
    assert codes.mean.dtype == codes.precision.dtype == np.float32
