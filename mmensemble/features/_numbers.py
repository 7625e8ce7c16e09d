"""Numbers: impute the median, scale, and guard against near-constant columns."""

import numpy as np
from sklearn.preprocessing import StandardScaler

from mmensemble.numerics._columns import ROUNDING, column_moments
from mmensemble.numerics._median import weighted_median


def informative(values, median, weight):
    """Return which columns vary in more than one row.

    A column in which at most one row differs from the most common value tells
    a learner nothing, and a scaled version of it explodes on new rows. Such a
    common value is the median, so no counting is needed. Values are equal that differ
    by rounding only.

    Parameters
    ----------
    values : ndarray of shape (n_samples, n_columns)
        Without missing values.
    median : ndarray of shape (n_columns,)
    weight : ndarray of shape (n_samples,)
        Positive; a weight of two counts as two rows.

    Returns
    -------
    informative : ndarray of bool of shape (n_columns,)
    """
    size = np.maximum(values.max(axis=0), -values.min(axis=0))
    with np.errstate(over="ignore"):  # infinitely far is far
        distance = values - median
    differs = np.abs(distance, out=distance) > ROUNDING * size
    alone = 1.0 if weight.sum() > 2 else 0.0
    return weight @ differs > alone


def binary_scale(size):
    """Return powers of two that bring magnitudes `size` near one, exactly."""
    exponent = np.frexp(size)[1]
    return np.ldexp(1.0, -np.clip(exponent, -1000, 1000))


def widened(low, high, margin):
    """Return the range from `low` to `high`, wider by `margin` times its width."""
    width = high - low
    return low - margin * width, high + margin * width


class NumberEncoder:
    """Impute, standardise and clip the number columns of a table.

    Missing values become the median, columns without any training value and
    near-constant ones (see `informative`) become zero, the others are
    standardised and clipped to the training range, widened on each side.

    Parameters
    ----------
    margin : float
        How many times the width of the training range values may lie outside
        of it.

    Attributes
    ----------
    median_ : ndarray of shape (n_columns,)
    informative_ : ndarray of bool of shape (n_columns,)
    shrink_ : ndarray of shape (n_columns,)
        Powers of two by which columns are multiplied first, so that squares of
        huge and tiny numbers stay finite.
    low_, high_ : ndarray of shape (n_columns,)
        Where the products are clipped.
    scaler_ : StandardScaler
        Of the products.

    Examples
    --------
    >>> import numpy as np
    >>> values = np.array([[1.0, 7], [2, 7], [3, 7], [np.nan, 7]])
    >>> NumberEncoder(margin=3.0).fit(values, np.ones(4)).transform(values)
    array([[-1.41...,  0.        ],
           [ 0.        ,  0.        ],
           [ 1.41...,  0.        ],
           [ 0.        ,  0.        ]])
    """

    def __init__(self, margin):
        self.margin = margin

    def fit(self, values, weight):
        """Learn from `values` of shape (n_samples, n_columns)."""
        median = weighted_median(values, weight)
        self.median_ = np.where(np.isnan(median), 0.0, median)
        filled = self._filled(values)
        self.informative_ = informative(filled, self.median_, weight)
        self.shrink_ = binary_scale(np.abs(filled).max(axis=0))
        filled *= self.shrink_
        self.low_, self.high_ = widened(
            filled.min(axis=0), filled.max(axis=0), self.margin
        )
        # arrays whatever the user's configuration says
        self.scaler_ = StandardScaler(copy=False).set_output(transform="default")
        # of a constant column, the weighted variance may come out just below zero
        with np.errstate(invalid="ignore"):
            self.scaler_.fit(filled, sample_weight=weight)
        # what the scaler rounds more: many rows of small spread beside a large mean
        self.scaler_.mean_, spread = column_moments(filled, weight)
        self.scaler_.scale_ = np.where(spread > 0, spread, 1.0)
        self.informative_ &= spread > 0
        return self

    def transform(self, values):
        """Return scaled numbers of shape (n_samples, n_columns)."""
        filled = self._filled(values)
        with np.errstate(over="ignore"):
            filled *= self.shrink_
        np.clip(filled, self.low_, self.high_, out=filled)
        filled -= self.scaler_.mean_  # as the scaler, without checks of a copy
        filled /= self.scaler_.scale_
        filled[:, ~self.informative_] = 0.0
        return filled

    def _filled(self, values):
        return np.where(np.isnan(values), self.median_, values)

    def names(self, inputs):
        """Return the names of the output for columns called `inputs`."""
        return list(inputs)
