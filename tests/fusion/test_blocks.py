"""Scales, means and joined matrices against numpy's closed forms."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from mmensemble.fusion._blocks import block_moments, join_blocks


def draw(shape, seed=0):
    """Draw a block that is half zeros, and weights."""
    rng = np.random.default_rng(seed)
    values = rng.normal(1, 2, size=shape) * (rng.random(shape) < 0.5)
    return values, rng.integers(0, 4, shape[0]).astype(float)


SHAPES = [(30, 1), (30, 2), (30, 7), (6, 20), (4, 3)]


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize("shape", SHAPES)
def test_scales(shape, make):
    """Root of the total variance, and of the first component's by full SVD."""
    values, weight = draw(shape)
    copies = np.repeat(values, weight.astype(int), axis=0)
    centred = (copies - copies.mean(axis=0)) / np.sqrt(len(copies))
    mean, total = block_moments(make(values), weight, "frobenius")
    assert_allclose(mean, copies.mean(axis=0), atol=1e-12)
    assert_allclose(total, np.sqrt(copies.var(axis=0).sum()))
    first = block_moments(make(values), weight, "first_singular_value")[1]
    assert_allclose(first, np.linalg.svd(centred, compute_uv=False)[0], rtol=1e-6)
    assert block_moments(make(values), weight, None)[1] == 1.0


@pytest.mark.parametrize("shape", [(8, 30), (30, 8), (40, 40)])
def test_first_singular_value_of_equal_weights(shape):
    """Centred columns are orthogonal to equal weights; nothing gets stuck there."""
    values, _ = draw(shape)
    mean = values.mean(axis=0)
    expected = np.linalg.svd((values - mean) / np.sqrt(shape[0]), compute_uv=False)[0]
    for make in (np.asarray, sparse.csr_matrix):
        got = block_moments(make(values), np.ones(shape[0]), "first_singular_value")
        assert_allclose(got[1], expected, rtol=1e-6)


@pytest.mark.parametrize("kind", ["frobenius", "first_singular_value"])
def test_degenerate_scales(kind):
    """Blocks without variation, rows or weight are divided by one."""
    constant, ones = np.full((8, 3), 5.0), np.ones(8)
    assert block_moments(constant, ones, kind)[1] == 1.0
    assert block_moments(constant[:0], ones[:0], kind)[1] == 1.0
    assert block_moments(constant, np.zeros(8), kind)[1] == 1.0


def test_join():
    """Dense parts stay dense; one sparse part makes the whole sparse."""
    a, b = np.arange(6.0).reshape(3, 2), np.ones((3, 1))
    joined = join_blocks([a, np.empty((3, 0)), b])
    assert_allclose(joined, np.hstack([a, b]))
    mixed = join_blocks([a, sparse.csr_matrix(b)])
    assert sparse.issparse(mixed)
    assert_allclose(mixed.toarray(), np.hstack([a, b]))
    assert_allclose(join_blocks([a]), a)
