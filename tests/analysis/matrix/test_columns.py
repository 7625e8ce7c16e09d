"""The summary of columns, and the checks of matrices and weights."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from mmensemble.analysis import (
    RankTables,
    correlate,
    correlate_chunks,
    permutation_pvalues,
)
from mmensemble.analysis.matrix import _columns
from mmensemble.analysis.matrix._columns import (
    check_matrix,
    missing_patterns,
    refuse_infinity,
    row_blocks,
    summarise,
    zero_filled,
)


def test_summary_equals_numpy_across_blocks():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5000, 6))
    X[rng.random(X.shape) < 0.2] = np.nan
    X[:, 0], X[:, 1], X[:4000, 2] = 3.1, np.nan, 0.5
    summary = summarise(X)
    np.testing.assert_array_equal(summary.present, (~np.isnan(X)).sum(axis=0))
    kept = [0, 2, 3, 4, 5]
    np.testing.assert_allclose(summary.centre[kept], np.nanmean(X[:, kept], axis=0))
    np.testing.assert_array_equal(summary.constant, [1, 1, 0, 0, 0, 0])
    assert summary.centre[0] == 3.1
    assert (summary.scale == 1).all()


def test_memory_does_not_grow_with_the_rows(monkeypatch):
    """Many short blocks, as very wide tables have them, leave few summaries."""
    X = np.random.default_rng(0).normal(size=(8004, 100))
    X[5::7, 3] = X[-1, 9] = np.nan
    expected = summarise(X)
    monkeypatch.setattr(_columns, "GLANCE_SIZE", 800)
    tracemalloc.start()
    try:
        summary = summarise(X)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < X.nbytes / 8
    np.testing.assert_array_equal(summary.packed, expected.packed)
    np.testing.assert_array_equal(summary.constant, expected.constant)
    np.testing.assert_allclose(summary.centre, np.nanmean(X, axis=0), atol=1e-14)


def test_missing_only_in_a_later_block():
    X = np.zeros((20_000, 200))
    X[-1, 3] = np.nan
    pattern, first = missing_patterns(summarise(X).packed)
    assert len(first) == 2
    assert pattern[3] == 1


def test_patterns_group_columns():
    X = np.ones((20, 5))
    X[:4, [0, 2]] = np.nan
    X[3, 4] = np.nan
    pattern, first = missing_patterns(summarise(X).packed)
    np.testing.assert_array_equal(pattern, [0, 1, 0, 1, 2])
    np.testing.assert_array_equal(first, [0, 1, 4])


def test_nothing_missing_has_no_bits():
    assert summarise(np.ones((3, 2))).packed is None


@pytest.mark.parametrize("size", [1e-150, 1e150, 1e308])
def test_extreme_columns_get_a_power_of_two(size):
    X = np.random.default_rng(0).uniform(-1, 1, size=(500, 2)) * [1, size]
    scale = summarise(X).scale
    assert scale[0] == 1
    assert np.frexp(scale[1])[0] == 0.5
    assert 0.25 < np.abs(X[:, 1]).max() / scale[1] < 4


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinity_is_refused_by_name(value):
    X = np.zeros((4, 2))
    X[1, 1], X[2, 0] = value, np.nan
    with pytest.raises(ValueError, match=r"\['b'\] hold infinity"):
        summarise(X, ["a", "b"])
    with pytest.raises(ValueError, match=r"\[1\] hold infinity"):
        summarise(X)
    with pytest.raises(ValueError, match=r"\['b'\] hold infinity"):
        refuse_infinity(X, ["a", "b"])
    assert refuse_infinity(X[:, :1]) is not None


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_every_way_to_correlate_refuses_infinity(method):
    """In memory, in chunks and by permutation, by name where there is one."""
    X = pd.DataFrame({"a": np.arange(8.0), "b": [1.0, np.inf, *range(6)]})
    with pytest.raises(ValueError, match=r"\['b'\] hold infinity"):
        correlate(X, method=method)
    with pytest.raises(ValueError, match=r"\['b'\] hold infinity"):
        correlate_chunks(lambda: iter([X[:4], X[4:]]), method=method)
    with pytest.raises(ValueError, match=r"\[1\] hold infinity"):
        permutation_pvalues(X.to_numpy(), method=method)
    with pytest.raises(ValueError, match=r"\[1\] hold infinity"):
        RankTables().partial_fit(X.to_numpy())


def test_blocks_cover_all_rows():
    blocks = list(row_blocks(10_001, 300))
    assert sum(b.stop - b.start for b in blocks) == 10_001


def test_zero_filled():
    x = np.array([1.0, np.nan, -2.0])
    np.testing.assert_array_equal(zero_filled(x), [1, 0, -2])


def test_check_matrix():
    X = np.ones((2, 2), dtype=np.float32)
    assert check_matrix(X) is X
    assert check_matrix([[1, 2], [3, 4]]).dtype == np.float64
    with pytest.raises(ValueError, match="got a 1D array"):
        check_matrix([1, 2])
    with pytest.raises(ValueError, match="Expected a matrix of numbers"):
        check_matrix([["a"]])
