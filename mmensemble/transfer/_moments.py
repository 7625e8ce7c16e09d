"""Means and spreads of columns with holes."""

import numpy as np


def moments(values):
    """Return the mean and the standard deviation of each column.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        NaN where missing.

    Returns
    -------
    mean, scale : ndarray of shape (n_columns,)
        NaN for a column without values; a scale of 1 where all are equal.
    """
    there = ~np.isnan(values)
    count = there.sum(axis=0)
    absent = np.full(values.shape[1], np.nan)
    total = np.where(there, values, 0.0).sum(axis=0)
    mean = np.divide(total, count, out=absent.copy(), where=count > 0)
    squares = np.where(there, (values - mean) ** 2, 0.0).sum(axis=0)
    scale = np.sqrt(np.divide(squares, count, out=absent, where=count > 0))
    # rounding makes equal values differ a little
    scale[scale <= 1e-14 * np.abs(mean)] = 1.0
    return mean, scale
