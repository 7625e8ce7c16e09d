"""Strong pairs, tile by tile, are those of the whole matrix."""

import numpy as np
import pytest

from mmensemble.analysis.matrix._correlate import correlate


@pytest.mark.parametrize("method", ["pearson", "spearman"])
@pytest.mark.parametrize("missing", [0, 0.2])
@pytest.mark.parametrize("nan_policy", ["pairwise", "columnwise"])
def test_strong_pairs_are_those_of_the_dense_result(method, missing, nan_policy):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 30)) + rng.normal(size=(100, 1)) * rng.random(30)
    X[:, 4] = 1
    X[rng.random(X.shape) < missing] = np.nan
    options = {"method": method, "nan_policy": nan_policy, "tile": 7}
    dense = correlate(X, **options)
    pairs = correlate(X, threshold=0.3, **options).pairs
    strong = np.triu(np.abs(dense.r) >= 0.3, 1)
    np.testing.assert_array_equal(
        np.argwhere(strong), np.column_stack([pairs.i, pairs.j])
    )
    np.testing.assert_array_equal(dense.r[pairs.i, pairs.j], pairs.r)
    np.testing.assert_array_equal(dense.n[pairs.i, pairs.j], pairs.n)
    assert pairs.n_tested == np.isfinite(dense.r[np.triu_indices(30, 1)]).sum()
    assert pairs.n_columns == 30


@pytest.mark.parametrize("threshold", [0, -0.5, 1.5])
def test_threshold_out_of_range(threshold):
    with pytest.raises(ValueError, match=r"threshold must be in \(0, 1\]"):
        correlate(np.eye(3), threshold=threshold)


def test_no_pair_is_strong():
    X = np.random.default_rng(0).normal(size=(500, 4))
    assert len(correlate(X, threshold=0.99).pairs.r) == 0


def test_p_values_of_strong_pairs():
    """They are those of the dense result, adjusted over the weak pairs as well."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 30)) + rng.normal(size=(60, 1)) * rng.random(30)
    dense, strong = correlate(X), correlate(X, threshold=0.2)
    at = strong.pairs.i, strong.pairs.j
    for adjust in (None, "bh", "by"):
        np.testing.assert_allclose(strong.p_values(adjust), dense.p_values(adjust)[at])
