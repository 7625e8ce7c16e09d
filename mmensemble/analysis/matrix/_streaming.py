"""Correlations of data that come in chunks or lie on several machines."""

import numpy as np

from mmensemble._validation import as_weight, check_weight
from mmensemble.analysis.matrix._chunk_readers import CHUNK_ROWS, chunks_of
from mmensemble.analysis.matrix._columns import check_matrix, refuse_infinity
from mmensemble.analysis.matrix._correlate import Correlation
from mmensemble.analysis.matrix._moments import ratio
from mmensemble.analysis.matrix._pearson import Matrix, Strip, exact_moments
from mmensemble.analysis.matrix._prepare import plan_columns, to_matrix


class PearsonAccumulator:
    """Pearson correlations of a stream of rows, pairwise-complete.

    Every chunk's moments are computed as in memory and merged by the update of Chan,
    Golub and LeVeque (1983), per pair where values are missing. The result equals
    that of all rows together to about 1e-13, whatever the order of chunks and merges.
    Memory: one float64 square of the columns, six more once a value is missing.

    Attributes
    ----------
    moments_ : Moments or None
        Relative to `origin_`, in units of `scale_`.
    origin_, scale_ : ndarray of shape (n_columns,)
        Means of a column's first chunk, and powers of two for columns of extreme size.
    n_rows_ : int
        Rows seen.

    Examples
    --------
    >>> from mmensemble.analysis import PearsonAccumulator
    >>> seen = PearsonAccumulator().partial_fit([[1.0, 2.0], [2.0, 1.0]])
    >>> seen = seen.partial_fit([[3.0, 4.0], [4.0, 3.0]])
    >>> r, n, effective = seen.correlation()
    >>> r.round(2)
    array([[1. , 0.6],
           [0.6, 1. ]])
    """

    def __init__(self):
        self.moments_ = self.origin_ = self.scale_ = None
        self.n_rows_ = 0

    def partial_fit(self, X, sample_weight=None):
        """Add rows.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_columns)
            Numbers, NaN where missing.
        sample_weight : array-like of shape (n_rows,), default=None

        Returns
        -------
        self : PearsonAccumulator

        Raises
        ------
        ValueError
            For a number of columns other than before, or infinite values.
        """
        X = check_matrix(X)
        if self.moments_ is not None:
            self._check_columns(X.shape[1])
        if len(X) == 0:
            return self
        matrix = Matrix.of(X, check_weight(sample_weight, len(X)))
        strip = Strip.of(matrix, slice(0, X.shape[1]))
        moments = exact_moments(matrix, strip, strip)
        centre = strip.centre.astype(np.float64)
        scale = np.ones(len(centre)) if strip.scale is None else strip.scale
        self._add(moments, centre, scale.astype(np.float64))
        self.n_rows_ += len(X)
        return self

    def merge(self, other):
        """Add what another accumulator has seen of the same columns.

        Parameters
        ----------
        other : PearsonAccumulator
            Not changed.

        Returns
        -------
        self : PearsonAccumulator
        """
        if other.moments_ is None:
            return self
        if self.moments_ is not None:
            self._check_columns(len(other.origin_))
        self._add(other.moments_.copy(), other.origin_, other.scale_)
        self.n_rows_ += other.n_rows_
        return self

    def correlation(self):
        """Return r, n and the effective n, each (n_columns, n_columns).

        Raises
        ------
        ValueError
            Before any rows were added.
        """
        if self.moments_ is None:
            raise ValueError("No rows yet: call partial_fit first.")
        r = self.moments_.correlation()
        r[self._still()] = np.nan
        np.fill_diagonal(r, np.where(np.isnan(np.diag(r)), np.nan, 1.0))
        n, effective = self.moments_.counts(), self.moments_.effective()
        return r, n.copy(), effective.copy()

    def _still(self):
        """Return the pairs in which a column varies by no more than rounding.

        Equal values of two chunks, each relative to its own mean, may differ in
        the last digit of the column's spread.
        """
        m = self.moments_
        typical = np.diag(
            np.broadcast_to(m.m2_x + m.weight * m.mean_x**2, m.cross.shape)
        )
        weight = np.diag(np.broadcast_to(m.weight, m.cross.shape))
        least = 1e-28 * ratio(typical, weight)
        still = m.m2_x <= m.weight * least[:, None]
        return np.broadcast_to(still | (m.m2_y <= m.weight * least), m.cross.shape)

    def _check_columns(self, n_columns):
        if n_columns != len(self.origin_):
            raise ValueError(
                f"Expected {len(self.origin_)} columns as before, got {n_columns}."
            )

    def _add(self, moments, origin, scale):
        """Express moments about this accumulator's origin, and merge them."""
        if self.moments_ is None:
            self.moments_, self.origin_, self.scale_ = moments, origin, scale
            return
        size = np.broadcast_to(self.moments_.weight, self.moments_.cross.shape)
        unseen = np.diag(size) == 0
        self.origin_ = np.where(unseen, origin, self.origin_)
        self.scale_ = np.where(unseen, scale, self.scale_)
        shift = (origin - self.origin_) / self.scale_
        self.moments_ = self.moments_.merge(moments.moved(shift, scale / self.scale_))


