"""Checks of what a user gives row by row: weights, targets and groups."""

import numpy as np


def as_weight(weight, n_rows):
    """Return `weight`, or ones where it is None.

    Parameters
    ----------
    weight : ndarray of shape (n_rows,) or None
    n_rows : int
    """
    return np.ones(n_rows) if weight is None else weight
