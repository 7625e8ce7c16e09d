"""Features in hierarchical order."""

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform


def cluster(features, max_features):
    """Return a square of correlations in hierarchical order, and the tree.

    Average linkage of ``1 - |r|``, leaves ordered so that neighbours are alike
    (Bar-Joseph, Gifford and Jaakkola 2001, "Fast optimal leaf ordering for
    hierarchical clustering", Bioinformatics 17).

    Parameters
    ----------
    features : DataFrame
        A square, or strong pairs with ``feature_a``, ``feature_b`` and ``r``.
    max_features : int
        So many of those that correlate strongest with another one are kept.

    Returns
    -------
    square : DataFrame of shape (n_kept, n_kept)
        Ordered as the leaves of the tree.
    tree : ndarray of shape (n_kept - 1, 4) or None
        Linkage; None for less than two features.
    """
    square = _unfolded(features) if is_pairs(features) else features
    r = np.abs(np.nan_to_num(square.to_numpy(dtype=float)))
    np.fill_diagonal(r, 0.0)
    kept = np.argsort(-r.max(axis=1, initial=0.0), kind="stable")
    kept = np.sort(kept[:max_features])
    square = square.iloc[kept, kept]
    if len(square) < 2:
        return square, None
    distance = 1 - r[np.ix_(kept, kept)]
    np.fill_diagonal(distance, 0.0)
    distance = squareform(np.clip(distance, 0.0, 1.0), checks=False)
    tree = linkage(distance, "average", optimal_ordering=True)
    order = leaves_list(tree)
    return square.iloc[order, order], tree


def is_pairs(features):
    """Tell a list of strong pairs from a square of all features."""
    return list(features.columns[:2]) == ["feature_a", "feature_b"] and not (
        features.index.equals(features.columns)
    )


def _unfolded(pairs):
    """Return the square of the features that strong pairs name."""
    names = pd.unique(pairs[["feature_a", "feature_b"]].to_numpy().ravel())
    index = pd.Index(names)
    values = np.full((len(names), len(names)), np.nan)
    np.fill_diagonal(values, 1.0)
    i, j = (index.get_indexer(pairs[c]) for c in ("feature_a", "feature_b"))
    values[i, j] = values[j, i] = pairs["r"]
    return pd.DataFrame(values, index=names, columns=names)
