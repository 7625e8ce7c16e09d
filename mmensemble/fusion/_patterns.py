"""Presence patterns: which modalities a row has, and what to do for each.

A model learnt for all modalities is wrong for rows that lack some. What is
cheap to fit is therefore fitted for every pattern, on the rows that have at
least its modalities (reduced models; Saar-Tsechansky & Provost 2007, "Handling
missing values when applying classification models", JMLR 8).
"""

from itertools import combinations

import numpy as np

from mmensemble.fusion._weights import over_present


def list_patterns(available, max_patterns):
    """Return the presence patterns to prepare for.

    All non-empty subsets of the modalities seen in training, or, where there
    are more than `max_patterns`: the full one, each with one modality less,
    each modality alone, and then the most frequent in training.

    Parameters
    ----------
    available : ndarray of bool of shape (n_samples, n_modalities)
    max_patterns : int

    Returns
    -------
    patterns : list of tuple of int
        Positions of the modalities present, the fullest pattern first.
    """
    seen = tuple(np.flatnonzero(available.any(axis=0)).tolist())
    n_subsets = 2 ** len(seen) - 1
    if n_subsets <= max_patterns:
        sizes = range(len(seen), 0, -1)
        return [subset for size in sizes for subset in combinations(seen, size)]
    wanted = [seen, *combinations(seen, len(seen) - 1), *combinations(seen, 1)]
    rows, counts = np.unique(available, axis=0, return_counts=True)
    for position in np.argsort(-counts, kind="stable"):
        wanted.append(tuple(np.flatnonzero(rows[position]).tolist()))
    unique = list(dict.fromkeys(subset for subset in wanted if subset))
    return unique[:max_patterns]


def rows_with(available, pattern):
    """Return the positions of the rows that have at least `pattern`."""
    return np.flatnonzero(available[:, list(pattern)].all(axis=1))


def group_rows(available):
    """Yield (pattern, rows) for each distinct pattern of `available`."""
    if available.all():
        yield tuple(range(available.shape[1])), np.arange(len(available))
        return
    patterns, which = np.unique(available, axis=0, return_inverse=True)
    for position, row in enumerate(patterns):
        rows = np.flatnonzero(which.ravel() == position)
        yield tuple(np.flatnonzero(row).tolist()), rows


def nearest_pattern(pattern, fitted):
    """Return the fitted pattern that serves `pattern` best, or None.

    The pattern itself, else the largest fitted one within it; among equals the
    one with the smaller training loss.

    Parameters
    ----------
    pattern : tuple of int
    fitted : dict of tuple of int to float
        Fitted patterns and their losses.
    """
    if pattern in fitted:
        return pattern
    within = [other for other in fitted if set(other) <= set(pattern)]
    if not within:
        return None
    return min(within, key=lambda other: (-len(other), fitted[other], other))


def row_weights(data, default, fitted, losses):
    """Return the weight of each member in each row, by the row's pattern.

    Parameters
    ----------
    data : FusionData
    default : ndarray of shape (n_members,)
        Weights where no fitted pattern serves.
    fitted : dict of tuple of int to ndarray of shape (n_members,)
        Weights of each fitted pattern.
    losses : dict of tuple of int to float
        Training losses of the same patterns.

    Returns
    -------
    weights : ndarray of shape (n_samples, n_members)
        Zero where the member has no prediction; each row sums to one. Where all
        that a row has weighs nothing, it counts as equal.
    """
    has = ~np.isnan(data.predictions[:, :, 0])
    weights = np.tile(default, (len(has), 1))
    if losses:
        for pattern, rows in group_rows(data.available()):
            nearest = nearest_pattern(pattern, losses)
            if nearest is not None:
                weights[rows] = fitted[nearest]
    return over_present(weights, has)
