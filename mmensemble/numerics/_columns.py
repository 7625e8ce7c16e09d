"""Weighted means and standard deviations of a matrix's columns."""

import numpy as np
from scipy import sparse

#: Spread, relative to the size of its numbers, up to which a column is constant but for
#: rounding: that of a mean of 512 equal numbers at worst, as added up one by one.
ROUNDING = 512 * np.finfo(np.float64).eps


def column_means(values, weight):
    """Return weighted means of what is not NaN, zero where there is nothing.

    Parameters
    ----------
    values : {ndarray, sparse matrix} of shape (n_samples, n_columns)
        What a sparse matrix does not store is zero.
    weight : ndarray of shape (n_samples,)
    """
    held = values.data if sparse.issparse(values) else values
    if not np.isnan(held).any():
        total = weight.sum() if values.shape[0] else 0.0
        if not total > 0:
            return np.zeros(values.shape[1])
        return np.asarray(weight @ values).ravel() / total
    if sparse.issparse(values):
        unknown, filled = values.copy(), values.copy()
        unknown.data = np.isnan(values.data).astype(float)
        filled.data = np.nan_to_num(values.data)
        mass = weight.sum() - np.asarray(weight @ unknown).ravel()
        total = np.asarray(weight @ filled).ravel()
    else:
        mass = weight @ ~np.isnan(values)
        total = weight @ np.nan_to_num(values)
    return np.divide(total, mass, out=np.zeros(len(mass)), where=mass > 0)


def column_moments(values, weight):
    """Return weighted means and standard deviations of what is not NaN.

    In any unit: nothing overflows, and small spreads beside large means are exact.

    Parameters
    ----------
    values : {ndarray, sparse matrix} of shape (n_samples, n_columns)
        What a sparse matrix does not store is zero.
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    means, spreads : ndarray of shape (n_columns,)
        Spreads are exactly zero where a column is constant but for rounding, and
        where there is nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.numerics._columns import column_moments
    >>> column_moments(np.array([[1.0, 0.1], [3.0, 0.1]]), np.ones(2))
    (array([2. , 0.1]), array([1., 0.]))
    """
    means = column_means(values, weight)
    if not values.shape[0] or not weight.sum() > 0:
        return means, np.zeros(len(means))
    moments = _sparse_squares if sparse.issparse(values) else _dense_squares
    peaks, shifts, squares = moments(values, means, weight)
    means = means + peaks * shifts  # a sum of many numbers is rounded
    spreads = peaks * np.sqrt(np.maximum(squares - shifts**2, 0.0))
    return means, np.where(spreads > ROUNDING * np.abs(means), spreads, 0.0)


def _dense_squares(values, means, weight):
    """Return largest deviations, and in their units means and mean squares of all."""
    deviation, mass = values - means, weight.sum()
    peaks = _largest_of(deviation)
    if np.isnan(peaks).any():
        unknown = np.isnan(deviation)
        deviation[unknown] = 0.0
        mass = np.maximum(weight @ ~unknown, 1e-300)
        peaks = _largest_of(deviation)
    deviation /= np.where(peaks > 0, peaks, 1.0)
    shifts = weight @ deviation / mass
    return peaks, shifts, weight @ np.square(deviation, out=deviation) / mass


def _largest_of(deviation):
    """Return the largest absolute value of each column, NaN where one is missing."""
    return np.maximum(deviation.max(axis=0), -deviation.min(axis=0))


def _sparse_squares(values, means, weight):
    values = values.tocsr()
    if not values.has_canonical_format:  # else what follows would sort one of three
        values = values.copy()
        values.sum_duplicates()
    known, deviation = values.copy(), values.copy()
    unknown = np.isnan(values.data)
    deviation.data = values.data - means[values.indices]
    deviation.data[unknown] = 0.0
    peaks = np.maximum(abs(deviation).max(axis=0).toarray().ravel(), np.abs(means))
    unit = np.where(peaks > 0, peaks, 1.0)
    deviation.data /= unit[values.indices]
    sums = np.asarray(weight @ deviation).ravel()
    deviation.data **= 2
    known.data = np.ones(values.nnz)
    # the rest is zero, as far from the mean as zero is
    rest = weight.sum() - np.asarray(weight @ known).ravel()
    heavy = weight > 0  # counted, since the two sums are rounded
    stored = np.repeat(heavy, np.diff(values.indptr))
    stored = np.bincount(values.indices, stored, minlength=values.shape[1])
    rest = np.where(stored < heavy.sum(), np.maximum(rest, 0.0), 0.0)
    known.data = (~unknown).astype(float)
    mass = np.maximum(rest + np.asarray(weight @ known).ravel(), 1e-300)
    far = means / unit
    squares = np.asarray(weight @ deviation).ravel() + rest * far**2
    return peaks, (sums - rest * far) / mass, squares / mass
