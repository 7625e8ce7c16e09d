"""Screening in single precision finds and keeps what the exact computation does."""

import tracemalloc

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from mmensemble.analysis.matrix import _screening as _screen
from mmensemble.analysis.matrix._correlate import correlate
from mmensemble.analysis.matrix._pearson import Matrix


def planted(n_rows=600, n_columns=300, seed=0):
    """Return noise of all sizes, with planted pairs and a constant."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, n_columns))
    for k in range(0, 60, 2):
        X[:, 250 + k // 2] = X[:, k] + (0.3 + k / 80) * X[:, 100 + k]
    X[:, 7] = 3
    return X * 10.0 ** rng.integers(-20, 20, n_columns)


def assert_same_pairs(found, X, threshold, **options):
    """Compare with the strong pairs of the dense result."""
    dense = correlate(X, **options)
    strong = np.triu(np.abs(dense.r) >= threshold, 1)
    np.testing.assert_array_equal(np.argwhere(strong), np.c_[found.i, found.j])
    np.testing.assert_allclose(found.r, dense.r[strong], rtol=0, atol=1e-13)
    np.testing.assert_array_equal(found.n, dense.n[strong])
    np.testing.assert_allclose(found.effective, dense.effective[strong])
    upper = np.triu_indices(X.shape[1], 1)
    assert found.n_tested == np.isfinite(dense.r[upper]).sum()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("tile", [64, 1024])
@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_equals_the_dense_result(dtype, tile, method):
    """Same pairs, same correlations, for columns of any size."""
    X = planted().astype(dtype)
    found = correlate(X, threshold=0.6, tile=tile, method=method).pairs
    assert 10 < len(found.r) < 60
    assert_same_pairs(found, X, 0.6, method=method)


def test_weights_and_a_crowded_tile():
    """Weighted rows, and a threshold so low that whole tiles are computed again."""
    X = planted(200)
    weight = np.random.default_rng(1).random(200)
    for threshold in (0.02, 0.7):
        found = correlate(X, threshold=threshold, sample_weight=weight).pairs
        assert_same_pairs(found, X, threshold, sample_weight=weight)


def test_a_pair_at_the_threshold_is_not_lost():
    """The threshold is met in double precision, however float32 rounds."""
    X = planted(3000, 280)
    r = np.abs(correlate(X).r[np.triu_indices(280, 1)])
    twentieth = np.sort(r[np.isfinite(r)])[-20]
    found = correlate(X, threshold=twentieth * (1 - 1e-13)).pairs
    assert len(found.r) == 20


def test_products_stay_within_the_stated_bound():
    """What float32 loses is less than the margin of the candidates."""
    rng = np.random.default_rng(0)
    X = rng.integers(0, 2, (5000, 300)) + rng.integers(0, 2, (5000, 1)) * 3.0
    exact = correlate(X).r
    tiles = _screen.screened_tiles(Matrix.of(X), 2.0, 1024)
    rough = next(iter(tiles))[2]
    assert np.abs(rough - exact).max() < (2048 + 8) * _screen.ROUNDOFF


def test_threads_change_nothing():
    """One thread and two give the same numbers."""
    X = planted(2500)
    results = []
    for threads in (1, 2):
        with threadpool_limits(threads, user_api="blas"):
            results.append(correlate(X, threshold=0.5, tile=64).pairs)
    np.testing.assert_array_equal(results[0].i, results[1].i)
    np.testing.assert_array_equal(results[0].r, results[1].r)


def test_needs_width_and_all_values():
    """Narrow matrices and missing values take the exact way from the start."""
    X = np.random.default_rng(0).normal(size=(20, 300))
    assert _screen.can_screen(Matrix.of(X))
    assert not _screen.can_screen(Matrix.of(X[:, :50]))
    X[0, 0] = np.nan
    assert not _screen.can_screen(Matrix.of(X))


def test_a_mapped_file_is_never_loaded(tmp_path):
    """Memory stays far below the size of the file, and the planted pair is found."""
    X = np.lib.format.open_memmap(
        tmp_path / "x.npy", "w+", np.float32, shape=(12_000, 1200)
    )
    X[:] = np.random.default_rng(0).standard_normal(X.shape, np.float32)
    X[:, 900] = X[:, 5] + 0.1 * X[:, 900]
    X.flush()
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    tracemalloc.start()
    try:
        pairs = correlate(mapped, threshold=0.8, tile=128).pairs
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (pairs.i.tolist(), pairs.j.tolist()) == ([5], [900])
    assert peak < X.nbytes / 2
