"""Decoders: gradients, and the exact expectation over normal codes."""

import numpy as np
import pytest
from code_cases import make_rows
from gradients import numeric_gradient
from numpy.testing import assert_allclose
from scipy.stats import norm

from mmensemble.representation._decoders import Decoders


def setting(hidden, is_normal, seed=0):
    """Return decoders, random parameters, codes, rows and weights."""
    rng = np.random.default_rng(seed)
    decoders = Decoders((3, 5, 2), 2, hidden, is_normal)
    parts = {n: 0.5 * rng.normal(size=s) for n, s in decoders.shapes.items()}
    codes, rows = rng.normal(size=(4, 12, 2)), make_rows()
    weight = rng.random((4, 12, 1)) * rows.presence
    return decoders, parts, codes, rows, weight


def loss_of(decoders, parts, codes, rows, weight, variance=None):
    """Return what `loss` returns, and the gradient."""
    gradient = {name: np.zeros_like(part) for name, part in parts.items()}
    found = decoders.loss(parts, codes, rows.blocks, weight, gradient, variance)
    return found, gradient


@pytest.mark.parametrize(
    ("hidden", "is_normal", "exact"),
    [(0, False, False), (4, False, False), (4, True, False), (0, True, True)],
)
def test_gradients(hidden, is_normal, exact):
    """Of parameters, codes and the codes' variances."""
    decoders, parts, codes, rows, weight = setting(hidden, is_normal)
    variance = np.random.default_rng(5).random(codes.shape) if exact else None
    (_, slope, by_variance), gradient = loss_of(
        decoders, parts, codes, rows, weight, variance
    )

    def value(parts=parts, codes=codes, variance=variance):
        return loss_of(decoders, parts, codes, rows, weight, variance)[0][0]

    expected = numeric_gradient(lambda x: value(codes=x), codes)
    assert_allclose(slope, expected, atol=1e-7)
    if exact:
        expected = numeric_gradient(lambda x: value(variance=x), variance)
        assert_allclose(by_variance, expected, atol=1e-7)
    for name, part in parts.items():
        expected = numeric_gradient(lambda x, n=name: value({**parts, n: x}), part)
        assert_allclose(gradient[name], expected, atol=1e-7, err_msg=name)


def test_normal_loss_is_the_negative_log_likelihood():
    """Against scipy's density, for the cells that are present."""
    decoders, parts, codes, rows, weight = setting(4, True)
    (loss, _, _), _ = loss_of(decoders, parts, codes, rows, weight)
    expected = 0.0
    for s in range(4):
        said = decoders.decode(parts, codes[s])
        for m in range(3):
            spread = np.exp(parts[f"noise{m}"][0] / 2)
            logs = norm.logpdf(rows.blocks[m], said[m], spread).sum(axis=1)
            expected -= weight[s, :, m] @ logs
    assert_allclose(loss, expected)


def test_exact_expectation_is_what_draws_tend_to():
    """The loss over many drawn codes has the exact one within its error."""
    decoders, parts, codes, rows, weight = setting(0, True)
    variance = np.random.default_rng(5).random(codes.shape)
    exact = loss_of(decoders, parts, codes, rows, weight, variance)[0][0]
    rng = np.random.default_rng(6)
    drawn = [
        loss_of(
            decoders,
            parts,
            codes + np.sqrt(variance) * rng.normal(size=codes.shape),
            rows,
            weight,
        )[0][0]
        for _ in range(400)
    ]
    error = np.std(drawn) / np.sqrt(len(drawn))
    assert abs(np.mean(drawn) - exact) < 4 * error
    assert error < 0.02 * abs(exact)
