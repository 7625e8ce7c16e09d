"""Spearman correlation of all column pairs, with exact pairwise re-ranking.

Without missing values it is Pearson's correlation of mid-ranks. With missing values
the ranks of a column depend on which rows its partner has. Columns that miss the
same rows are ranked together and multiplied; columns with patterns of their own are
ranked by one running count per partner, from a single sort per column.
"""

import numpy as np

from mmensemble.analysis.matrix._columns import missing_patterns
from mmensemble.analysis.matrix._moments import Moments, ratio
from mmensemble.analysis.matrix._pearson import (
    Matrix,
    Strip,
    column_strips,
    exact_moments,
    pearson_tiles,
)
from mmensemble.analysis.matrix._ranks import SortedColumn, rank_columns
from mmensemble.analysis.matrix._threads import shares, threaded

#: Columns with the same missing rows that are worth a table of ranks of their own.
LEAST_GROUP = 8

#: Columns on a side of a tile of columns with patterns of their own.
TILE = 8


def rank_matrix(matrix):
    """Return the `Matrix` of the mid-ranks of each column's own present rows."""
    return Matrix.of(rank_columns(matrix.values, matrix.weight), matrix.weight)


def spearman_tiles(matrix, tile=1024):
    """Yield Spearman correlations over the rows that each pair has in common.

    Parameters
    ----------
    matrix : Matrix
    tile : int, default=1024
        Columns on a side of a tile, where nothing is missing.

    Yields
    ------
    x, y : slice or ndarray of int
        Columns of the tile; a pair may come in either order, but only once, except
        within tiles that pair columns with themselves.
    r : ndarray of shape (n_x, n_y)
    count, effective : ndarray of shape (n_x, n_y)
        Common rows with a weight above zero, and their effective number.
    """
    packed = matrix.summary.packed
    if packed is None:
        yield from _of_ranks(matrix, tile)
        return
    pattern, first = missing_patterns(packed)
    groups = [np.flatnonzero(pattern == k) for k in range(len(first))]
    large = [group for group in groups if len(group) >= LEAST_GROUP]
    loners = [group for group in groups if len(group) < LEAST_GROUP]
    for a, x in enumerate(large):
        yield from _of_groups(matrix, x, x, tile)
        for y in large[a + 1 :]:
            yield from _of_groups(matrix, x, y, tile)
    if loners:
        yield from _of_loners(matrix, np.concatenate(loners), large)


def _of_ranks(matrix, tile):
    for x, y, results in pearson_tiles(rank_matrix(matrix), tile, Moments.results):
        yield x, y, *results


def _of_groups(matrix, x, y, tile):
    """Rank both groups of columns within their common rows, and multiply."""
    values, weight = matrix.values, matrix.weight
    rows = ~np.isnan(values[:, x[0]]) & ~np.isnan(values[:, y[0]])
    if not rows.any():
        nothing = np.zeros((len(x), len(y)))
        yield x, y, nothing + np.nan, nothing.astype(np.int64), nothing
        return
    weight = None if weight is None else weight[rows]
    columns = x if y is x else np.concatenate([x, y])
    part = Matrix.of(rank_columns(values[np.ix_(rows, columns)], weight), weight)
    for a in column_strips(len(x), tile):
        left = Strip.of(part, a)
        for b in column_strips(len(y), tile):
            if y is x and b.start < a.start:
                continue
            right = left
            if y is not x or b != a:
                offset = 0 if y is x else len(x)
                right = Strip.of(part, slice(b.start + offset, b.stop + offset))
            moments = exact_moments(part, left, right)
            yield x[a], y[b], *moments.results()


def _of_loners(matrix, loners, large):
    """Yield the pairs of columns of which one has a pattern of its own."""
    rest = np.concatenate(large) if large else np.empty(0, dtype=np.intp)
    tiles = [loners[s] for s in column_strips(len(loners), TILE)]
    others = [rest[s] for s in column_strips(len(rest), TILE)]
    columns = {int(k): SortedColumn.of(matrix.values[:, k]) for k in [*loners, *rest]}
    for a, x in enumerate(tiles):
        partners = [*tiles[a:], *others]
        parts = threaded(
            lambda share, x=x: _ranked_tiles(matrix, columns, x, share),
            shares(partners, least=2),
        )
        for part in parts:
            yield from part


def _ranked_tiles(matrix, columns, x, partners):
    """Return the tiles of columns `x` with each of `partners`.

    The buffers of ranks are made once: asking the system for fresh memory would
    take longer than the ranking.
    """
    n_rows = len(matrix.values)
    masks = _masks(matrix, x)
    buffers = np.empty((len(x), TILE, n_rows)), np.empty((TILE, n_rows))
    return [_ranked_tile(matrix, columns, x, masks, y, buffers) for y in partners]


def _ranked_tile(matrix, columns, x, masks_x, y, buffers):
    """Return a tile of exact correlations from ranks within common rows."""
    ranks, scratch = buffers
    weight = matrix.weight
    masks_y = masks_x if y is x else _masks(matrix, y)
    cubes_x, total = np.empty((len(x), TILE)), np.empty((len(x), TILE))
    cubes_y, cross = np.empty((len(x), len(y))), np.empty((len(x), len(y)))
    for i, k in enumerate(x):
        cubes_x[i], total[i] = columns[int(k)].rank_within(masks_y, ranks[i])
    if weight is not None:
        ranks *= weight
    for j, k in enumerate(y):
        if y is x and weight is None:
            cubes_y[:, j] = cubes_x[j, : len(x)]
            cross[:, j] = _dots(ranks[:, j], ranks[j, : len(x)])
            continue
        cubes, _ = columns[int(k)].rank_within(masks_x, scratch)
        cubes_y[:, j] = cubes[: len(x)]
        cross[:, j] = _dots(ranks[:, j], scratch[: len(x)])
    total, cubes_x = total[:, : len(y)], cubes_x[:, : len(y)]
    cube = total * total * total
    spread = _root(cube - cubes_x) * _root(cube - cubes_y)
    r = np.full(cross.shape, np.nan)
    np.divide(cross - cube, spread, out=r, where=spread > 0)
    sizes = _sizes(matrix, x, y, total)
    return x, y, np.clip(r, -1.0, 1.0, out=r), *sizes


def _dots(a, b):
    """Multiply rows; not by BLAS, whose threads cost more than such short products."""
    return np.einsum("in,in->i", a, b)


def _root(cubes):
    """Return the spread of double ranks from the cubes that ties leave."""
    return np.sqrt(np.maximum(cubes, 0.0) / 3)


def _masks(matrix, columns):
    """Return the weights of the present rows, padded to whole 64-bit words."""
    n_rows = len(matrix.values)
    present = ~np.isnan(matrix.values[:, columns])
    if matrix.weight is not None:
        masks = np.zeros((n_rows, TILE))
        masks[:, : len(columns)] = present * matrix.weight[:, None]
        return masks
    dtype = np.uint16 if n_rows < 2**15 else np.uint32
    masks = np.zeros((n_rows, TILE), dtype=dtype)
    masks[:, : len(columns)] = present
    return masks


def _sizes(matrix, x, y, total):
    """Return the common rows of the pairs and their effective number."""
    if matrix.weight is None:
        return total.astype(np.int64), total
    weight = matrix.weight[:, None]
    x, y = (~np.isnan(matrix.values[:, k]) * (weight > 0.0) for k in (x, y))
    count = np.einsum("ni,nj->ij", x.astype(float), y.astype(float))
    total_sq = np.einsum("ni,nj->ij", x * weight**2, y.astype(float))
    return count.astype(np.int64), ratio(total**2, total_sq)
