"""Hierarchical order of features."""

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, leaves_list

from mmensemble.display._clustering import cluster, is_pairs


def blocks(seed=0):
    """Return correlations of two blocks of features, mixed up."""
    rng = np.random.default_rng(seed)
    base = rng.normal(size=(200, 2))
    X = pd.DataFrame({f"f{k}": base[:, k % 2] for k in range(8)})
    return (X + 0.4 * rng.normal(size=X.shape)).corr()


def test_blocks_stand_together():
    """The order parts the blocks, and the tree cuts into them."""
    square, tree = cluster(blocks(), 99)
    kinds = [int(name[1:]) % 2 for name in square.index]
    halves = [set(kinds[:4]), set(kinds[4:])]
    assert sorted(map(len, halves)) == [1, 1]
    labels = fcluster(tree, 2, "maxclust")[leaves_list(tree)]
    assert len(set(labels[:4])) == len(set(labels[4:])) == 1


def test_sign_does_not_matter():
    """A feature and its opposite are close."""
    X = np.random.default_rng(0).normal(size=(50, 3))
    frame = pd.DataFrame(np.column_stack([X[:, 0], X[:, 1], -X[:, 0]]))
    square, _ = cluster(frame.corr(), 9)
    assert abs(list(square.index).index(0) - list(square.index).index(2)) == 1


def test_the_strongest_are_kept():
    """Features that correlate with another one stay."""
    square = blocks()
    square["alone"] = 0.0
    square.loc["alone"] = 0.0
    square.loc["alone", "alone"] = 1.0
    assert "alone" not in cluster(square, 8)[0]
    assert len(cluster(square, 1)[0]) == 1
    assert cluster(square, 1)[1] is None


def test_strong_pairs_make_a_square():
    """Known pairs are filled in, others are missing."""
    pairs = pd.DataFrame(
        {"feature_a": ["a", "a"], "feature_b": ["b", "c"], "r": [0.9, -0.6]}
    )
    assert is_pairs(pairs)
    square, _ = cluster(pairs, 9)
    assert square.loc["b", "a"] == square.loc["a", "b"] == 0.9
    assert np.isnan(square.loc["b", "c"])
    assert square.loc["c", "c"] == 1.0


def test_missing_correlations_and_odd_names():
    """Constant features do no harm; features may be called as columns of pairs are."""
    square = blocks()
    square.iloc[0] = square.iloc[:, 0] = np.nan
    names = ["feature_a", "feature_b", *square.columns[2:]]
    square = square.set_axis(names, axis=0).set_axis(names, axis=1)
    assert not is_pairs(square)
    assert sorted(cluster(square, 9)[0].index) == sorted(names)
