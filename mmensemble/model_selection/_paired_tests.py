"""Tests of paired scores from resamples that share training rows."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

#: Scores that differ by less than this share of their size differ by rounding only.
ROUNDING = 1e-12
#: Up to this many gaps the signed-rank test is exact.
_EXACT_GAPS = 50


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
    ratio : ndarray of shape (n_splits,)
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
    values = values[known]
    mean = float(values.mean())
    if n == 1:
        return MeanOfSplits(mean, np.nan, np.nan, 1)
    size = np.abs(values).max() if size is None else size
    std = float(values.std(ddof=1))
    std = std if std > ROUNDING * size else 0.0
    return MeanOfSplits(mean, std, std * np.sqrt(1 / n + ratio[known].mean()), n)


def paired_difference(one, other, ratio):
    """Return the mean difference of two choices over the splits that both have.

    Parameters
    ----------
    one, other : ndarray of shape (n_splits,)
    ratio : ndarray of shape (n_splits,)
        Test rows for each training row.

    Returns
    -------
    result : MeanOfSplits
    """
    gaps, size = _gaps(one, other)
    return corrected_mean(gaps, ratio, size)


def _gaps(one, other):
    """Return differences free of rounding noise, and the size of the scores."""
    gaps = one - other
    sizes = np.fmax(np.abs(one), np.abs(other))
    gaps[np.abs(gaps) <= ROUNDING * sizes] = 0.0
    known = np.isfinite(gaps)
    return gaps, sizes[known].max() if known.any() else 0.0


def wilcoxon_of_repeats(one, other, repeats):
    """Return the p-value of Wilcoxon's signed-rank test over means of repeats.

    Each repeat's splits are averaged first. Repeats that only shuffle the same rows
    are not independent: the test then speaks of other shuffles of these rows, not
    of other samples, and rejects far too often as a statement about the learners.

    Parameters
    ----------
    one, other : ndarray of shape (n_splits,)
    repeats : ndarray of shape (n_splits,)
        Which repeat each split belongs to.

    Returns
    -------
    p_value : float
        1 where all means are equal, NaN where no split has both scores.

    References
    ----------
    Wilcoxon (1945), "Individual comparisons by ranking methods", Biometrics
    Bulletin 1(6).
    """
    gaps, size = _gaps(one, other)
    known = np.isfinite(gaps)
    means = np.array([gaps[known & (repeats == r)].mean() for r in set(repeats[known])])
    if not len(means):
        return np.nan
    means[np.abs(means) <= ROUNDING * size] = 0.0
    return signed_rank(means)


def signed_rank(gaps):
    """Return the two-sided p-value of Wilcoxon's signed-rank test.

    Zeros are dropped. Up to 50 gaps the distribution of the rank sum over all signs
    is exact, with ties too (SciPy's needs seconds for a dozen tied gaps).

    Parameters
    ----------
    gaps : ndarray of shape (n,)

    Returns
    -------
    p_value : float
        1 where all gaps are zero.
    """
    gaps = gaps[gaps != 0]
    if not len(gaps):
        return 1.0
    if len(gaps) > _EXACT_GAPS:
        return float(stats.wilcoxon(gaps).pvalue)
    sizes = np.abs(gaps)
    # twice the ranks are whole numbers, with ties too
    ranks = (2 * stats.rankdata(np.round(sizes / sizes.max(), 12))).astype(int)
    chances = np.ones(1)
    for rank in ranks:
        kept = np.concatenate([chances, np.zeros(rank)])
        chances = (kept + np.concatenate([np.zeros(rank), chances])) / 2
    total = ranks[gaps > 0].sum()
    tail = min(chances[: total + 1].sum(), chances[total:].sum())
    return float(min(1.0, 2 * tail))


def holm(p_values):
    """Return p-values adjusted for their number by Holm's step-down method.

    Parameters
    ----------
    p_values : array-like of shape (n_tests,)
        NaN where nothing was tested.

    Returns
    -------
    adjusted : ndarray of shape (n_tests,)

    References
    ----------
    Holm (1979), "A simple sequentially rejective multiple test procedure",
    Scandinavian Journal of Statistics 6(2).
    """
    p_values = np.asarray(p_values, dtype=float)
    adjusted = np.full(p_values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
