"""Tests of paired scores from resamples that share training rows."""

import numpy as np
from scipy import stats

from mmensemble.numerics._resampled import ROUNDING, corrected_mean

#: Up to this many gaps the signed-rank test is exact.
_EXACT_GAPS = 50


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
