"""One entry to the correlations of all features of a table."""

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

from mmensemble._compat import validate_params
from mmensemble._validation import check_weight
from mmensemble.analysis.matrix._columnwise import columnwise_tiles
from mmensemble.analysis.matrix._inference import (
    adjust_pvalues,
    fisher_interval,
    t_pvalues,
)
from mmensemble.analysis.matrix._moments import Moments
from mmensemble.analysis.matrix._pearson import Matrix, pearson_tiles
from mmensemble.analysis.matrix._prepare import prepare
from mmensemble.analysis.matrix._screening import can_screen, screened_tiles
from mmensemble.analysis.matrix._spearman import rank_matrix, spearman_tiles
from mmensemble.analysis.matrix._wide import StrongPairs, fill_dense, keep_strong


@dataclass
class Correlation:
    """Correlations of all pairs of features.

    Parameters
    ----------
    r : ndarray of shape (n_features, n_features)
        NaN where a feature does not vary in the rows of the pair.
    n : ndarray of shape (n_features, n_features)
        Rows that the pair has in common, with a weight above zero.
    effective : ndarray of shape (n_features, n_features)
        Effective number of these rows (Kish 1965); `n` without weights. p-values
        and intervals rest on it.
    names : list of str
        Of the features.
    sources : ndarray of shape (n_features,)
        Column of the table that each feature comes from.
    method : {"pearson", "spearman"}, default="pearson"
        Pearson's r, or Spearman's rho.
    nan_policy : {"pairwise", "columnwise"}, default="pairwise"
        As for :func:`correlate`.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.analysis import correlate
    >>> x = np.arange(8.0)
    >>> result = correlate(np.column_stack([x, x % 3]))
    >>> result.r.round(2)
    array([[1. , 0.1],
           [0.1, 1. ]])
    >>> result.p_values().round(2)
    array([[nan, 0.8],
           [0.8, nan]])
    """

    r: np.ndarray
    n: np.ndarray
    effective: np.ndarray
    names: list
    sources: np.ndarray
    method: str = "pearson"
    nan_policy: str = "pairwise"

    def p_values(self, adjust=None):
        """Return two-sided p-values by Student's t.

        Parameters
        ----------
        adjust : {None, "bh", "by"}, default=None
            Control of false discoveries over the pairs above the diagonal.

        Returns
        -------
        p : ndarray of shape (n_features, n_features)
            NaN on the diagonal.
        """
        p = t_pvalues(self.r, self.effective)
        np.fill_diagonal(p, np.nan)
        return p if adjust is None else adjust_pvalues(p, adjust)

    def interval(self, level=0.95):
        """Return Fisher's confidence limits, two (n_features, n_features) arrays."""
        return fisher_interval(self.r, self.effective, level, self.method)


@dataclass
class SparseCorrelation:
    """The strong pairs alone, with the fields of `Correlation` for the features.

    Parameters
    ----------
    pairs : StrongPairs
        Positions `i` and `j`, correlations `r` and counts `n` of the pairs kept.
    names : list of str
        Of the features.
    sources : ndarray of shape (n_features,)
        Column of the table that each feature comes from.
    method : {"pearson", "spearman"}, default="pearson"
        Pearson's r, or Spearman's rho.
    nan_policy : {"pairwise", "columnwise"}, default="pairwise"
        As for :func:`correlate`.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.analysis import correlate
    >>> x = np.arange(8.0)
    >>> result = correlate(np.column_stack([x, x**2, x % 3]), threshold=0.9)
    >>> result.pairs.i, result.pairs.j, result.pairs.r.round(3)
    (array([0]), array([1]), array([0.962]))
    """

    pairs: StrongPairs
    names: list
    sources: np.ndarray
    method: str = "pearson"
    nan_policy: str = "pairwise"

    def p_values(self, adjust=None):
        """Return two-sided p-values of the strong pairs by Student's t.

        Parameters
        ----------
        adjust : {None, "bh", "by"}, default=None
            Control of false discoveries over all pairs tested, weak ones as well.
            Taking the weak ones for the larger p-values, which they are where no
            value is missing, the adjusted values are never too small.

        Returns
        -------
        p : ndarray of shape (n_pairs,)
        """
        p = t_pvalues(self.pairs.r, self.pairs.effective)
        if adjust is None:
            return p
        return adjust_pvalues(p, adjust, n_tests=self.pairs.n_tested)


