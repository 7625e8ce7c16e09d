"""The weighted median along the first axis."""

import numpy as np


def weighted_median(values, weight):
    """Return the weighted median along the first axis, NaN where nothing counts.

    Half of the weight lies on either side; where a value ends exactly at half, the
    mean of it and the next, as `numpy.median` has it. (`numpy.quantile` takes
    weights too, but knows no such mean.)

    Parameters
    ----------
    values : ndarray of shape (n_values, n_columns, ...)
        NaN where missing.
    weight : ndarray of shape (n_values,) or (n_values, n_columns, ...)
        Not negative; a weight of two counts as two values. Axes of length one are
        the same for all.

    Returns
    -------
    median : ndarray of shape (n_columns, ...)

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.numerics._median import weighted_median
    >>> weighted_median(np.array([[1.0], [2.0], [9.0]]), np.array([1.0, 1.0, 2.0]))
    array([5.5])
    """
    if np.ptp(weight) == 0 and np.any(weight):
        lower, upper, ranked = _plain_ranks(values)
    else:
        lower, upper, ranked = _weighted_ranks(values, weight)
    low = np.take_along_axis(ranked, lower[None], axis=0)[0]
    high = np.take_along_axis(ranked, upper[None], axis=0)[0]
    return np.where(low == high, low, low / 2 + high / 2)


def _plain_ranks(values):
    """Return the ranks of the two middle values, and the ranking."""
    n_known = np.count_nonzero(~np.isnan(values), axis=0)
    lower = np.maximum(n_known - 1, 0) // 2
    upper = np.minimum(n_known // 2, len(values) - 1)
    if values.ndim == 2 and n_known.size and n_known.min() == len(values) > 0:
        columns = np.array(values.T, order="C")  # where columns are quick to read
        columns.partition([lower[0], upper[0]], axis=1)
        return lower, upper, columns.T
    return lower, upper, np.sort(values, axis=0)


def _weighted_ranks(values, weight):
    if weight.ndim == 1:
        weight = weight.reshape(-1, *[1] * (values.ndim - 1))
    weight = np.broadcast_to(weight, values.shape)
    values = np.where(weight > 0, values, np.nan)
    order = np.argsort(values, axis=0, kind="stable")
    ranked = np.take_along_axis(values, order, axis=0)
    mass = np.take_along_axis(weight, order, axis=0)
    reached = np.where(np.isnan(ranked), 0.0, mass).cumsum(axis=0)
    half = reached[-1] / 2
    last = np.maximum(np.count_nonzero(~np.isnan(ranked), axis=0) - 1, 0)
    lower = (reached < half * (1 - 1e-12)).sum(axis=0)
    upper = (reached <= half * (1 + 1e-12)).sum(axis=0)
    return np.minimum(lower, last), np.minimum(upper, last), ranked
