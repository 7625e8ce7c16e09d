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
    plain = column_means(make(values), weight.astype(float))
    assert_allclose(plain, means, rtol=1e-14, atol=1e-15)


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
@pytest.mark.parametrize("n_rows", [37, 200_000])
def test_many_constants_have_no_spread(make, n_rows):
    """A sum of many equal numbers is rounded, and that is no variation."""
    values = np.tile([0.1, 1 / 3, 1e12 + 0.1], (n_rows, 1))
    weight = np.random.default_rng(0).random(n_rows)
    means, spreads = column_moments(make(values), weight)
    assert_array_equal(spreads, 0)
    assert_allclose(means, values[0], rtol=1e-15)


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize("size", [1e8, 1e10, 1e12])
def test_small_spreads_beside_large_means(make, size):
    """As exact as the numbers themselves, to 1e-16 of their size."""
    noise = np.random.default_rng(0).normal(size=(200, 2))
    values = noise + size
    means, spreads = column_moments(make(values), np.ones(200))
    assert_allclose(spreads, (values - size).std(axis=0), rtol=1e-6)
    assert_allclose(means - size, (values - size).mean(axis=0), atol=4e-16 * size)


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


@pytest.mark.parametrize("weight", [0.1, 1e-200, 1 / 3])
def test_sparse_columns_that_are_full(weight):
    """Every row is stored: what sums of weights are rounded by is no row of zeros."""
    rng = np.random.default_rng(0)
    values = np.column_stack([1e7 + rng.normal(size=5000), np.full(5000, 0.1)])
    weights = np.full(5000, weight)
    weights[:7] = 0
    expected = column_moments(values, weights)
    found = column_moments(sparse.csr_array(values), weights)
    assert_allclose(found[0], expected[0])
    assert_allclose(found[1], expected[1], rtol=1e-6)
    assert found[1][1] == 0


def test_sparse_columns_in_any_order():
    """Vectorizers leave the columns of a row unsorted; a cell may be stored twice."""
    dense = np.random.default_rng(0).random((30, 5))
    order = np.argsort(np.random.default_rng(1).random((30, 5)), axis=1)
    data = np.take_along_axis(dense, order, axis=1).ravel()
    ends = np.arange(0, 151, 5)
    values = sparse.csr_array((data, order.ravel(), ends), shape=(30, 5))
    assert not values.has_sorted_indices
    expected = column_moments(dense, np.ones(30))
    assert_allclose(column_moments(values, np.ones(30)), expected)
    assert not values.has_sorted_indices  # the user's own stays as it is
    twice = sparse.csr_array(
        (np.repeat(data, 2) / 2, np.repeat(order.ravel(), 2), 2 * ends), shape=(30, 5)
    )
    assert_allclose(column_moments(twice, np.ones(30)), expected)
