"""p-values, intervals and false-discovery control against scipy."""

from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from mmensemble.analysis.matrix._inference import (
    adjust_pvalues,
    fisher_interval,
    permutation_pvalues,
    t_pvalues,
)


@pytest.mark.parametrize("n", [3, 4, 10, 300])
def test_t_equals_scipy(n):
    rng = np.random.default_rng(n)
    for noise in (0.001, 1, 100):
        x = rng.normal(size=n)
        result = stats.pearsonr(x, x + noise * rng.normal(size=n))
        p = t_pvalues(result.statistic, n)
        assert p == pytest.approx(result.pvalue, rel=1e-7)
        rho = stats.spearmanr(x, x + noise * rng.normal(size=n))
        if n > 3:
            assert t_pvalues(rho.statistic, n) == pytest.approx(rho.pvalue, rel=1e-7)


def test_t_at_the_edges():
    p = t_pvalues([1, -1, 0, np.nan, 0.5, 1], [10, 10, 10, 10, 2, 0])
    np.testing.assert_allclose(p[:3], [0, 0, 1])
    assert np.isnan(p[3:]).all()


@pytest.mark.parametrize("level", [0.5, 0.95, 0.99])
def test_fisher_equals_scipy(level):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 40))
    result = stats.pearsonr(x, y)
    expected = result.confidence_interval(level)
    np.testing.assert_allclose(fisher_interval(result.statistic, 40, level), expected)


def test_spearman_intervals_are_wider():
    low, high = fisher_interval([0.6], [30], method="spearman")
    z, error = np.arctanh(0.6), np.sqrt((1 + 0.18) / 27)
    ends = z - stats.norm.ppf(0.975) * error, z + stats.norm.ppf(0.975) * error
    np.testing.assert_allclose([low[0], high[0]], np.tanh(ends))


def test_fisher_at_the_edges():
    low, high = fisher_interval([0.5, np.nan, 1.0, -1.0], [3, 9, 9, 9])
    np.testing.assert_array_equal(low, [-1, np.nan, 1, -1])
    np.testing.assert_array_equal(high, [1, np.nan, 1, -1])
    with pytest.raises(ValueError, match="level must be between 0 and 1, got 95"):
        fisher_interval(0.5, 10, 95)


@pytest.mark.parametrize("method", ["bh", "by"])
def test_adjusts_over_the_pairs_tested(method):
    rng = np.random.default_rng(0)
    p = rng.random((5, 5))
    p = (p + p.T) / 2
    p[1, 3] = p[3, 1] = np.nan
    upper = p[np.triu_indices(5, 1)]
    known = ~np.isnan(upper)
    expected = stats.false_discovery_control(upper[known], method=method)
    adjusted = adjust_pvalues(p, method)
    np.testing.assert_allclose(adjusted[np.triu_indices(5, 1)][known], expected)
    np.testing.assert_array_equal(adjusted, adjusted.T)
    assert np.isnan(np.diag(adjusted)).all()
    np.testing.assert_allclose(adjust_pvalues(upper, method)[known], expected)
    assert np.isnan(adjust_pvalues([np.nan])).all()


@pytest.mark.parametrize("method", ["bh", "by"])
def test_the_smallest_of_many_tests(method):
    """Adjusting the smallest p-values gives what adjusting all gives for them."""
    p = np.sort(np.random.default_rng(0).random(500)) ** 4
    whole = adjust_pvalues(p, method)
    part = adjust_pvalues(p[:200], method, n_tests=500)
    assert (part >= whole[:200] - 1e-15).all()
    np.testing.assert_allclose(part[:100], whole[:100])
    assert part.max() <= 1
    assert np.isnan(adjust_pvalues(np.array([np.nan]), method, n_tests=3)).all()


