"""Chunks and merges equal the table in memory."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmensemble.analysis.matrix._correlate import correlate
from mmensemble.analysis.matrix._streaming import (
    PearsonAccumulator,
    RankTables,
    correlate_chunks,
)


def assert_same(ours, theirs, atol=1e-10):
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
    np.testing.assert_allclose(ours, theirs, atol=atol, rtol=0)


def table(n_rows=400, missing=0.2, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 7)) + rng.normal(size=(n_rows, 1))
    X[:, 0] += np.arange(n_rows)
    X[:, 1] = X[:, 1].round()
    X[:, 2] = 0.1
    X[:, 3] = X[:, 3] * 1e-3 + 1e5
    X[rng.random(X.shape) < missing] = np.nan
    return X


@pytest.mark.parametrize("missing", [0, 0.2, 0.8])
@pytest.mark.parametrize("size", [1, 37, 400])
def test_chunks_equal_memory(missing, size):
    X = table(missing=missing)
    total = PearsonAccumulator()
    for start in range(0, len(X), size):
        total.partial_fit(X[start : start + size])
    r, n, effective = total.correlation()
    expected = correlate(X)
    assert_same(r, expected.r)
    np.testing.assert_array_equal(n, expected.n)
    np.testing.assert_allclose(effective, expected.effective)
    assert total.n_rows_ == 400


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 59), max_size=4))
def test_any_split_and_order_of_merges(seed, cuts):
    X = table(60, seed=seed)
    rng = np.random.default_rng(seed)
    parts = [
        PearsonAccumulator().partial_fit(part)
        for part in np.split(X, sorted(set(cuts)))
    ]
    while len(parts) > 1:
        rng.shuffle(parts)
        parts.append(parts.pop().merge(parts.pop()))
    assert_same(parts[0].correlation()[0], correlate(X).r)


def test_weights():
    X, weight = table(), np.random.default_rng(0).integers(0, 3, 400)
    total = PearsonAccumulator()
    for rows in np.split(np.arange(400), 4):
        total.partial_fit(X[rows], weight[rows])
    assert_same(total.correlation()[0], correlate(X, sample_weight=weight).r)


def test_extreme_sizes_meet_in_a_merge():
    X = table(missing=0)[:, 4:] * [1e200, 1e-200, 1]
    one = PearsonAccumulator().partial_fit(X[:100])
    one.merge(PearsonAccumulator().partial_fit(X[100:]))
    assert_same(one.correlation()[0], correlate(X).r)


def test_missing_values_appear_late():
    X = table(missing=0)
    X[350:, 5] = np.nan
    total = PearsonAccumulator().partial_fit(X[:200]).partial_fit(X[200:])
    assert_same(total.correlation()[0], correlate(X).r)


def test_merging_nothing_changes_nothing():
    total = PearsonAccumulator().partial_fit(table())
    before = total.correlation()[0]
    total.merge(PearsonAccumulator()).partial_fit(np.empty((0, 7)))
    np.testing.assert_array_equal(total.correlation()[0], before)
    assert_same(PearsonAccumulator().merge(total).correlation()[0], before)


def test_wrong_use_of_the_accumulator():
    with pytest.raises(ValueError, match="No rows yet"):
        PearsonAccumulator().correlation()
    total = PearsonAccumulator().partial_fit(np.eye(3))
    with pytest.raises(ValueError, match="Expected 3 columns as before, got 2"):
        total.partial_fit(np.eye(2))
    with pytest.raises(ValueError, match="Expected 3 columns as before, got 2"):
        total.merge(PearsonAccumulator().partial_fit(np.eye(2)))


def test_rank_tables_are_exact():
    X = table()
    tables = RankTables()
    for part in np.split(X, 4):
        tables.partial_fit(part)
    expected = pd.DataFrame(X).rank().to_numpy()
    np.testing.assert_allclose(tables.ranks(X), expected)
    assert (tables.rank_error_ == 0).all()


def test_weighted_rank_tables():
    X, weight = table(50), np.random.default_rng(0).integers(1, 4, 50)
    tables = RankTables().partial_fit(X, weight)
    copies = pd.DataFrame(np.repeat(X, weight, axis=0)).rank().to_numpy()
    np.testing.assert_allclose(tables.ranks(X), copies[np.cumsum(weight) - weight])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([5, 20, 80]))
def test_bounded_tables_keep_their_bound(seed, max_values):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(600, 3)).round(rng.integers(0, 4))
    X[:, 1] = np.sort(X[:, 1])
    tables = RankTables(max_values)
    for part in np.array_split(X, rng.integers(1, 9)):
        tables.merge(RankTables(max_values).partial_fit(part))
    exact = pd.DataFrame(X).rank().to_numpy()
    error = np.abs(tables.ranks(X) - exact).max(axis=0) / len(X)
    assert (error <= tables.rank_error_ + 1e-12).all()
    assert all(len(values) <= max_values for values, _ in tables.tables_)


def test_bound_of_the_correlation_holds():
    X = table(2000, missing=0)[:, 3:]
    tables = RankTables(100)
    for part in np.split(X, 5):
        tables.partial_fit(part)
    ranks = tables.ranks(X)
    share = tables.rank_error_ / (pd.DataFrame(X).rank().std().to_numpy() / 2000)
    bound = 2 * (share[:, None] + share)
    error = np.abs(np.corrcoef(ranks.T) - correlate(X, method="spearman").r)
    assert (error <= bound).all()
    assert error.max() < 0.01


def test_wrong_use_of_rank_tables():
    with pytest.raises(ValueError, match="at least 2, got 1"):
        RankTables(1)
    with pytest.raises(ValueError, match="No rows yet"):
        RankTables().ranks(np.eye(2))
    with pytest.raises(ValueError, match="Expected 2 columns as before, got 3"):
        RankTables().partial_fit(np.eye(2)).partial_fit(np.eye(3))
    tables = RankTables().partial_fit(np.eye(2))
    assert tables.merge(RankTables()) is tables


@pytest.mark.parametrize("method", ["pearson", "spearman"])
@pytest.mark.parametrize("kind", ["csv", "parquet", "npy", "array", "frame"])
def test_sources_equal_memory(method, kind, tmp_path):
    X = table(missing=0)
    frame = pd.DataFrame(X, columns=list("abcdefg"))
    source = {"array": X, "frame": frame}.get(kind, tmp_path / f"t.{kind}")
    if kind == "csv":
        frame.to_csv(source, index=False)
    elif kind == "parquet":
        pytest.importorskip("pyarrow")
        frame.to_parquet(source)
    elif kind == "npy":
        np.save(source, X)
    result = correlate_chunks(source, method=method, chunk_rows=150)
    assert_same(result.r, correlate(frame, method=method).r)
    assert result.names == (
        list("abcdefg")
        if kind in ("csv", "parquet", "frame")
        else [f"x{k}" for k in range(7)]
    )


def test_levels_of_later_chunks_are_known():
    frame = pd.DataFrame({"c": list("aabbccab"), "x": range(8)})
    frame["c"] = frame["c"].astype("category")
    result = correlate_chunks(frame, chunk_rows=2)
    assert result.names == ["c_a", "c_b", "c_c", "x"]
    assert_same(result.r, correlate(frame).r)


def test_spearman_in_chunks_with_missing_values():
    X = table()
    with pytest.raises(ValueError, match="use nan_policy='columnwise'"):
        correlate_chunks(X, method="spearman", chunk_rows=100)
    result = correlate_chunks(
        X, method="spearman", nan_policy="columnwise", chunk_rows=100
    )
    expected = pd.DataFrame(X).rank().corr().to_numpy()
    assert_same(result.r, expected)


def test_wrong_sources():
    with pytest.raises(ValueError, match="'pearson' or 'spearman', got 'kendall'"):
        correlate_chunks(np.eye(3), method="kendall")
    with pytest.raises(ValueError, match="has no rows"):
        correlate_chunks(lambda: iter([]))
