"""Means over splits that share training rows, and their corrected standard error."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

#: Scores that differ by less than this share of their size differ by rounding only.
ROUNDING = 1e-12


@dataclass(frozen=True)
class MeanOfSplits:
    """A mean over splits and what is known of it: a Student distribution.

    Parameters
    ----------
    mean, std : float
        Of the splits; `std` with ``n - 1`` in the denominator.
    scale : float
        Corrected standard error of the mean.
    n : int
        Splits that have a score.
    """

    mean: float
    std: float
    scale: float
    n: int

    @property
    def t(self):
        """The mean over its standard error: 0 or infinite where nothing varies."""
        if self.scale == 0:
            return float(np.sign(self.mean) * np.inf) if self.mean else 0.0
        return self.mean / self.scale

    @property
    def p_value(self):
        """Two-sided p-value for a mean of zero, NaN for fewer than two splits."""
        if self.n < 2:
            return np.nan
        return float(2 * stats.t.sf(abs(self.t), self.n - 1))

    def interval(self, level=0.95):
        """Return the limits of a confidence interval of the mean."""
        if self.n < 2:
            return np.nan, np.nan
        reach = stats.t.ppf((1 + level) / 2, self.n - 1) * self.scale
        return self.mean - reach, self.mean + reach

    def regions(self, rope):
        """Return the posterior probabilities of below, within and above ±`rope`.

        They are those of the Bayesian correlated t-test. Where nothing varies the
        posterior is a point.
        """
        if self.n < 2:
            return np.nan, np.nan, np.nan
        if self.scale == 0:
            inside = abs(self.mean) <= rope
            return float(self.mean < -rope), float(inside), float(self.mean > rope)
        below = stats.t.cdf((-rope - self.mean) / self.scale, self.n - 1)
        above = stats.t.sf((rope - self.mean) / self.scale, self.n - 1)
        return float(below), float(max(0.0, 1 - below - above)), float(above)


def corrected_mean(values, ratio, size=None):
    """Return the mean of values of splits, with the corrected standard error.

    Training sets of resamples overlap, so that scores are correlated and
    ``std / sqrt(n)`` is too small. The variance of the mean is taken as
    ``(1 / n + n_test / n_train) std²``, with ``n - 1`` degrees of freedom. The same
    scale is that of the posterior in the Bayesian correlated t-test with a flat
    prior and correlation ``n_test / (n_train + n_test)``.

    Parameters
    ----------
    values : ndarray of shape (n_splits,)
        Scores, or differences of two choices' scores; NaN where there is none.
    ratio : float or ndarray of shape (n_splits,)
        Test rows for each training row; 0 for independent values.
    size : float, default=None
        Size of the scores, if not that of `values`: what varies by less than
        rounding of numbers of this size does not vary.

    Returns
    -------
    result : MeanOfSplits

    References
    ----------
    Nadeau and Bengio (2003), "Inference for the generalization error", Machine
    Learning 52. Benavoli, Corani, Demšar and Zaffalon (2017), "Time for a change: a
    tutorial for comparing multiple classifiers through Bayesian analysis", JMLR 18.
    """
    known = np.isfinite(values)
    n = int(known.sum())
    if n == 0:
        return MeanOfSplits(np.nan, np.nan, np.nan, 0)
    ratio = np.broadcast_to(ratio, known.shape)[known].mean()
    values = values[known]
    mean = float(values.mean())
    if n == 1:
        return MeanOfSplits(mean, np.nan, np.nan, 1)
    size = np.abs(values).max() if size is None else size
    std = float(values.std(ddof=1))
    std = std if std > ROUNDING * size else 0.0
    return MeanOfSplits(mean, std, std * np.sqrt(1 / n + ratio), n)


def share_interval(share, n, level=0.95):
    """Return the exact limits of a share that was seen in so many draws.

    Also where resampling says nothing, since no draw differs from another: of 100
    rows that are all right, 3.6 % of all rows may still be wrong.

    Parameters
    ----------
    share : float
    n : int
    level : float, default=0.95

    Returns
    -------
    lower, upper : float

    References
    ----------
    Clopper and Pearson (1934), "The use of confidence or fiducial limits illustrated
    in the case of the binomial", Biometrika 26.

    Examples
    --------
    >>> [round(limit, 3) for limit in share_interval(1.0, 100)]
    [0.964, 1.0]
    """
    found = stats.binomtest(round(share * n), n).proportion_ci(level, method="exact")
    return float(found.low), float(found.high)