class RankTables:
    """The distribution of every column of a stream, to rank its values later.

    Keeps the distinct values of a column with their weights: exact mid-ranks, in
    memory of 16 bytes a distinct value. With `max_values`, a column of more is
    merged to that many points, which moves at most ``1 / max_values`` of the weight
    so far (the simplest of the mergeable summaries of Agarwal et al. 2013, ACM TODS
    38(4)). What the merges moved adds up in `rank_error_`, the largest share of the
    weight by which a rank can be wrong. Let s and t be the standard deviations of
    the ranks of two columns as shares of the weight (0.289 without ties): their
    correlation is then wrong by at most ``2 e_x / s + 2 e_y / t``.

    Parameters
    ----------
    max_values : int, default=None
        Points kept of a column, at least 2; None keeps all.

    Attributes
    ----------
    tables_ : list of (values, weights)
    moved_ : ndarray of shape (n_columns,)
        Weight that may stand at another value than its own; 0 if exact.

    Examples
    --------
    >>> from mmensemble.analysis import RankTables
    >>> tables = RankTables().partial_fit([[3.0], [1.0]]).partial_fit([[2.0], [2.0]])
    >>> tables.ranks([[1.0], [2.0], [3.0]])
    array([[1. ],
           [2.5],
           [4. ]])
    """

    def __init__(self, max_values=None):
        if max_values is not None and max_values < 2:
            raise ValueError(f"max_values must be at least 2, got {max_values}.")
        self.max_values = max_values
        self.tables_ = self.moved_ = None

    def partial_fit(self, X, sample_weight=None):
        """Add the rows of an array of shape (n_rows, n_columns).

        Raises
        ------
        ValueError
            For infinite numbers, and another number of columns than before.
        """
        X = refuse_infinity(check_matrix(X))
        weight = check_weight(sample_weight, len(X))
        weight = as_weight(weight, len(X))
        other = RankTables(self.max_values)
        other.tables_ = [_table(x, weight) for x in X.T]
        other.moved_ = np.zeros(X.shape[1])
        return self.merge(other)

    def merge(self, other):
        """Add what other tables have seen of the same columns."""
        if other.tables_ is None:
            return self
        if self.tables_ is None:
            empty = np.empty(0), np.empty(0)
            self.tables_ = [empty] * len(other.tables_)
            self.moved_ = np.zeros(len(other.tables_))
        if len(self.tables_) != len(other.tables_):
            raise ValueError(
                f"Expected {len(self.tables_)} columns as before, got "
                f"{len(other.tables_)}."
            )
        for k, table in enumerate(other.tables_):
            self._merge_column(k, table, other.moved_[k])
        return self

    @property
    def rank_error_(self):
        """Bound of the error of a rank as a share of the weight, per column."""
        total = np.array([weights.sum() for _, weights in self.tables_])
        return ratio(self.moved_, total)

    def _merge_column(self, k, table, moved):
        both = zip(self.tables_[k], table, strict=True)
        values, weights = _table(*(np.concatenate(pair) for pair in both))
        self.moved_[k] += moved
        if self.max_values is not None and len(values) > self.max_values:
            values, weights, lost = _compress(values, weights, self.max_values)
            self.moved_[k] += lost
        self.tables_[k] = values, weights

    def ranks(self, X):
        """Return the mid-ranks of rows of data among all that was seen.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_columns)

        Returns
        -------
        ranks : ndarray of shape (n_rows, n_columns)
            NaN where missing.

        Raises
        ------
        ValueError
            Before any rows were added.
        """
        if self.tables_ is None:
            raise ValueError("No rows yet: call partial_fit first.")
        X = check_matrix(X)
        columns = [
            _lookup(x, *table) for x, table in zip(X.T, self.tables_, strict=True)
        ]
        return np.column_stack(columns)


