"""Mid-ranks of the columns of a matrix, and of parts of their rows.

Ties get the mean of the ranks they span (Kendall 1945, "The treatment of ties in
ranking problems", Biometrika 33(3)).
"""

from dataclasses import dataclass

import numpy as np

from mmensemble.analysis.matrix._threads import threaded

#: Elements that are sorted at a time.
SORT_SIZE = 2**17

#: Columns of one cache line, the least that is copied at a time.
LINE = 8

#: Bits of a float64 that may hold a row number while it is sorted.
MOST_BITS = 20


def rank_columns(X, sample_weight=None):
    """Return the mid-ranks of every column among its own present rows.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
        Finite floats, NaN where missing.
    sample_weight : ndarray of shape (n_rows,), default=None
        A row of weight 3 ranks as three equal rows do.

    Returns
    -------
    ranks : ndarray of shape (n_rows, n_columns)
        From 1, NaN where `X` is missing; float32 for float32 input of fewer than
        2**23 rows, else float64. In Fortran order.
    """
    n_rows, n_columns = X.shape
    short = X.dtype == np.float32 and n_rows < 2**23 and sample_weight is None
    ranks = np.empty((n_columns, n_rows), dtype=np.float32 if short else np.float64)
    few = max(1, SORT_SIZE // n_rows)
    step = max(LINE, few)

    def rank(start):
        part = slice(start, min(start + step, n_columns))
        values = np.ascontiguousarray(X[:, part].T)
        for k in range(0, len(values), few):
            _rank_rows(values[k : k + few], sample_weight, ranks[part][k : k + few])

    threaded(rank, list(range(0, n_columns, step)))
    return ranks.T


def _rank_rows(values, weight, out):
    """Write the ranks of each row of `values` to `out`."""
    n_rows = values.shape[1]
    absent = np.isnan(values)
    missing = absent.any()
    if missing:
        # NumPy sorts by vector instructions only what holds no NaN.
        values = np.where(absent, np.inf, values)
    order, ordered = _sorted_rows(values)
    opens = np.ones(values.shape, dtype=bool)
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=opens[:, 1:])
    if missing:
        opens |= ordered == np.inf
    if weight is None:
        plain = opens.all(axis=1)
        count = np.arange(1, n_rows + 1, dtype=out.dtype)
        ranks = np.broadcast_to(count, values.shape)
        if not plain.all():
            ranks = ranks.copy()
            ranks[~plain] = _mid_ranks(opens[~plain], None)
    else:
        ranks = _mid_ranks(opens, weight[order % n_rows])
    if missing:
        ranks = np.where(ordered == np.inf, np.nan, ranks)
    flat = out.ravel()
    flat[order] = ranks


def _sorted_rows(values):
    """Sort each row, which holds no NaN.

    Numbers whose last bits hold their position are sorted, which takes half the
    time of sorting positions by numbers. Rows in which that disturbs the order
    (neighbours that differ in these bits alone) are sorted again.

    Returns
    -------
    order : ndarray of int
        Position in `values`, flattened, of the elements of `ordered`.
    ordered : ndarray
    """
    starts = np.arange(len(values))[:, None] * values.shape[1]
    n_bits = (values.shape[1] - 1).bit_length()
    if n_bits > MOST_BITS:
        order = np.argsort(values, axis=1) + starts
        return order, values.ravel()[order]
    keys = np.minimum(values, np.finfo(np.float64).max, dtype=np.float64)
    words = keys.view(np.int64)
    words &= -(1 << n_bits)
    words |= np.arange(values.shape[1])
    keys.sort(axis=1)
    words &= (1 << n_bits) - 1
    order = np.add(words, starts, out=words)
    ordered = values.ravel()[order]
    wrong = np.flatnonzero((ordered[:, 1:] < ordered[:, :-1]).any(axis=1))
    if len(wrong):
        order[wrong] = np.argsort(values[wrong], axis=1) + starts[wrong]
        ordered[wrong] = values.ravel()[order[wrong]]
    return order, ordered


def _mid_ranks(opens, weight):
    """Return mid-ranks in sorted order from the flags that open a group of ties."""
    starts = np.flatnonzero(opens)
    sizes = np.diff(starts, append=opens.size)
    if weight is None:
        mass, below = sizes, starts % opens.shape[1]
    else:
        ends = np.cumsum(weight, axis=1)
        before = (ends - weight).ravel()
        below = before[starts]
        mass = ends.ravel()[starts + sizes - 1] - below
    return np.repeat(below + (mass + 1) / 2, sizes).reshape(opens.shape)


@dataclass
class SortedColumn:
    """The order of a column, kept to rank any subset of its rows without sorting.

    Parameters
    ----------
    order : ndarray of shape (n_present,)
        Present rows by ascending value.
    ends : ndarray of shape (n_groups + 1,) or None
        Where each group of ties ends in `order`, after a first 0; None without ties.
    group : ndarray of shape (n_rows,)
        Group of each row, from 1; 0 where the column is missing.
    """

    order: np.ndarray
    ends: np.ndarray | None
    group: np.ndarray

    @classmethod
    def of(cls, x):
        """Sort one column of shape (n_rows,)."""
        rows = np.flatnonzero(~np.isnan(x))
        order = rows[np.argsort(x[rows])]
        ordered, present = x[order], len(rows)
        opens = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][:present])
        ends, number = np.append(opens, present), np.arange(1, present + 1)
        if len(opens) < present:
            number = np.repeat(np.arange(1, len(opens) + 1), np.diff(ends))
        group = np.zeros(len(x), dtype=np.intp)
        group[order] = number
        return cls(order, ends if len(opens) < present else None, group)

    def rank_within(self, masks, out):
        """Rank the column anew within each of several subsets of rows.

        With the rows in order, the running count of those in a subset *is* their
        rank in it: one pass without sorting. Small integer counts of several
        subsets are added as one 64-bit word (Lamport 1975, "Multiple byte
        processing with full-word instructions", CACM 18(8)).

        Parameters
        ----------
        masks : ndarray of shape (n_rows, n_subsets)
            1 or the row's weight where a row is in the subset, else 0. Unsigned
            integers (n_subsets a multiple of a word) that hold twice the row
            count, or floats.
        out : ndarray of shape (n_subsets, n_rows)
            Gets the weight below plus the weight up to each row: ``2 rank - 1``
            without weights; 0 where the column is missing.

        Returns
        -------
        cubes : ndarray of shape (n_subsets,)
            Sum over the groups of ties of their cubed weight.
        total : ndarray of shape (n_subsets,)
            Weight of the present rows of each subset.
        """
        counts = np.zeros((len(self.order) + 1, masks.shape[1]), dtype=masks.dtype)
        np.take(masks, self.order, axis=0, out=counts[1:], mode="clip")
        words = counts.view(np.uint64) if masks.dtype.kind == "u" else counts
        np.add.accumulate(words, axis=0, out=words)
        if self.ends is not None:
            counts = counts[self.ends]
        double = np.zeros_like(counts)
        np.add(counts[1:], counts[:-1], out=double[1:])
        out[...] = np.take(double, self.group, axis=0, mode="clip").T
        if self.ends is None and masks.dtype.kind == "u":
            return counts[-1].astype(np.float64), counts[-1]
        sizes = np.diff(counts.astype(np.float64), axis=0)
        return np.einsum("gk,gk,gk->k", sizes, sizes, sizes), counts[-1]
