"""Pearson correlation of all column pairs by blocked matrix products.

Only the tiles on and above the diagonal are computed, each as a sum over blocks of
rows, so that no copy of the whole matrix is ever made. Values are centred before
they are multiplied (Chan, Golub and LeVeque 1983), and what centring by the column
mean leaves inexact in a pair (its common rows lie far from that mean) is computed
once more, pair by pair.

float32 input is widened to float64 block by block, so that its correlations are as
exact as those of float64 input (absolute error about 1e-13): products that are summed
in float32 are biased by up to 1e-5 where a column has few distinct values.
"""

from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from mmensemble.analysis.matrix._columns import (
    ColumnSummary,
    missing_patterns,
    row_blocks,
    summarise,
)
from mmensemble.analysis.matrix._moments import Moments, ratio
from mmensemble.analysis.matrix._threads import n_threads, streamed

#: Share of the sum of squares that must be left after centring; below it a pair is
#: computed again.
CANCELLATION = 1e-4

#: Elements of the largest array that computing pairs again may allocate.
REPAIR_SIZE = 2**21


@dataclass
class Matrix:
    """A numeric matrix, what is known of its columns, and its row weights.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        float32 or float64, NaN where missing; may be memory-mapped.
    summary : ColumnSummary
    weight : ndarray of shape (n_rows,) or None
    """

    values: np.ndarray
    summary: ColumnSummary
    weight: np.ndarray | None = None

    @classmethod
    def of(cls, values, weight=None, names=None):
        """Summarise `values` and join it with its weights; drop rows of weight 0."""
        if weight is not None and not weight.all():
            values, weight = values[weight > 0], weight[weight > 0]
        return cls(values, summarise(values, names), weight)


def pearson_tiles(matrix, tile=1024, finish=None):
    """Yield the moments of all column pairs, one tile of the upper triangle a time.

    Parameters
    ----------
    matrix : Matrix
    tile : int, default=1024
        Columns on a side of a tile.
    finish : callable, default=None
        What to make of the moments, while other threads are at other tiles.

    Yields
    ------
    x, y : slice
        Columns of the tile.
    moments : Moments
        Exact also where values are missing (pairwise-complete rows); or the result
        of `finish`.
    """

    def compute(left, right):
        moments = exact_moments(matrix, left, right)
        return moments if finish is None else finish(moments)

    yield from strip_pairs(matrix, tile, compute)


def strip_pairs(matrix, tile, compute):
    """Yield x, y and ``compute(left, right)`` for all pairs of strips of columns.

    Many pairs are dealt out to the threads. Of few pairs one is computed after the
    other, and `compute` may deal out its blocks of rows.
    """
    strips = column_strips(matrix.values.shape[1], tile)
    pairs = [(x, y) for a, x in enumerate(strips) for y in strips[a:]]

    def run(pair):
        x, y = pair
        left = Strip.of(matrix, x)
        return compute(left, left if y == x else Strip.of(matrix, y))

    if len(pairs) < 2 * n_threads():
        results = map(run, pairs)
    else:
        results = streamed(lambda: run, pairs)
    for (x, y), result in zip(pairs, results, strict=True):
        yield x, y, result


def column_strips(n_columns, tile):
    """Return slices of at most `tile` columns."""
    return [
        slice(k, min(k + tile, n_columns)) for k in range(0, n_columns, max(tile, 1))
    ]


@dataclass
class Strip:
    """Some columns of a matrix, with the patterns of their missing values.

    `pattern` and `first` are None where nothing is missing; `pattern` is a slice
    where each column has its own. `order` is the memory layout of the matrix.
    """

    columns: slice
    centre: np.ndarray
    scale: np.ndarray | None
    pattern: np.ndarray | slice | None
    first: np.ndarray | None
    order: str = "C"
    rooms: dict = field(default_factory=dict)

    @classmethod
    def of(cls, matrix, columns):
        """Cut `columns` out of a `Matrix`."""
        values, summary = matrix.values, matrix.summary
        scale = summary.scale[columns]
        pattern = first = None
        if (summary.present[columns] < len(values)).any():
            pattern, first = missing_patterns(summary.packed[:, columns])
            if len(first) == len(pattern):
                pattern = slice(None)
        return cls(
            columns,
            summary.centre[columns],
            None if (scale == 1).all() else scale,
            pattern,
            first,
            "C" if values.flags.c_contiguous else "F",
        )

    def block(self, values, rows, root):
        """Return a centred block times the root of its weights, and its masks.

        Both are overwritten by the next call.

        Missing values become 0. The masks have a column per pattern, of 0 and 1;
        they are None where nothing is missing.
        """
        source = values[rows, self.columns]
        z = np.subtract(source, self.centre, out=self.room("z", source.shape))
        masks = None
        if self.first is not None:
            alone = len(self.first) == z.shape[1]
            own = z if alone else z[:, self.first]
            masks = np.equal(own, own, out=self.room("masks", own.shape))
            positive = np.fmax(z, 0.0, out=self.room("spare", z.shape))
            z = np.add(np.fmin(z, 0.0, out=z), positive, out=z)
        if self.scale is not None:
            z /= self.scale
        if root is not None:
            z *= root
        return z, masks

    def fresh(self):
        """Return the same strip with buffers of its own, for another thread."""
        return replace(self, rooms={})

    def room(self, name, shape, dtype=np.float64):
        """Return uninitialised memory, the same at every call.

        Blocks are too large to be allocated anew for each: the system would clear
        the memory each time, which takes longer than the arithmetic.
        """
        if name not in self.rooms or len(self.rooms[name]) < shape[0]:
            self.rooms[name] = np.empty(shape, dtype, order=self.order)
        return self.rooms[name][: shape[0]]

    def spread(self, sums):
        """Repeat what is known per pattern for every column of that pattern."""
        return sums if self.pattern is None else sums[..., self.pattern]


