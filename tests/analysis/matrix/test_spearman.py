"""Spearman tiles against pandas, with every pattern of missing values."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.analysis.matrix import _spearman
from mmensemble.analysis.matrix._pearson import Matrix
from mmensemble.analysis.matrix._spearman import spearman_tiles
from mmensemble.analysis.matrix._wide import fill_dense


def spearman(X, weight=None, tile=2048):
    return fill_dense(spearman_tiles(Matrix.of(X, weight), tile), X.shape[1])


def table(n_rows=200, n_columns=22, missing=0.0, decimals=15, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, n_columns)).round(decimals)
    X[:, 1] = 3
    X[:, 2] = X[:, 0] ** 3
    X[:, 3] = rng.integers(0, 3, n_rows)
    X[rng.random(X.shape) < missing] = np.nan
    return X


def assert_same(ours, theirs, atol=1e-10):
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
    np.testing.assert_allclose(ours, theirs, atol=atol, rtol=0)


@pytest.mark.parametrize("decimals", [0, 1, 15])
@pytest.mark.parametrize("missing", [0, 0.05, 0.3, 0.95])
def test_equals_pandas(missing, decimals):
    X = table(missing=missing, decimals=decimals)
    r, n, effective = spearman(X)
    assert_same(r, pd.DataFrame(X).corr(method="spearman").to_numpy())
    present = (~np.isnan(X)).astype(int)
    np.testing.assert_array_equal(n, present.T @ present)
    np.testing.assert_allclose(effective, n)


@pytest.mark.parametrize("tile", [4, 2048])
def test_modalities_that_are_missing_as_a_whole(tile):
    """Groups with a pattern in common, beside columns with their own."""
    X = table(300, 40)
    X[:100, :10] = np.nan
    X[80:200, 10:22] = np.nan
    rng = np.random.default_rng(1)
    for k in (5, 15, 30, 31):
        X[rng.random(300) < 0.2, k] = np.nan
    X[:, 33] = np.nan
    r, n, _ = spearman(X, tile=tile)
    assert_same(r, pd.DataFrame(X).corr(method="spearman").to_numpy())
    present = (~np.isnan(X)).astype(int)
    np.testing.assert_array_equal(n, present.T @ present)


def test_groups_without_common_rows():
    X = np.random.default_rng(0).normal(size=(60, 20))
    X[:30, :10] = X[30:, 10:] = np.nan
    r, n, _ = spearman(X)
    assert np.isnan(r[:10, 10:]).all()
    assert (n[:10, 10:] == 0).all()
    assert_same(r, pd.DataFrame(X).corr(method="spearman").to_numpy())


def test_more_rows_than_fit_sixteen_bits():
    X = table(40_000, 4, missing=0.1, decimals=2)
    assert_same(spearman(X)[0], pd.DataFrame(X).corr(method="spearman").to_numpy())


@pytest.mark.parametrize("groups", [False, True])
@pytest.mark.parametrize("missing", [0, 0.3])
def test_weights_equal_the_replicated_table(missing, groups, monkeypatch):
    X = table(80, 12, missing=missing, decimals=1)
    if groups:
        monkeypatch.setattr(_spearman, "LEAST_GROUP", 1)
    weight = np.random.default_rng(1).integers(0, 4, len(X))
    theirs = pd.DataFrame(np.repeat(X, weight, axis=0)).corr(method="spearman")
    r, n, effective = spearman(X, weight.astype(float))
    assert_same(r, theirs.to_numpy())
    present = (~np.isnan(X[weight > 0])).astype(int)
    np.testing.assert_array_equal(n, present.T @ present)
    assert (effective <= n + 1e-9).all()


@pytest.mark.parametrize("missing", [0, 0.2])
def test_float32_is_as_exact(missing):
    X = table(2000, missing=missing, decimals=2).astype(np.float32)
    theirs = pd.DataFrame(X.astype(float)).corr(method="spearman").to_numpy()
    assert_same(spearman(X)[0], theirs)
