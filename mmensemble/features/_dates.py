"""Dates: how late, and where in the year, the week and the day."""

import numpy as np

from mmensemble._calendar import DAY, positions_in_cycles
from mmensemble.features._numbers import NumberEncoder
from mmensemble.numerics._median import weighted_median


class DateEncoder:
    """Encode one date column as a scaled number and as points on circles.

    A missing date is the median date and the centre of each circle.

    Parameters
    ----------
    margin : float
        See `NumberEncoder`.

    Attributes
    ----------
    origin_ : float
        The median of the training dates, in seconds since 1970.
    with_times_ : bool
        Whether any training date is not midnight.
    number_ : NumberEncoder
        Of the days since `origin_`.

    Examples
    --------
    >>> import numpy as np
    >>> seconds = np.array([0.0, 86_400.0, 2 * 86_400.0])
    >>> encoder = DateEncoder(margin=3.0).fit(seconds, np.ones(3))
    >>> encoder.transform(seconds).round(2)
    array([[-1.22,  0.  ,  1.  ,  0.43, -0.9 ],
           [ 0.  ,  0.02,  1.  , -0.43, -0.9 ],
           [ 1.22,  0.03,  1.  , -0.97, -0.22]])
    >>> encoder.names("visit")[:3]
    ['visit_linear', 'visit_year_sin', 'visit_year_cos']
    """

    def __init__(self, margin):
        self.margin = margin

    def fit(self, seconds, weight):
        """Learn from seconds since 1970 of shape (n_samples,), NaN where missing."""
        median = weighted_median(seconds.reshape(-1, 1), weight)[0]
        self.origin_ = 0.0 if np.isnan(median) else float(median)
        known = seconds[~np.isnan(seconds)]
        self.with_times_ = bool(np.any(known % DAY != 0))
        self.number_ = NumberEncoder(self.margin).fit(self._days(seconds), weight)
        return self

    def _days(self, seconds):
        return (seconds.reshape(-1, 1) - self.origin_) / DAY

    def transform(self, seconds):
        """Return numbers of shape (n_samples, 5), or 7 with times of day."""
        known = ~np.isnan(seconds)
        positions = positions_in_cycles(seconds[known], self.with_times_)
        angles = 2 * np.pi * positions
        circles = np.zeros((len(seconds), 2 * angles.shape[1]))
        circles[known, 0::2] = np.sin(angles)
        circles[known, 1::2] = np.cos(angles)
        return np.hstack([self.number_.transform(self._days(seconds)), circles])

    def names(self, name):
        """Return the names of the output for a column called `name`."""
        cycles = ["year", "week", "day"] if self.with_times_ else ["year", "week"]
        parts = [f"{cycle}_{wave}" for cycle in cycles for wave in ("sin", "cos")]
        return [f"{name}_{part}" for part in ["linear", *parts]]