def exact_moments(matrix, left, right):
    """Return the moments of two strips of columns, cancellation repaired.

    They are those of the centred and scaled columns: means are relative to
    the column's centre, in units of its scale.
    """
    sums = _sums(matrix, left, right)
    moments, suspect = _centred(sums, left, right)
    still = matrix.summary.constant
    moments.m2_x[still[left.columns]] = 0.0
    moments.m2_y[:, still[right.columns]] = 0.0
    if suspect is not None:
        suspect[still[left.columns]] = False
        suspect[:, still[right.columns]] = False
        _repair(matrix, left, right, moments, suspect)
    return moments


def _sums(matrix, left, right):
    return sum_blocks(partial(_block_products, matrix), matrix, left, right)


def sum_blocks(products, matrix, left, right):
    """Add up ``products(left, right, rows)`` over all blocks of rows, in order."""

    def make():
        own = left.fresh()
        return partial(products, own, own if right is left else right.fresh())

    width = max(len(left.centre), len(right.centre))
    totals = None
    for part in streamed(make, list(row_blocks(len(matrix.values), width))):
        totals = _added(totals, part)
    return totals


def _added(totals, products):
    """Add arrays to float64 totals, in place."""
    if totals is None:
        return [np.array(p, dtype=np.float64) for p in products]
    for total, product in zip(totals, products, strict=True):
        total += product
    return totals


def _block_products(matrix, left, right, rows):
    root = None
    if matrix.weight is not None:
        root = np.sqrt(matrix.weight[rows, None])
    x, masks_x = left.block(matrix.values, rows, root)
    if left is right:
        return _products(x, masks_x, x, masks_x, root, left.room("spare", x.shape))
    y, masks_y = right.block(matrix.values, rows, root)
    spare = max(left, right, key=lambda strip: len(strip.centre))
    spare = spare.room("spare", (len(x), len(spare.centre)))
    return _products(x, masks_x, y, masks_y, root, spare)


def _products(x, masks_x, y, masks_y, root, spare):
    """Return weights, sums, squares and cross products of a block.

    A strip without missing values has one mask, of ones.
    """
    same = x is y
    if same and masks_x is None:
        return _plain_products(x, root)
    ones = np.ones((len(x), 1), dtype=x.dtype)
    masks_x = ones if masks_x is None else masks_x
    masks_y = ones if masks_y is None else masks_y
    cross = x.T @ y
    sum_x, square_x = _sums_and_squares(x, masks_y, root, spare)
    sum_y, square_y = sum_x, square_x
    if not same:
        sum_y, square_y = _sums_and_squares(y, masks_x, root, spare)
    sizes = pair_sizes(masks_x, masks_x if same else masks_y, root)
    return [*sizes, sum_x, sum_y, square_x, square_y, cross]


def _plain_products(x, root):
    """Do what `_products` does where nothing is missing, in fewer passes."""
    root = np.ones((len(x), 1), dtype=x.dtype) if root is None else root
    cross, total = x.T @ x, x.T @ root
    square = np.diag(cross)[:, None]
    sizes = pair_sizes(np.ones_like(root), np.ones_like(root), root)
    return [*sizes, total, total, square, square, cross]


def _sums_and_squares(x, masks, root, spare):
    weighted = masks if root is None else masks * root
    if masks.shape[1] == 1 and masks.all():
        square = np.einsum("ij,ij->j", x, x)[:, None]
    else:
        square = np.multiply(x, x, out=spare[:, : x.shape[1]]).T @ masks
    return x.T @ weighted, square


def pair_sizes(masks_x, masks_y, root):
    """Return counts, weights and squared weights of all pairs of patterns.

    Without weights (`root` is None) all three are the counts, and come once.
    """
    if root is None:
        # Counts of a block are exact in single precision, which takes half the time.
        short = masks_x.astype(np.float32)
        count = short.T @ (short if masks_y is masks_x else masks_y.astype(np.float32))
        return (count,)
    seen = masks_x * (root > 0)
    weighted, weighted_sq = masks_x * root**2, masks_x * root**4
    return seen.T @ masks_y, weighted.T @ masks_y, weighted_sq.T @ masks_y