@validate_params(
    {
        "sample_weight": ["array-like", None],
        "threshold": [Real, None],
        "min_rows": [Integral],
        "tile": [Integral],
    },
    prefer_skip_nested_validation=True,
)
def correlate(
    X,
    *,
    method="pearson",
    nan_policy="pairwise",
    sample_weight=None,
    threshold=None,
    min_rows=2,
    tile=1024,
):
    """Correlate all pairs of features of a table.

    Parameters
    ----------
    X : {array-like, dataframe} of shape (n_rows, n_columns)
        Numbers as they are (a memory-mapped array is read in blocks), booleans as 0
        and 1, categories one-hot, dates and durations as seconds. NaN and null are
        missing.
    method : {"pearson", "spearman"}, default="pearson"
        Pearson's r, or Spearman's rho.
    nan_policy : {"pairwise", "columnwise"}, default="pairwise"
        ``"pairwise"`` is exact: each pair by the rows that both have, ranked anew
        for Spearman, as pandas does. ``"columnwise"`` is a fast approximation: means,
        spreads and ranks from each column's own rows.
    sample_weight : array-like of shape (n_rows,), default=None
        A whole-number weight does what as many copies of the row would do.
    threshold : float, default=None
        Keep only pairs of ``|r| >= threshold``; memory no longer grows with the
        square of the number of features. Wide tables without missing values are
        searched in single precision, and the pairs found computed in double.
    min_rows : int, default=2
        Pairs with fewer common rows are NaN.
    tile : int, default=1024
        Features on a side of the tiles in which the result is computed.

    Returns
    -------
    result : Correlation or SparseCorrelation
        The latter with a `threshold`.

    Raises
    ------
    TypeError
        For text, objects and sparse matrices.
    ValueError
        For unknown options, infinite values, and weights that do not fit.

    See Also
    --------
    correlate_chunks : The same for tables that are read in chunks.
    permutation_pvalues : Values of p without an assumption on the distribution.

    Notes
    -----
    All tiles are sums of matrix products about the columns' means, in double
    precision whatever the dtype of `X`, on as many threads as BLAS may use.

    Kendall's tau and distance correlation are no sums of products, and others
    compute them well: ``DataFrame.corr(method="kendall")`` of pandas (or
    `scipy.stats.kendalltau`), and ``distance_correlation`` of the package dcor.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.analysis import correlate
    >>> x = np.arange(8.0)
    >>> X = np.column_stack([x, x**2, x % 3])
    >>> correlate(X, method="spearman").r.round(2)
    array([[1.  , 1.  , 0.11],
           [1.  , 1.  , 0.11],
           [0.11, 0.11, 1.  ]])
    >>> strong = correlate(X, threshold=0.9).pairs
    >>> strong.i, strong.j, strong.r.round(3)
    (array([0]), array([1]), array([0.962]))
    """
    _check_options(method, nan_policy, min_rows, tile)
    values, names, sources = prepare(X)
    weight = check_weight(sample_weight, len(values))
    matrix = Matrix.of(values, weight, names)
    tiles = _tiles(matrix, method, nan_policy, tile, threshold)
    tiles = _enough(tiles, min_rows)
    about = {
        "names": names,
        "sources": sources,
        "method": method,
        "nan_policy": nan_policy,
    }
    if threshold is not None:
        pairs = keep_strong(tiles, threshold, len(names))
        return SparseCorrelation(pairs, **about)
    return Correlation(*fill_dense(tiles, len(names)), **about)


def _check_options(method, nan_policy, min_rows, tile):
    if method not in ("pearson", "spearman"):
        raise ValueError(f"method must be 'pearson' or 'spearman', got {method!r}.")
    if nan_policy not in ("pairwise", "columnwise"):
        raise ValueError(
            f"nan_policy must be 'pairwise' or 'columnwise', got {nan_policy!r}."
        )
    if min_rows < 1 or tile < 1:
        raise ValueError(
            f"min_rows and tile must be at least 1, got {min_rows} and {tile}."
        )


def _tiles(matrix, method, nan_policy, tile, threshold):
    """Yield (x, y, r, n, effective) by the asked for method."""
    is_complete = matrix.summary.packed is None
    if method == "spearman" and (is_complete or nan_policy == "columnwise"):
        matrix = rank_matrix(matrix)
    elif method == "spearman":
        return spearman_tiles(matrix, tile)
    if not is_complete and nan_policy == "columnwise":
        return columnwise_tiles(matrix, tile)
    if threshold is not None and can_screen(matrix):
        return screened_tiles(matrix, threshold, tile)
    return _pearson(matrix, tile)


def _pearson(matrix, tile):
    for x, y, results in pearson_tiles(matrix, tile, Moments.results):
        yield x, y, *results


def _enough(tiles, min_rows):
    for x, y, r, n, effective in tiles:
        few = n < min_rows
        yield x, y, np.where(few, np.nan, r) if few.any() else r, n, effective
