"""Pearson tiles against pandas, numpy and replicated tables."""

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from mmensemble.analysis.matrix._pearson import Matrix, pearson_tiles, two_pass
from mmensemble.analysis.matrix._wide import fill_dense


def pearson(X, weight=None, tile=2048):
    tiles = pearson_tiles(Matrix.of(X, weight), tile)
    parts = ((x, y, m.correlation(), m.counts(), m.effective()) for x, y, m in tiles)
    return fill_dense(parts, X.shape[1])


def difficult(n_rows=300, missing=0.3, seed=0):
    """Ties, rare events, constants, empty columns, offsets and duplicates."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 16))
    X[:, 1] = X[:, 0].round()
    X[:, 2] = 4.2
    X[:, 3] = rng.random(n_rows) < 0.02
    X[:, 4] = rng.random(n_rows) < 0.02
    X[:, 5] += 1e6
    X[:, 6] = X[:, 7]
    X[:, 8:10] = rng.integers(0, 3, size=(n_rows, 2))
    X[rng.random(X.shape) < missing] = np.nan
    X[:, 10] = X[:, 11]
    X[:, 12] = np.nan
    return X


def assert_same(ours, theirs, atol=1e-10):
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
    np.testing.assert_allclose(ours, theirs, atol=atol, rtol=0)


@pytest.mark.parametrize("tile", [3, 5, 2048])
@pytest.mark.parametrize("missing", [0, 0.02, 0.3, 0.9])
def test_equals_pandas(missing, tile):
    X = difficult(missing=missing)
    r, n, effective = pearson(X, tile=tile)
    assert_same(r, pd.DataFrame(X).corr().to_numpy())
    present = (~np.isnan(X)).astype(int)
    np.testing.assert_array_equal(n, present.T @ present)
    np.testing.assert_allclose(effective, n)


def test_many_blocks_of_rows():
    X = difficult(20_000, missing=0.1)
    assert_same(pearson(X)[0], pd.DataFrame(X).corr().to_numpy())


@pytest.mark.parametrize("missing", [0, 0.2])
def test_float32_is_as_exact(missing):
    X = difficult(3000, missing=missing).astype(np.float32)
    theirs = pd.DataFrame(X.astype(np.float64)).corr().to_numpy()
    assert_same(pearson(X)[0], theirs)


@pytest.mark.parametrize("missing", [0, 0.3])
def test_weights_equal_the_replicated_table(missing):
    X = difficult(120, missing=missing)
    weight = np.random.default_rng(1).integers(0, 4, len(X))
    theirs = pd.DataFrame(np.repeat(X, weight, axis=0)).corr().to_numpy()
    r, n, effective = pearson(X, weight.astype(float), tile=7)
    assert_same(r, theirs)
    present = (~np.isnan(X[weight > 0])).astype(int)
    np.testing.assert_array_equal(n, present.T @ present)
    assert (effective <= n + 1e-9).all()


def test_fractional_weights_equal_numpy():
    rng = np.random.default_rng(0)
    X, weight = rng.normal(size=(50, 4)), rng.random(50)
    cov = np.cov(X.T, aweights=weight)
    spread = np.sqrt(np.diag(cov))
    assert_same(pearson(X, weight)[0], cov / np.outer(spread, spread))


@pytest.mark.parametrize("missing", [0, 0.2])
def test_extreme_sizes_and_offsets(missing):
    X = np.random.default_rng(0).normal(size=(200, 4))
    X[np.random.default_rng(1).random(X.shape) < missing] = np.nan
    expected = pearson(X)[0]
    scaled = X * [1e150, 1e-150, 1e300, 1]
    np.testing.assert_allclose(pearson(scaled)[0], expected, atol=1e-12)
    exact = np.random.default_rng(0).integers(-500, 500, (200, 4)).astype(float)
    np.testing.assert_allclose(pearson(exact + 1e12)[0], pearson(exact)[0], atol=1e-12)


def test_common_rows_far_from_the_column_means():
    """Cancellation in a pair is noticed and computed again (pandas as reference)."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1000, 3)) * 1e4
    X[:20, 0] = 1e5 + rng.normal(size=20) * 1e-3
    X[20:, 1] = np.nan
    X[:20, 1] = 7.5e4 + rng.normal(size=20) * 1e-3
    X[:20, 2] = 1 / 3
    assert_same(pearson(X)[0], pd.DataFrame(X).corr().to_numpy(), atol=1e-8)
    assert np.isnan(pearson(X)[0][1, 2])


def test_layouts_and_read_only_memory_give_the_same(tmp_path):
    X = difficult(400)
    np.save(tmp_path / "x.npy", X)
    expected = pearson(X)[0]
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    for other in (np.asfortranarray(X), mapped, np.repeat(X, 2, axis=0)[::2]):
        assert_same(pearson(other)[0], expected, atol=1e-12)


@pytest.mark.parametrize("missing", [0, 0.3])
@pytest.mark.parametrize("tile", [3, 2048])
def test_the_number_of_threads_changes_no_digit(missing, tile):
    """Blocks of rows and tiles add up in their order, whoever computes them."""
    X = difficult(5000, missing)
    results = []
    for threads in (1, 2, 3):
        with threadpool_limits(threads, user_api="blas"):
            results.append(pearson(X, tile=tile)[0])
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


def test_two_pass_equals_numpy():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=30), rng.normal(size=(30, 2))
    y[:4, 1] = np.nan
    mean_x, mean_y, m2_x, m2_y, cross = two_pass(x, y)
    np.testing.assert_allclose(mean_x, [x.mean(), x[4:].mean()])
    np.testing.assert_allclose(mean_y, [y[:, 0].mean(), y[4:, 1].mean()])
    np.testing.assert_allclose(m2_x / [30, 26], [x.var(), x[4:].var()])
    np.testing.assert_allclose(m2_y[0] / 30, y[:, 0].var())
    np.testing.assert_allclose(cross[1] / 26, np.cov(x[4:], y[4:, 1], ddof=0)[0, 1])
