"""The strong pairs of wide data: found in single precision, computed in double."""

from dataclasses import replace
from functools import partial

import numpy as np

from mmensemble._validation import as_weight
from mmensemble.analysis.matrix._columns import row_blocks
from mmensemble.analysis.matrix._columnwise import about_own_means
from mmensemble.analysis.matrix._moments import ratio
from mmensemble.analysis.matrix._pearson import (
    Strip,
    exact_moments,
    strip_pairs,
    sum_blocks,
)

#: Narrower matrices are not worth the second look.
LEAST_COLUMNS = 256

#: Unit roundoff of float32.
ROUNDOFF = 2.0**-24

#: Share of a tile's columns in candidate pairs from which on it is computed whole.
CROWDED = 0.25


def can_screen(matrix):
    """Tell whether `screened_tiles` serves a `Matrix`: wide, and nothing missing."""
    return matrix.summary.packed is None and matrix.values.shape[1] >= LEAST_COLUMNS


def screened_tiles(matrix, threshold, tile=1024):
    """Yield tiles of correlations that are exact where ``|r| >= threshold``.

    Columns are brought to length 1 and multiplied in float32, which takes half the
    time of float64, block of rows by block of rows; the blocks add up in float64.
    A sum of k products of rounded numbers is wrong by at most about ``(k + 2) u``
    times the sum of their sizes (Higham 2002, Accuracy and Stability of Numerical
    Algorithms, 3.1), which here is 1 at most. Pairs that reach the threshold less
    that bound are computed again as for all other data; no strong pair is missed.

    Parameters
    ----------
    matrix : Matrix
        Without missing values.
    threshold : float
    tile : int, default=1024

    Yields
    ------
    x, y : slice
    r : ndarray of shape (n_x, n_y)
        Below the threshold only approximate; NaN for constant columns.
    count, effective : ndarray of shape (n_x, n_y)
    """
    unit, norm = about_own_means(matrix, tile)
    weight = as_weight(matrix.weight, len(matrix.values))
    factor = ratio(1.0, norm * unit.summary.scale * np.sqrt(weight.sum()))
    effective = weight.sum() ** 2 / (weight**2).sum()
    products = partial(_unit_products, unit, factor)

    def compute(left, right):
        (r,) = sum_blocks(products, unit, left, right)
        r[norm[left.columns] == 0] = np.nan
        r[:, norm[right.columns] == 0] = np.nan
        longest = max(b.stop - b.start for b in row_blocks(len(weight), len(r)))
        least = threshold - (longest + 8) * ROUNDOFF
        _refine(matrix, left, right, r, np.abs(r) >= least)
        return r

    for x, y, r in strip_pairs(unit, tile, compute):
        count = np.broadcast_to(len(weight), r.shape)
        yield x, y, r, count, np.broadcast_to(effective, r.shape)


def _unit_products(matrix, factor, left, right, rows):
    x = _unit(matrix, factor, left, rows)
    y = x if left is right else _unit(matrix, factor, right, rows)
    return [x.T @ y]


def _unit(matrix, factor, strip, rows):
    """Return a block of columns of length 1, in float32."""
    source = matrix.values[rows, strip.columns]
    z = np.subtract(source, strip.centre, out=strip.room("z", source.shape))
    if matrix.weight is not None:
        z *= np.sqrt(matrix.weight[rows, None])
    unit = strip.room("unit", source.shape, np.float32)
    return np.multiply(z, factor[strip.columns], out=unit, casting="same_kind")


def _refine(matrix, left, right, r, candidates):
    """Replace the correlations of candidate pairs by exact ones."""
    if left is right:
        candidates = np.triu(candidates, 1)
    i, j = np.nonzero(candidates)
    if not len(i):
        return
    part, (x, y) = matrix, (left, right)
    rows, columns = np.unique(i), np.unique(j)
    if len(rows) + len(columns) <= CROWDED * sum(r.shape):
        chosen = [left.columns.start + rows, right.columns.start + columns]
        part = _columns_of(matrix, np.concatenate(chosen))
        x = Strip.of(part, slice(0, len(rows)))
        y = Strip.of(part, slice(len(rows), len(rows) + len(columns)))
        here = np.searchsorted(rows, i), np.searchsorted(columns, j)
    else:
        x, y, here = *_exact_strips(matrix, left, right), (i, j)
    r[i, j] = exact_moments(part, x, y).correlation()[here]


def _exact_strips(matrix, left, right):
    x = Strip.of(matrix, left.columns)
    return x, x if left is right else Strip.of(matrix, right.columns)


def _columns_of(matrix, columns):
    """Return the `Matrix` of some columns, which are copied."""
    summary = matrix.summary
    names = ("centre", "scale", "present", "constant")
    taken = {name: getattr(summary, name)[columns] for name in names}
    values = np.asarray(matrix.values[:, columns])
    return replace(matrix, values=values, summary=replace(summary, **taken))