def test_unknown_adjustment():
    with pytest.raises(ValueError, match="'bh' or 'by', got 'holm'"):
        adjust_pvalues([0.1], "holm")


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_few_rows_are_enumerated(method):
    X = np.random.default_rng(0).normal(size=(6, 3)).round(1)
    X[:, 2] = 1
    measure = stats.pearsonr if method == "pearson" else stats.spearmanr
    observed = abs(measure(X[:, 0], X[:, 1]).statistic)
    hits = [
        abs(measure(X[list(order), 0], X[:, 1]).statistic) >= observed - 1e-12
        for order in permutations(range(6))
    ]
    p = permutation_pvalues(X, method=method)
    assert p[0, 1] == p[1, 0] == pytest.approx(np.mean(hits))
    assert np.isnan(p[2]).all()
    assert np.isnan(p[0, 0])


def test_monte_carlo_is_close_to_t_and_repeats():
    X = np.random.default_rng(3).normal(size=(40, 4))
    p = permutation_pvalues(X, n_permutations=1999, random_state=0)
    again = permutation_pvalues(X, n_permutations=1999, random_state=0)
    np.testing.assert_array_equal(p, again)
    expected = t_pvalues(np.corrcoef(X.T), 40)
    off = ~np.eye(4, dtype=bool)
    np.testing.assert_allclose(p[off], expected[off], atol=0.05)
    assert p[off].min() >= 1 / 2000


def test_permutes_within_common_rows():
    X = np.random.default_rng(0).normal(size=(12, 3))
    X[:4, 0] = X[1:, 2] = np.nan
    p = permutation_pvalues(X, n_permutations=50)
    rows = ~np.isnan(X[:, 0])
    np.testing.assert_array_equal(p[0, 1], permutation_pvalues(X[rows][:, :2])[0, 1])
    assert np.isnan(p[0, 2])


def test_no_permutations():
    with pytest.raises(ValueError, match="at least 1, got 0"):
        permutation_pvalues(np.eye(3), n_permutations=0)


def test_p_values_are_uniform_under_the_null():
    X = np.random.default_rng(0).normal(size=(60, 60))
    r = np.corrcoef(X.T)[np.triu_indices(60, 1)]
    assert stats.kstest(t_pvalues(r, 60), "uniform").pvalue > 0.01


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_permutation_p_values_are_uniform_under_the_null(method):
    """Of independent pairs of skewed noise; spread evenly over their grid first."""
    rng = np.random.default_rng(0)
    p = [
        permutation_pvalues(
            rng.exponential(size=(12, 2)),
            method=method,
            n_permutations=99,
            random_state=seed,
        )[0, 1]
        for seed in range(200)
    ]
    spread = np.array(p) - rng.random(200) / 100
    assert stats.kstest(spread, "uniform").pvalue > 0.01


@pytest.mark.parametrize("n_tests", [-1, 0, 2, 3.5, "x", True])
def test_number_of_tests_is_checked(n_tests):
    """Fewer tests than p-values, or no number, would give p-values below 0."""
    with pytest.raises(ValueError, match="n_tests must be a whole number, of at least"):
        adjust_pvalues([0.1, 0.2, 0.3], n_tests=n_tests)
    assert (adjust_pvalues([0.1, 0.2, np.nan], n_tests=np.int64(2)) > 0)[:2].all()


def test_number_of_tests_belongs_to_lists():
    """Of a square matrix the pairs are counted; another number is refused."""
    with pytest.raises(ValueError, match="of a one-dimensional p, got 9"):
        adjust_pvalues(np.full((2, 2), 0.5), n_tests=9)


@pytest.mark.parametrize(
    ("r", "n", "options", "match"),
    [
        (0.3, 20, {"method": "kendall"}, "method must be 'pearson' or 'spearman', got"),
        (3.0, 20, {}, "r must hold correlations, from -1 to 1"),
        (0.3, -20, {}, "n must hold numbers of rows; some are below 0"),
    ],
)
def test_intervals_of_what_is_no_correlation(r, n, options, match):
    """No interval is made up."""
    with pytest.raises(ValueError, match=match):
        fisher_interval(r, n, **options)


def test_permutations_know_two_methods():
    """A method that is unknown is not answered with Pearson's."""
    with pytest.raises(ValueError, match="method must be 'pearson' or 'spearman', got"):
        permutation_pvalues(np.eye(3), method="kendall")
