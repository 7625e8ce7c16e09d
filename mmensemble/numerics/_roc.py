"""The area under the ROC curve, for many weightings of the same rows at once."""

import numpy as np


def roc_areas(positive, scores, weights):
    """Return the area under the ROC curve under each weighting of the rows.

    Rows are ranked once; ties count half.

    Parameters
    ----------
    positive : ndarray of bool of shape (n_rows,)
    scores : ndarray of shape (n_rows,)
    weights : ndarray of shape (n_draws, n_rows)
        How often, or how much, each row counts.

    Returns
    -------
    areas : ndarray of shape (n_draws,)
        NaN where a draw has one class only.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.numerics._roc import roc_areas
    >>> positive = np.array([False, True, True])
    >>> roc_areas(positive, np.array([0.1, 0.1, 0.9]), np.ones((1, 3)))
    array([0.75])
    """
    order = np.argsort(scores, kind="stable")
    # rows of one score are one step of the curve
    starts = np.flatnonzero(np.r_[True, np.diff(scores[order]) > 0])
    is_positive, weights = np.asarray(positive, dtype=bool)[order], weights[:, order]
    ups = np.add.reduceat(weights * is_positive, starts, axis=1)
    downs = np.add.reduceat(weights * ~is_positive, starts, axis=1)
    below = np.cumsum(downs, axis=1) - downs / 2
    pairs = ups.sum(axis=1) * downs.sum(axis=1)
    with np.errstate(invalid="ignore"):
        return (ups * below).sum(axis=1) / np.where(pairs == 0, np.nan, pairs)
