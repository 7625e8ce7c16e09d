"""The distinct texts of a column, and how often each of them is there."""

import numpy as np
import pandas as pd

#: Words that stand for a missing value, in small letters.
_MISSING = {"", "-", "--", ".", "?", "n/a", "na", "nan", "nat", "nil", "none", "null"}
_MISSING |= {"missing", "unknown", "nd", "n.d.", "tbd", "<na>", "#n/a"}


def stands_for_missing(text):
    """Tell whether a text is a word for a missing value.

    Examples
    --------
    >>> stands_for_missing("n/a"), stands_for_missing("0")
    (True, False)
    """
    return text.strip().lower() in _MISSING


def distinct_values(texts, weight):
    """Return the distinct values of a column, words for missing ones aside.

    Parameters
    ----------
    texts : ndarray of str of shape (n_samples,)
        None where missing.
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    values : ndarray of str of shape (n_values,)
    counts : ndarray of shape (n_values,)
        Their weights.
    """
    codes, values = pd.factorize(texts)
    present = codes >= 0
    counts = np.bincount(codes[present], weight[present], minlength=len(values))
    told = np.array([not stands_for_missing(str(v)) for v in values], dtype=bool)
    return np.asarray(values, dtype=object)[told], counts[told]
