"""Corrected standard errors against their formula."""

import numpy as np
import pytest
from scipy import stats

from mmensemble.numerics._resampled import corrected_mean, share_interval


def test_formula():
    """The variance is ``(1 / n + n_test / n_train)`` times that of the splits."""
    values, ratio = np.array([0.1, 0.4, np.nan, 0.3]), np.array([0.5, 0.25, 9.0, 0.25])
    found = corrected_mean(values, ratio)
    known = values[[0, 1, 3]]
    scale = known.std(ddof=1) * np.sqrt(1 / 3 + 1 / 3)
    assert found.mean == pytest.approx(known.mean())
    assert found.scale == pytest.approx(scale)
    assert found.p_value == pytest.approx(2 * stats.t.sf(known.mean() / scale, 2))


def test_one_ratio_for_all_splits():
    """A number stands for as many; with zero the error is that of independent ones."""
    values = np.array([0.1, 0.4, np.nan, 0.3])
    assert corrected_mean(values, 0.25) == corrected_mean(values, np.full(4, 0.25))
    known = values[[0, 1, 3]]
    expected = stats.sem(known)
    assert corrected_mean(values, 0).scale == pytest.approx(expected)


def test_one_split_or_none_says_nothing():
    """A variance needs two splits."""
    one = corrected_mean(np.array([0.5, np.nan]), np.ones(2))
    none = corrected_mean(np.array([np.nan]), np.ones(1))
    assert one.mean == 0.5
    assert np.isnan([one.p_value, *one.interval(), *one.regions(0.01)]).all()
    assert np.isnan([none.mean, none.p_value]).all()
    assert (one.n, none.n) == (1, 0)


@pytest.mark.parametrize(("n_right", "n"), [(20, 20), (0, 7), (12, 20), (1, 3)])
def test_exact_interval_of_a_share(n_right, n):
    """Its limits are the shares under which as many, or as few, are that rare."""
    lower, upper = share_interval(n_right / n, n, level=0.9)
    if n_right:
        assert stats.binom.sf(n_right - 1, n, lower) == pytest.approx(0.05)
    if n_right < n:
        assert stats.binom.cdf(n_right, n, upper) == pytest.approx(0.05)
    assert (lower == 0, upper == 1) == (n_right == 0, n_right == n)
