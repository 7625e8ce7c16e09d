"""Means and deviations of columns against numpy's of repeated rows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from mmensemble.numerics._columns import column_means, column_moments


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix, sparse.csc_array])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_moments(make, missing):
    """A weight is as good as so many rows; NaN does not count."""
    rng = np.random.default_rng(0)
    values = rng.normal(1, 2, size=(30, 5)) * (rng.random((30, 5)) < 0.5)
    values[rng.random(values.shape) < missing] = np.nan
    values[:, 4] = 3.0
    weight = rng.integers(0, 4, 30)
    copies = np.repeat(values, weight, axis=0)
    means, spreads = column_moments(make(values), weight.astype(float))
    assert_allclose(means, np.nanmean(copies, axis=0), atol=1e-12)
    assert_allclose(spreads, np.nanstd(copies, axis=0), atol=1e-12)
    assert spreads[4] == 0
    assert_array_equal(column_means(make(values), weight.astype(float)), means)


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
def test_unit_of_any_size(make):
    """Huge and tiny units neither overflow nor vanish; large means do not hide."""
    values = np.array([[1e200, 1e-200, 1e9 + 1], [3e200, 3e-200, 1e9 - 1]])
    means, spreads = column_moments(make(values), np.ones(2))
    assert_allclose(means, [2e200, 2e-200, 1e9])
    assert_allclose(spreads, [1e200, 1e-200, 1.0])


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
def test_constants_have_no_spread(make):
    """Rounding is no variation."""
    values = np.tile([0.1, 0.1 + 0.2, 1e9, 0.0], (37, 1))
    weight = np.random.default_rng(0).random(37)
    assert_array_equal(column_moments(make(values), weight)[1], 0)


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
def test_nothing(make):
    """Without rows, values or weight means and spreads are zero."""
    for values, weight in (
        (np.empty((0, 2)), np.empty(0)),
        (np.ones((3, 2)), np.zeros(3)),
        (np.full((3, 2), np.nan), np.ones(3)),
    ):
        means, spreads = column_moments(make(values), weight)
        assert_array_equal(means, [0, 0])
        assert_array_equal(spreads, [0, 0])
