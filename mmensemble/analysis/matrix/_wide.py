"""Correlations of wide data: only the strong pairs are kept, tile by tile."""

from dataclasses import dataclass

import numpy as np


@dataclass
class StrongPairs:
    """The pairs of columns above a threshold, as coordinates.

    Parameters
    ----------
    i, j : ndarray of shape (n_pairs,)
        Columns of each pair, ``i < j``, sorted by i and then j.
    r : ndarray of shape (n_pairs,)
        Their correlations.
    n, effective : ndarray of shape (n_pairs,)
        Rows that they have in common, and their effective number.
    n_columns : int
    n_tested : int
        Pairs whose correlation is defined, strong or not: the number that a
        control of false discoveries needs.
    """

    i: np.ndarray
    j: np.ndarray
    r: np.ndarray
    n: np.ndarray
    effective: np.ndarray
    n_columns: int
    n_tested: int


def keep_strong(tiles, threshold, n_columns):
    """Collect the pairs with ``|r| >= threshold``, one tile in memory at a time.

    Parameters
    ----------
    tiles : iterable of tuple
        (x, y, r, n, effective), as the tile generators of this package yield them.
    threshold : float
        Above 0, at most 1.
    n_columns : int

    Returns
    -------
    pairs : StrongPairs

    Raises
    ------
    ValueError
        For a threshold out of range.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must be in (0, 1], got {threshold!r}.")
    numbers, found, tested = np.arange(n_columns), [], 0
    for x, y, r, n, effective in tiles:
        x, y = numbers[x][:, None], numbers[y][None, :]
        within = np.array_equal(x.ravel(), y.ravel())
        fresh = (x < y) if within else np.True_
        tested += int(np.count_nonzero(~np.isnan(r) & fresh))
        a, b = np.nonzero((np.abs(r) >= threshold) & fresh)
        i, j = x[a, 0], y[0, b]
        pair = np.minimum(i, j), np.maximum(i, j)
        found.append((*pair, r[a, b], n[a, b], effective[a, b]))
    i, j, r, n, effective = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((j, i))
    fields = (field[order] for field in (i, j, r, n, effective))
    return StrongPairs(*fields, n_columns=n_columns, n_tested=tested)


def fill_dense(tiles, n_columns):
    """Write all tiles to square matrices.

    Parameters
    ----------
    tiles : iterable of tuple
        (x, y, r, n, effective).
    n_columns : int

    Returns
    -------
    r, n, effective : ndarray of shape (n_columns, n_columns)
        Symmetric; the diagonal of `r` is exactly 1 where it is defined.
    """
    shape = n_columns, n_columns
    numbers = np.arange(n_columns)
    r, n, effective = np.full(shape, np.nan), np.zeros(shape, np.int64), np.zeros(shape)
    for x, y, *parts in tiles:
        here, mirrored = (x, y), (y, x)
        if not isinstance(x, slice) or not isinstance(y, slice):
            x, y = numbers[x], numbers[y]
            here, mirrored = np.ix_(x, y), np.ix_(y, x)
        for full, part in zip((r, n, effective), parts, strict=True):
            full[here] = part
            full[mirrored] = part.T
    np.fill_diagonal(r, np.where(np.isnan(np.diag(r)), np.nan, 1.0))
    return r, n, effective
