"""Tests of paired scores from overlapping resamples."""

from itertools import product

import numpy as np
import pytest
from scipy import integrate, stats

from mmensemble.model_selection._paired_tests import (
    holm,
    paired_difference,
    signed_rank,
    wilcoxon_of_repeats,
)


def random_scores(seed, n=30):
    """Make scores of two choices on the same splits."""
    return np.random.default_rng(seed).normal(0.8, 0.05, size=(2, n))


def test_without_overlap_it_is_the_paired_t_test(global_random_seed):
    """With no test rows for a training row nothing is corrected."""
    one, other = random_scores(global_random_seed)
    gap = paired_difference(one, other, np.zeros(30))
    expected = stats.ttest_rel(one, other)
    assert gap.t == pytest.approx(expected.statistic)
    assert gap.p_value == pytest.approx(expected.pvalue)
    low, high = expected.confidence_interval(0.9)
    assert gap.interval(0.9) == pytest.approx((low, high))


def test_the_correction_is_nadeau_and_bengios():
    """The variance of the mean is (1/n + n_test/n_train) std²."""
    one, other = random_scores(0, 10)
    gap = paired_difference(one, other, np.full(10, 1 / 9))
    gaps = one - other
    t = gaps.mean() / np.sqrt((1 / 10 + 1 / 9) * gaps.var(ddof=1))
    assert gap.t == pytest.approx(t)
    assert gap.p_value == pytest.approx(2 * stats.t.cdf(-abs(t), 9))


def test_regions_are_integrals_of_the_posterior():
    """The posterior of Benavoli et al. is integrated numerically."""
    one, other = random_scores(1, 20)
    gaps, rho, rope = one - other, 0.1, 0.01
    variance = (1 / 20 + rho / (1 - rho)) * gaps.var(ddof=1)
    posterior = stats.t(19, loc=gaps.mean(), scale=np.sqrt(variance)).pdf
    expected = [
        integrate.quad(posterior, a, b)[0]
        for a, b in ((-np.inf, -rope), (-rope, rope), (rope, np.inf))
    ]
    gap = paired_difference(one, other, np.full(20, rho / (1 - rho)))
    assert gap.regions(rope) == pytest.approx(expected, abs=1e-7)


def test_regions_without_rope_agree_with_the_p_value():
    """Under the flat prior the smaller tail is half of the p-value."""
    one, other = random_scores(2)
    gap = paired_difference(one, other, np.full(30, 0.25))
    below, inside, above = gap.regions(0.0)
    assert 2 * min(below, above) == pytest.approx(gap.p_value)
    assert inside == pytest.approx(0.0, abs=1e-12)


def test_missing_splits_are_left_out():
    """Only splits in which both have a score count."""
    one, other = random_scores(3, 8)
    ratio = np.linspace(0.1, 0.3, 8)
    holed = one.copy()
    holed[[1, 5]] = np.nan
    kept = np.setdiff1d(np.arange(8), [1, 5])
    expected = paired_difference(one[kept], other[kept], ratio[kept])
    assert paired_difference(holed, other, ratio) == expected


@pytest.mark.parametrize(
    ("gap", "t", "p_value", "regions"),
    [
        (0.0, 0.0, 1.0, (0.0, 1.0, 0.0)),
        (1e-17, 0.0, 1.0, (0.0, 1.0, 0.0)),
        (0.1, np.inf, 0.0, (0.0, 0.0, 1.0)),
        (-0.1, -np.inf, 0.0, (1.0, 0.0, 0.0)),
        (0.005, np.inf, 0.0, (0.0, 1.0, 0.0)),
    ],
)
def test_differences_that_do_not_vary(gap, t, p_value, regions):
    """A constant difference is certain, up to rounding, and its posterior a point."""
    scores = np.array([0.1, 0.7, 0.3, 0.9])
    result = paired_difference(scores + gap, scores, np.full(4, 1 / 3))
    assert (result.t, result.p_value) == (t, p_value)
    assert result.regions(0.01) == regions
    assert result.interval() == pytest.approx((gap, gap))


def test_wilcoxon_takes_means_of_repeats(global_random_seed):
    """Splits are averaged by repeat before the test, missing ones left out."""
    one, other = random_scores(global_random_seed)
    one[4] = np.nan
    repeats = np.tile(np.arange(10), 3)
    gaps = [np.nanmean((one - other)[repeats == r]) for r in range(10)]
    assert wilcoxon_of_repeats(one, other, repeats) == pytest.approx(
        stats.wilcoxon(gaps).pvalue
    )


def test_wilcoxon_without_gaps():
    """Equal means, also up to rounding, have p-value 1; no score has none."""
    one = np.array([0.1, 0.2, 0.3, 0.4])
    other = one + [0.2, -0.2, 1e-17, 0]
    repeats = np.array([0, 0, 1, 1])
    assert wilcoxon_of_repeats(one, other, repeats) == 1.0
    assert np.isnan(wilcoxon_of_repeats(one * np.nan, other, repeats))
    assert signed_rank(np.zeros(3)) == 1.0


@pytest.mark.parametrize("n", [1, 2, 9, 50, 60])
def test_signed_ranks_without_ties_are_scipys(n, global_random_seed):
    """Exact up to fifty gaps, the normal approximation beyond."""
    gaps = np.random.default_rng(global_random_seed).normal(0.3, 1, size=n)
    expected = stats.wilcoxon(gaps).pvalue
    assert signed_rank(np.append(gaps, 0.0)) == pytest.approx(expected)


def test_signed_ranks_with_ties_are_enumerated():
    """All signs of tied ranks are equally likely."""
    gaps = np.array([1, 1, 1, -1, 2, 2, -3, 3.5, 3.5])
    ranks = stats.rankdata(np.abs(gaps))
    sums = [ranks[list(s)].sum() for s in product([False, True], repeat=9)]
    total = ranks[gaps > 0].sum()
    expected = 2 * min(np.mean(sums <= total), np.mean(sums >= total))
    assert signed_rank(gaps) == pytest.approx(expected)


def test_holm_by_hand():
    """The k-th smallest of m is multiplied by m + 1 - k, and never falls."""
    adjusted = holm([0.04, np.nan, 0.01, 0.03, 0.5])
    assert adjusted == pytest.approx([0.09, np.nan, 0.04, 0.09, 0.5], nan_ok=True)
    assert np.isnan(holm([np.nan])).all()
    assert holm([0.9, 0.8]) == pytest.approx([1.0, 1.0])