def _table(values, weights):
    """Return the distinct present values of a column and their summed weights."""
    present = ~np.isnan(values)
    values, inverse = np.unique(values[present], return_inverse=True)
    weights = np.bincount(inverse, weights[present], minlength=len(values))
    return values.astype(np.float64), weights


def _compress(values, weights, size):
    """Merge neighbours to at most `size` points, each at its largest value.

    Returns the points, their weights, and the largest weight moved to one of them.
    """
    upto = np.cumsum(weights)
    before = (upto - weights) * size / upto[-1]
    bucket = np.minimum(before, size - 1).astype(np.intp)
    last = np.flatnonzero(np.diff(bucket, append=size))
    mass = np.diff(upto[last], prepend=0.0)
    return values[last], mass, (mass - weights[last]).max()


def _lookup(x, values, weights):
    """Return the mid-ranks of `x` in a table, NaN where missing."""
    upto = np.r_[0.0, np.cumsum(weights)]
    ranks = np.full(len(x), np.nan)
    present = ~np.isnan(x)
    low = np.searchsorted(values, x[present], side="left")
    high = np.searchsorted(values, x[present], side="right")
    ranks[present] = (upto[low] + upto[high] + 1) / 2
    return ranks


def correlate_chunks(
    source,
    *,
    method="pearson",
    nan_policy="pairwise",
    chunk_rows=CHUNK_ROWS,
    max_values=None,
):
    """Correlate all features of a table that is read in chunks.

    The source is read once to learn its columns (an array of numbers is not), once
    for Pearson, and twice for Spearman: for the ranks, then for their products.

    Parameters
    ----------
    source : str, Path, ndarray, dataframe or callable
        A path of a CSV or Parquet file, an array (memory-mapped as well), a data
        frame, or a function that returns a new iterator over tables.
    method : {"pearson", "spearman"}, default="pearson"
        Pearson's r, or Spearman's rho.
    nan_policy : {"pairwise", "columnwise"}, default="pairwise"
        Spearman of data with missing values ranks each column among its own rows,
        and so needs ``"columnwise"``; its products are pairwise-complete.
    chunk_rows : int, default=65536
        Rows of a chunk.
    max_values : int, default=None
        As for `RankTables`: bounds the memory of the ranks at a stated error.

    Returns
    -------
    result : Correlation
        Of all pairs of features.

    Raises
    ------
    ValueError
        For unknown options, a source without rows, infinite numbers, or Spearman
        pairwise with missing values.
    """
    if method not in ("pearson", "spearman"):
        raise ValueError(f"method must be 'pearson' or 'spearman', got {method!r}.")
    read = chunks_of(source, chunk_rows)
    plan = _plan(source, read)
    transform = None
    if method == "spearman":
        transform = _rank_tables(read, plan, nan_policy, max_values).ranks
    total = PearsonAccumulator()
    for matrix in _matrices(read, plan):
        total.partial_fit(matrix if transform is None else transform(matrix))
    return Correlation(
        *total.correlation(), plan.features, plan.sources, method, nan_policy
    )


def _plan(source, read):
    """Learn the columns; the first chunk of an array of numbers tells all."""
    plan = None
    for chunk in read():
        part = plan_columns(chunk)
        plan = part if plan is None else plan.union(part)
        if isinstance(source, np.ndarray) and source.dtype.kind in "biuf":
            break
    if plan is None:
        raise ValueError("The source has no rows.")
    return plan


def _matrices(read, plan):
    """Yield the numbers of all chunks, which must be finite."""
    for chunk in read():
        yield refuse_infinity(to_matrix(chunk, plan), plan.features)


def _rank_tables(read, plan, nan_policy, max_values):
    tables = RankTables(max_values)
    for matrix in _matrices(read, plan):
        if nan_policy == "pairwise" and np.isnan(matrix).any():
            raise ValueError(
                "Exact pairwise Spearman cannot be computed in chunks, because the "
                "data have missing values; use nan_policy='columnwise', or load the "
                "table and call correlate."
            )
        tables.partial_fit(matrix)
    return tables
