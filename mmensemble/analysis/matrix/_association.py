"""How strongly categories are associated: with each other, and with numbers."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse, stats

#: Fewer rows a level, on average, say nothing about a category.
ROWS_PER_LEVEL = 2


@dataclass(frozen=True)
class Association:
    """The strength of one or several associations.

    Parameters
    ----------
    value : ndarray of shape (n_pairs,)
        From 0 to 1; NaN where one side does not vary, or there are fewer than two
        rows a level.
    p : ndarray of shape (n_pairs,)
        Of no association.
    n : ndarray of shape (n_pairs,)
        Rows that have both.
    """

    value: np.ndarray
    p: np.ndarray
    n: np.ndarray


def cramers_v(a, b, weight):
    """Return Cramér's V of two columns of categories, corrected for its bias.

    Of independent columns V is above zero by chance, the more the more levels there
    are; the correction is that of Bergsma (2013), "A bias-correction for Cramér's V
    and Tschuprow's T", Journal of the Korean Statistical Society 42(3). The p-value
    is that of Pearson's chi-squared test. Both take the effective number of rows
    (Kish 1965).

    Parameters
    ----------
    a, b : ndarray of int of shape (n_rows,)
        Codes of levels from 0, -1 where missing.
    weight : ndarray of shape (n_rows,)

    Returns
    -------
    association : Association
        Of one pair.

    Examples
    --------
    >>> import numpy as np
    >>> codes = np.repeat([0, 1, 2], 20)
    >>> cramers_v(codes, codes, np.ones(60)).value
    array([1.])
    """
    both = (a >= 0) & (b >= 0) & (weight > 0)
    a, b, weight = a[both], b[both], weight[both]
    shape = a.max(initial=-1) + 1, b.max(initial=-1) + 1
    table = np.bincount(a * shape[1] + b, weight, minlength=shape[0] * shape[1])
    table = table.reshape(shape)
    table = table[table.any(axis=1)][:, table.any(axis=0)]
    n, n_rows = _effective(weight.sum(), (weight**2).sum()), np.array([len(weight)])
    rows, columns = table.shape
    if min(rows, columns) < 2 or n < ROWS_PER_LEVEL * max(rows, columns):
        return Association(np.array([np.nan]), np.array([np.nan]), n_rows)
    share = table / table.sum()
    expected = share.sum(axis=1, keepdims=True) * share.sum(axis=0)
    phi2 = ((share - expected) ** 2 / expected).sum()
    freedom = (rows - 1) * (columns - 1)
    least = min(size - (size - 1) ** 2 / (n - 1) for size in (rows, columns)) - 1
    squared = max(phi2 - freedom / (n - 1), 0.0) / least
    p = stats.chi2.sf(phi2 * n, freedom)
    return Association(np.array([np.sqrt(min(squared, 1.0))]), np.array([p]), n_rows)


def number_sums(values, weight):
    """Return what :func:`correlation_ratio` sums by level, of several numbers.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        Finite, NaN where missing.
    weight : ndarray of shape (n_rows,)

    Returns
    -------
    parts : ndarray of shape (n_rows, 5 * n_columns)
        Rows, weights and their squares where a value is present, and weighted values
        about their mean and their squares, 0 where it is missing.
    """
    seen = np.isfinite(values) & (weight > 0)[:, None]
    share = seen * weight[:, None]
    filled = np.where(seen, values, 0.0)
    # on a scale at which squares are safe
    scale = np.abs(filled).max(axis=0, initial=0.0)
    filled = filled / np.where(scale > 0, scale, 1.0)
    mean = (share * filled).sum(axis=0) / np.maximum(share.sum(axis=0), 1e-300)
    centred = np.where(seen, filled - mean, 0.0)
    weighted = share * centred
    return np.column_stack([seen, share, share**2, weighted, weighted * centred])


def correlation_ratio(codes, parts):
    """Return the correlation ratio of a category and each of several numbers.

    The root of the share of a number's variance that lies between the levels,
    corrected for its bias as by Kelley (1935), "An unbiased correlation ratio
    measure", PNAS 21(9): of a number that does not differ between the levels, the
    plain share is above zero, the more the more levels there are. The p-value is
    that of the one-way analysis of variance (Fisher 1925).

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
        Of levels from 0, -1 where missing.
    parts : ndarray of shape (n_rows, 5 * n_columns)
        As `number_sums` returns them.

    Returns
    -------
    association : Association
        Of each number.

    Examples
    --------
    >>> import numpy as np
    >>> codes = np.repeat([0, 1], 4)
    >>> parts = number_sums(codes[:, None] * 2.0, np.ones(8))
    >>> correlation_ratio(codes, parts).value
    array([1.])
    """
    rows = np.flatnonzero(codes >= 0)
    levels = sparse.csr_matrix(
        (np.ones(len(rows)), (codes[rows], rows)),
        shape=(codes.max(initial=-1) + 1, len(codes)),
    )
    n_rows, sizes, squared_weights, sums, squares = np.split(levels @ parts, 5, axis=1)
    total = sizes.sum(axis=0)
    n = _effective(total, squared_weights.sum(axis=0))
    count = (sizes > 0).sum(axis=0)
    whole = sums.sum(axis=0) ** 2 / np.maximum(total, 1e-300)
    between = (sums**2 / np.maximum(sizes, 1e-300)).sum(axis=0) - whole
    about_origin = squares.sum(axis=0)
    spread = about_origin - whole
    usable = (count > 1) & (n >= ROWS_PER_LEVEL * count)
    # what is left of a constant column is rounding
    usable &= spread > 1e-12 * np.maximum(about_origin, 1e-14 * total)
    plain = np.full(len(total), np.nan)
    plain[usable] = np.clip(between[usable] / spread[usable], 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        corrected = 1 - (1 - plain) * (n - 1) / (n - count)
        ratio = plain / (1 - plain) * (n - count) / (count - 1)
        p = np.where(usable, stats.f.sf(ratio, count - 1, n - count), np.nan)
    value = np.sqrt(np.clip(corrected, 0.0, 1.0))
    return Association(value, p, n_rows.sum(axis=0).astype(np.intp))


def _effective(total, squares):
    """Return the effective number of rows of weights with these sums."""
    return np.divide(total**2, squares, out=np.zeros_like(total), where=squares > 0)