def _centred(sums, left, right):
    """Turn sums about the column centres into moments; mark what lost digits."""
    *sizes, sum_x, sum_y, square_x, square_y, cross = sums
    count, weight, weight_sq = spread_sizes(sizes, left, right)
    sum_x, square_x = right.spread(sum_x), right.spread(square_x)
    sum_y, square_y = left.spread(sum_y).T, left.spread(square_y).T
    mean_x, mean_y = ratio(sum_x, weight), ratio(sum_y, weight)
    m2_x, m2_y = sum_x * mean_x, sum_y * mean_y
    np.subtract(square_x, m2_x, out=m2_x)
    np.subtract(square_y, m2_y, out=m2_y)
    suspect = None
    if left.pattern is not None or right.pattern is not None:
        suspect = m2_x <= CANCELLATION * square_x
        suspect = suspect | (m2_y <= CANCELLATION * square_y)
        suspect = np.broadcast_to(suspect & (weight > 0), cross.shape).copy()
    moments = Moments(
        count=count,
        weight=weight,
        weight_sq=weight_sq,
        mean_x=mean_x,
        mean_y=mean_y,
        m2_x=np.maximum(m2_x, 0.0, out=m2_x),
        m2_y=np.maximum(m2_y, 0.0, out=m2_y),
        cross=cross - sum_x * mean_y,
    )
    return moments, suspect


def spread_sizes(sizes, left, right):
    """Return counts, weights and squared weights of all pairs of columns."""
    if left.pattern is not None:
        sizes = [size[left.pattern] for size in sizes]
    sizes = [right.spread(size) for size in sizes]
    return sizes * 3 if len(sizes) == 1 else sizes


def _repair(matrix, left, right, moments, suspect):
    """Compute suspect pairs again from their own rows, in two passes."""
    if not suspect.any():
        return
    for name in ("mean_x", "mean_y", "m2_x", "m2_y"):
        full = np.broadcast_to(getattr(moments, name), suspect.shape).copy()
        setattr(moments, name, full)
    if left is right:
        suspect = np.triu(suspect)
    for i in np.flatnonzero(suspect.any(axis=1)):
        x = _column(matrix, left, i)
        partners = np.flatnonzero(suspect[i])
        step = max(1, REPAIR_SIZE // len(x))
        for start in range(0, len(partners), step):
            js = partners[start : start + step]
            _repair_row(moments, i, js, x, matrix, left, right)


def _repair_row(moments, i, js, x, matrix, left, right):
    y = _columns(matrix, right, js)
    mean_x, mean_y, m2_x, m2_y, cross = two_pass(x, y, matrix.weight)
    moments.mean_x[i, js], moments.mean_y[i, js] = mean_x, mean_y
    moments.m2_x[i, js], moments.m2_y[i, js] = m2_x, m2_y
    moments.cross[i, js] = cross
    if left is right:
        moments.mean_x[js, i], moments.mean_y[js, i] = mean_y, mean_x
        moments.m2_x[js, i], moments.m2_y[js, i] = m2_y, m2_x
        moments.cross[js, i] = cross


def _column(matrix, strip, k):
    return _columns(matrix, strip, np.array([k]))[:, 0]


def _columns(matrix, strip, ks):
    """Return columns of a strip, centred and scaled, in float64."""
    values = matrix.values[:, strip.columns.start + ks].astype(np.float64)
    values -= strip.centre[ks]
    return values if strip.scale is None else values / strip.scale[ks]


def two_pass(x, y, weight=None):
    """Return means, squared deviations and cross products of `x` with each of `y`.

    The corrected two-pass algorithm of Chan, Golub and LeVeque (1983), over the
    rows where both are present.

    Parameters
    ----------
    x : ndarray of shape (n_rows,)
    y : ndarray of shape (n_rows, n_columns)
    weight : ndarray of shape (n_rows,), default=None

    Returns
    -------
    mean_x, mean_y, m2_x, m2_y, cross : ndarray of shape (n_columns,)
    """
    common = ~np.isnan(x)[:, None] & ~np.isnan(y)
    if weight is not None:
        common &= weight[:, None] > 0
    w = common * (1.0 if weight is None else weight[:, None])
    x = np.broadcast_to(x[:, None], y.shape)
    mean_x, dx = _deviations(x, w, common)
    mean_y, dy = _deviations(y, w, common)
    wx = w * dx
    return (
        mean_x,
        mean_y,
        np.einsum("ij,ij->j", wx, dx),
        np.einsum("ij,ij,ij->j", w, dy, dy),
        np.einsum("ij,ij->j", wx, dy),
    )


def _deviations(x, w, common):
    total = w.sum(axis=0)
    x = np.where(common, x, 0.0)
    mean = ratio((w * x).sum(axis=0), total)
    deviation = np.where(common, x - mean, 0.0)
    rest = ratio((w * deviation).sum(axis=0), total)
    deviation = np.where(common, deviation - rest, 0.0)
    low = np.where(common, x, np.inf).min(axis=0)
    high = np.where(common, x, -np.inf).max(axis=0)
    deviation[:, low >= high] = 0.0
    return mean + rest, deviation
