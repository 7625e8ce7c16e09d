"""Mid-ranks against scipy and replicated tables."""

import numpy as np
import pytest
from scipy.stats import rankdata

from mmensemble.analysis.matrix import _ranks
from mmensemble.analysis.matrix._ranks import SortedColumn, rank_columns


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("decimals", [0, 1, 15])
def test_equals_scipy(dtype, decimals):
    X = np.random.default_rng(0).normal(size=(200, 5)).round(decimals).astype(dtype)
    X[:, 4] = 2
    ranks = rank_columns(X)
    np.testing.assert_array_equal(ranks, rankdata(X, axis=0))
    assert ranks.dtype == dtype


def test_missing_values_have_no_rank():
    X = np.random.default_rng(0).normal(size=(60, 4)).round(1)
    X[::3, 1] = X[:, 3] = np.nan
    expected = rankdata(X, axis=0, nan_policy="omit")
    np.testing.assert_array_equal(rank_columns(X), expected)


def test_weighted_ranks_equal_those_of_the_replicated_rows():
    rng = np.random.default_rng(0)
    X, weight = rng.normal(size=(50, 3)).round(1), rng.integers(1, 4, 50)
    copies = rankdata(np.repeat(X, weight, axis=0), axis=0)
    first = np.cumsum(weight) - weight
    np.testing.assert_allclose(rank_columns(X, weight.astype(float)), copies[first])


def test_signed_zeros_tie():
    X = np.array([[0.0], [-0.0], [1.0]])
    np.testing.assert_array_equal(rank_columns(X)[:, 0], [1.5, 1.5, 3])


def test_numbers_that_differ_in_their_last_bits():
    """Neighbouring floats, in any order and of either sign, keep their order."""
    rng = np.random.default_rng(0)
    x = np.cumsum(np.full(300, np.spacing(1.0))) + 1
    X = np.c_[rng.permutation(x), -rng.permutation(x), rng.normal(size=300)]
    np.testing.assert_array_equal(rank_columns(X), rankdata(X, axis=0))


def test_the_largest_floats_beside_missing_values():
    """Missing values rank behind all numbers, however large these are."""
    top = np.finfo(np.float64).max
    x = np.array([top, np.nan, -top, top * (1 - 1e-15), 5e-324, np.nan, 0, -5e-324])
    expected = rankdata(x, nan_policy="omit")
    np.testing.assert_array_equal(rank_columns(x[:, None])[:, 0], expected)


def test_more_rows_than_the_last_bits_can_number(monkeypatch):
    """Longer columns are ranked as well."""
    monkeypatch.setattr(_ranks, "MOST_BITS", 4)
    X = np.random.default_rng(0).normal(size=(40, 3)).round(1)
    np.testing.assert_array_equal(rank_columns(X), rankdata(X, axis=0))


@pytest.mark.parametrize("decimals", [0, 15])
@pytest.mark.parametrize("dtype", [np.uint16, np.uint32, np.float64])
def test_ranks_within_subsets_equal_sorting_anew(dtype, decimals):
    rng = np.random.default_rng(0)
    x = rng.normal(size=100).round(decimals)
    x[::7] = np.nan
    masks = (rng.random((100, 8)) < 0.6).astype(dtype)
    out = np.empty((8, 100))
    cubes, total = SortedColumn.of(x).rank_within(masks, out)
    for k in range(8):
        rows = (masks[:, k] > 0) & ~np.isnan(x)
        np.testing.assert_array_equal((out[k, rows] + 1) / 2, rankdata(x[rows]))
        sizes = np.unique(x[rows], return_counts=True)[1]
        assert cubes[k] == (sizes.astype(float) ** 3).sum()
        assert total[k] == rows.sum()
    assert (out[:, np.isnan(x)] == 0).all()


def test_a_column_without_values():
    out = np.empty((4, 5))
    column = SortedColumn.of(np.full(5, np.nan))
    cubes, total = column.rank_within(np.ones((5, 4), dtype=np.uint16), out)
    assert not out.any()
    assert not cubes.any()
    assert not total.any()
