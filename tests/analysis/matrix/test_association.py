"""Cramér's V and the correlation ratio, against scipy, statistics and brute force."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency, f_oneway
from scipy.stats.contingency import association, crosstab

from mmensemble.analysis.matrix._association import (
    correlation_ratio,
    cramers_v,
    number_sums,
)


def draw(seed, shape, n=120, link=0.5):
    """Draw two columns of codes, the second equal to the first modulo its levels."""
    rng = np.random.default_rng(seed)
    a, b = (rng.integers(size, size=n) for size in shape)
    return a, np.where(rng.random(n) < link, a % shape[1], b)


def bergsma(a, b):
    """Ten lines of the paper, on scipy's own V."""
    table = crosstab(a, b).count
    (r, c), n = table.shape, table.sum()
    phi2 = association(table, method="cramer") ** 2 * (min(r, c) - 1)
    phi2 = max(0, phi2 - (r - 1) * (c - 1) / (n - 1))
    r, c = (k - (k - 1) ** 2 / (n - 1) for k in (r, c))
    return min(1.0, np.sqrt(phi2 / (min(r, c) - 1)))


@pytest.mark.parametrize("shape", [(2, 2), (3, 5), (7, 4)])
@pytest.mark.parametrize("link", [0.0, 0.3, 1.0])
def test_cramers_v_is_bergsmas(shape, link):
    """The value on top of scipy's, the p-value scipy's."""
    a, b = draw(0, shape, link=link)
    found = cramers_v(a, b, np.ones(len(a)))
    assert found.value[0] == pytest.approx(bergsma(a, b))
    table = crosstab(a, b).count
    expected = chi2_contingency(table, correction=False).pvalue
    assert found.p[0] == pytest.approx(expected)
    assert found.n[0] == len(a)
    assert cramers_v(b, a, np.ones(len(a))).value[0] == pytest.approx(found.value[0])


def test_the_bias_is_gone():
    """Of independent columns the plain V is far above zero, the corrected is not."""
    rng = np.random.default_rng(0)
    corrected, plain, squares, below = [], [], [], 0
    for _ in range(200):
        a, b = rng.integers(10, size=(2, 60))
        plain.append(association(crosstab(a, b).count))
        found = cramers_v(a, b, np.ones(60))
        corrected.append(found.value[0])
        below += found.p[0] < 0.05
        values = rng.normal(size=(60, 1))
        ratio = correlation_ratio(a, number_sums(values, np.ones(60)))
        squares.append(ratio.value[0] ** 2)
    assert np.mean(plain) > 0.35
    assert np.mean(corrected) < 0.1
    # the correction of the share is cut off at zero
    assert np.mean(squares) < 0.05
    assert below < 20


def test_correlation_ratio_is_that_of_the_analysis_of_variance():
    """Kelley's epsilon squared, from the sums of squares of scipy's test."""
    rng = np.random.default_rng(1)
    codes = rng.integers(4, size=90)
    values = rng.normal(size=(90, 3)) * [1.0, 1e-9, 1e9] + [0.0, 5.0, -1e12]
    values[:, 0] += codes
    found = correlation_ratio(codes, number_sums(values, np.ones(90)))
    for column, value, p in zip(values.T[:2], found.value, found.p, strict=False):
        test = f_oneway(*(column[codes == k] for k in range(4)))
        squared = 1 - (90 - 1) / (90 - 4 + test.statistic * 3)
        assert value == pytest.approx(np.sqrt(max(squared, 0.0)), rel=1e-6, abs=1e-6)
        assert p == pytest.approx(test.pvalue, rel=1e-4)


def test_a_brute_force_of_the_share():
    """Variance between and within the levels, with pandas."""
    rng = np.random.default_rng(2)
    codes, values = rng.integers(5, size=80), rng.normal(size=80)
    values += codes % 2
    levels = pd.Series(values).groupby(codes)
    within = ((values - levels.transform("mean")) ** 2).sum() / (80 - 5)
    expected = np.sqrt(1 - within / np.var(values, ddof=1))
    found = correlation_ratio(codes, number_sums(values[:, None], np.ones(80)))
    assert found.value[0] == pytest.approx(expected)


def test_missing_values_are_left_out_pair_by_pair():
    """Each pair is that of the rows that both have."""
    rng = np.random.default_rng(3)
    a, b = draw(3, (3, 4))
    values = rng.normal(size=(120, 2)) + a[:, None]
    a, b = (
        np.where(rng.random(120) < 0.2, -1, a),
        np.where(rng.random(120) < 0.2, -1, b),
    )
    values[rng.random(values.shape) < 0.2] = np.nan
    both = (a >= 0) & (b >= 0)
    found = cramers_v(a, b, np.ones(120))
    assert found.value[0] == pytest.approx(bergsma(a[both], b[both]))
    assert found.n[0] == both.sum()
    found = correlation_ratio(a, number_sums(values, np.ones(120)))
    for k in range(2):
        seen = (a >= 0) & np.isfinite(values[:, k])
        alone = correlation_ratio(
            a[seen], number_sums(values[seen][:, [k]], np.ones(seen.sum()))
        )
        assert found.value[k] == pytest.approx(alone.value[0])
        assert (found.n[k], found.p[k]) == (seen.sum(), pytest.approx(alone.p[0]))


def test_weights_count_rows_by_their_effective_number():
    """A weight of 0 is no row, and one weight for all none at all."""
    a, b = draw(4, (3, 3))
    values = a[:, None] + np.random.default_rng(4).normal(size=(120, 1))
    weight = (np.arange(120) % 3 > 0).astype(float)
    for some, all_of_them in (
        (
            cramers_v(a, b, 3 * weight),
            cramers_v(*(c[weight > 0] for c in (a, b)), np.ones(80)),
        ),
        (
            correlation_ratio(a, number_sums(values, 3 * weight)),
            correlation_ratio(
                a[weight > 0], number_sums(values[weight > 0], np.ones(80))
            ),
        ),
    ):
        assert some.value[0] == pytest.approx(all_of_them.value[0])
        assert some.p[0] == pytest.approx(all_of_them.p[0])
        assert some.n[0] == 80


@pytest.mark.parametrize(
    "codes",
    [np.zeros(20, int), np.arange(20), np.full(20, -1), np.r_[0, np.full(19, -1)]],
    ids=["one level", "one row a level", "all missing", "one row"],
)
def test_what_cannot_be_known(codes):
    """No levels to compare, or too few rows of each."""
    other = np.arange(20) % 2
    found = cramers_v(codes, other, np.ones(20))
    assert np.isnan([found.value[0], found.p[0]]).all()
    found = correlation_ratio(codes, number_sums(other[:, None] * 1.0, np.ones(20)))
    assert np.isnan([found.value[0], found.p[0]]).all()


def test_columns_that_do_not_vary():
    """Constant in all rows, or in those that have the category; or within levels."""
    codes = np.r_[np.arange(20) % 2, np.full(10, -1)]
    constant = np.full((30, 1), 0.1)
    part = np.r_[np.full(20, 0.3), np.arange(10.0)][:, None]
    whole = np.where(codes == 1, 7.0, 2.0)[:, None]
    parts = number_sums(np.column_stack([constant, part, whole]), np.ones(30))
    found = correlation_ratio(codes, parts)
    assert np.isnan(found.value).tolist() == [True, True, False]
    assert found.value[2] == pytest.approx(1.0)
    assert found.p[2] < 1e-10
