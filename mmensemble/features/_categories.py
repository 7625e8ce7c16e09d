"""Categories: one column a level, the rare ones together."""

import numpy as np
import pandas as pd
from sklearn.preprocessing import OneHotEncoder

#: With at most this many times `min_frequency` rows, not all levels are pooled.
_SMALL = 4


def frequent_levels(levels, counts, min_frequency, max_categories):
    """Return the levels that get a column of their own, in order.

    Parameters
    ----------
    levels : ndarray of str of shape (n_levels,)
        Sorted.
    counts : ndarray of shape (n_levels,)
        Total weight of the training rows of each level.
    min_frequency : float
        Levels with a smaller count are pooled. Where that would pool all of
        them, none is in a table of up to four times `min_frequency` rows, and
        in a larger one those with the largest count are not if they occur twice.
    max_categories : int or None
        How many columns there may be, the one of the pooled levels included.

    Returns
    -------
    frequent : ndarray of str
    """
    top = counts.max(initial=0.0)
    if top < min_frequency and counts.sum() <= _SMALL * min_frequency:
        min_frequency = 0
    elif 1 < top < min_frequency:
        min_frequency = top
    kept = counts >= min_frequency
    if max_categories is not None:
        room = max_categories if kept.all() else max_categories - 1
        if kept.sum() > room:
            room = max_categories - 1
        # of equal counts the last ones stay, as with OneHotEncoder
        kept[np.argsort(counts, kind="stable")[: max(len(counts) - room, 0)]] = False
    return levels[kept]


class CategoryEncoder:
    """One-hot encode one column, its rare levels pooled into one.

    A missing value is a row of zeros. A level that training has not seen counts
    as infrequent where training has pooled some, and is a row of zeros where it
    has not. Rare levels are not remembered.

    Parameters
    ----------
    min_frequency : float
        Levels with less training weight are pooled.
    max_categories : int or None
        How many columns there may be at most.

    Attributes
    ----------
    levels_ : ndarray of str
        Those with a column of their own, sorted.
    pooled_ : bool
        Whether a last column stands for infrequent levels.
    rare_share_ : float
        Share of the training rows with a value whose level is pooled, or which alone
        have it: how often new rows may have a level that is not known.
    encoder_ : OneHotEncoder
        Of the positions in `levels_`.

    Examples
    --------
    >>> import numpy as np
    >>> sex = np.array(["m", "f", "m", None], dtype=object)
    >>> encoder = CategoryEncoder(1, None).fit(sex, np.ones(4))
    >>> encoder.transform(sex).toarray()
    array([[0., 1.],
           [1., 0.],
           [0., 1.],
           [0., 0.]])
    >>> encoder.names("sex")
    ['sex_f', 'sex_m']
    """

    def __init__(self, min_frequency, max_categories):
        self.min_frequency = min_frequency
        self.max_categories = max_categories

    def fit(self, values, weight):
        """Learn from str of shape (n_samples,), None where missing."""
        codes, levels = pd.factorize(values, sort=True)
        present = codes >= 0
        counts = np.bincount(codes[present], weight[present], minlength=len(levels))
        levels = np.asarray(levels, dtype=object)
        self.levels_ = frequent_levels(
            levels, counts, self.min_frequency, self.max_categories
        )
        self.pooled_ = len(self.levels_) < len(levels)
        rare = ~np.isin(levels, self.levels_) | (counts <= 1)
        self.rare_share_ = float(counts[rare].sum() / max(counts.sum(), 1e-300))
        n_columns = len(self.levels_) + self.pooled_
        # A column without any value still needs a place in the output.
        columns = np.arange(max(n_columns, 1))
        self.encoder_ = OneHotEncoder(categories=[columns], handle_unknown="ignore")
        self.encoder_.set_output(transform="default").fit(columns.reshape(-1, 1))
        return self

    def transform(self, values):
        """Return a CSR matrix of shape (n_samples, n_levels)."""
        codes = pd.Index(self.levels_, dtype=object).get_indexer(values)
        if self.pooled_:
            rare = (codes < 0) & ~np.asarray(pd.isna(values), dtype=bool)
            codes[rare] = len(self.levels_)
        return self.encoder_.transform(codes.reshape(-1, 1))

    def names(self, name):
        """Return the names of the output for a column called `name`."""
        names = [f"{name}_{level}" for level in self.levels_]
        if self.pooled_:
            names.append(f"{name}_infrequent")
        return names or [f"{name}_empty"]
