"""The available-case estimate against its definition."""

import numpy as np
import pytest

from mmensemble.analysis.matrix._columnwise import about_own_means, columnwise_tiles
from mmensemble.analysis.matrix._pearson import Matrix
from mmensemble.analysis.matrix._wide import fill_dense


@pytest.mark.parametrize("weighted", [False, True])
def test_equals_the_available_case_estimate(weighted):
    """Means and spreads of own rows, products of common rows."""
    rng = np.random.default_rng(2)
    X = rng.normal(size=(500, 16))
    X[rng.random(X.shape) < 0.2] = np.nan
    X[:, 2], X[:, 12] = 4.2, np.nan
    w = rng.integers(1, 4, len(X)).astype(float) if weighted else np.ones(len(X))
    tiles = list(columnwise_tiles(Matrix.of(X, w if weighted else None), tile=6))
    r, n, _ = fill_dense(tiles, X.shape[1])
    i, j = 0, 7
    a, b = X[:, i], X[:, j]
    z = [
        (v - np.average(v[k], weights=w[k]))
        / np.sqrt(
            np.average((v[k] - np.average(v[k], weights=w[k])) ** 2, weights=w[k])
        )
        for v, k in ((a, ~np.isnan(a)), (b, ~np.isnan(b)))
    ]
    common = ~np.isnan(a) & ~np.isnan(b)
    expected = np.average((z[0] * z[1])[common], weights=w[common])
    assert r[i, j] == pytest.approx(expected, abs=1e-12)
    assert n[i, j] == common.sum()
    assert np.isnan(r[2]).all()
    assert np.isnan(r[12]).all()


@pytest.mark.parametrize("tile", [3, 50])
def test_own_means_and_spreads(tile):
    """They are those of NumPy, in units of the columns' scale."""
    X = np.random.default_rng(0).normal(5, 2, size=(3000, 8))
    X[::3, 1] = np.nan
    X[:, 2] *= 2.0**300
    centred, spread = about_own_means(Matrix.of(X), tile)
    np.testing.assert_allclose(centred.summary.centre, np.nanmean(X, axis=0))
    scale = centred.summary.scale
    np.testing.assert_allclose(spread, np.nanstd(X / scale, axis=0))
    assert scale[2] > 1
