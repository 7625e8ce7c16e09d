"""What extractors share: rows that count, and names that are there once."""

import numpy as np

from mmensemble import _frame
from mmensemble._validation import check_weight


def counted_rows(X, sample_weight):
    """Return the rows with a weight, and their weights as counts of rows.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    sample_weight : array-like of shape (n_samples,) or None

    Returns
    -------
    X : table of shape (n_counted, n_columns)
    weight : ndarray of shape (n_counted,)
        Whole numbers as they are, others relative to their mean.
    """
    n_rows = X.shape[0]
    if sample_weight is None:
        return X, np.ones(n_rows)
    weight = check_weight(sample_weight, n_rows)
    rows = np.flatnonzero(weight)
    if len(rows) < n_rows:
        X, weight = _frame.take_rows(X, rows), weight[rows]
    if np.any(weight != np.floor(weight)):
        # rounded, so that equal weights count as exactly one row
        weight = np.round(weight / weight.mean(), 12)
    return X, weight


def row_counts(n_rows, sample_weight):
    """Return the weights of all rows as `counted_rows` counts them, or zero."""
    weight = np.zeros(n_rows)
    rows, counts = counted_rows(np.arange(n_rows)[:, None], sample_weight)
    weight[rows.ravel()] = counts
    return weight


def unique(names):
    """Return `names`, those that come up again followed by a number.

    Examples
    --------
    >>> unique(["a", "b", "a", "a_2"])
    ['a', 'b', 'a_3', 'a_2']
    """
    seen = set(names)
    taken = set()
    unique = []
    for name in names:
        new, count = name, 1
        while new in taken or (count > 1 and new in seen):
            count += 1
            new = f"{name}_{count}"
        taken.add(new)
        unique.append(new)
    return unique
