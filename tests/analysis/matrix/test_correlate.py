"""The one entry, against pandas, on whole tables."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mmensemble.analysis.matrix._correlate import correlate


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_a_frame_of_mixed_columns(method):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "x": rng.normal(size=80),
            "n": rng.integers(0, 5, 80),
            "flag": rng.random(80) < 0.5,
            "kind": pd.Categorical(rng.choice(["a", "b", "c"], 80)),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(80), "D"),
        }
    )
    frame.loc[::7, "x"] = np.nan
    result = correlate(frame, method=method)
    numbers = pd.get_dummies(frame, columns=["kind"], dtype=float)
    numbers["day"] = np.arange(80)
    expected = numbers[result.names].astype(float).corr(method=method)
    np.testing.assert_allclose(result.r, expected, atol=1e-10)
    np.testing.assert_array_equal(result.sources, [0, 1, 2, 3, 3, 3, 4])


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_integers_equal_pandas(method):
    X = np.random.default_rng(0).integers(0, 9, size=(60, 5))
    expected = pd.DataFrame(X).corr(method=method)
    np.testing.assert_allclose(correlate(X, method=method).r, expected, atol=1e-10)


def test_p_values_and_intervals():
    X = np.random.default_rng(0).normal(size=(30, 4))
    result = correlate(X)
    pair = stats.pearsonr(X[:, 0], X[:, 1])
    p = result.p_values()
    assert p[0, 1] == pytest.approx(pair.pvalue)
    assert np.isnan(np.diag(p)).all()
    assert (result.p_values("by")[0, 1:] >= result.p_values("bh")[0, 1:]).all()
    low, high = result.interval(0.9)
    np.testing.assert_allclose([low[0, 1], high[0, 1]], pair.confidence_interval(0.9))


@pytest.mark.parametrize("method", ["pearson", "spearman"])
@pytest.mark.parametrize("missing", [0, 0.1])
def test_p_values_are_uniform_under_the_null(method, missing):
    """Of 400 independent pairs of noise, some of it far from normal."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 800))
    X[:, 400:] = np.exp(X[:, 400:]) if method == "spearman" else X[:, 400:].round(1)
    X[rng.random(X.shape) < missing] = np.nan
    p = np.concatenate(
        [
            np.diag(correlate(X[:, k : k + 100], method=method).p_values(), 50)
            for k in range(0, 800, 100)
        ]
    )
    assert len(p) == 400
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_constant_columns_give_nan_without_warnings():
    """Constant, empty and tiny columns are NaN with every partner, in silence."""
    X = np.random.default_rng(0).normal(size=(40, 6))
    X[:, 1], X[:, 2], X[:, 3] = 0.1, np.nan, 1e300
    X[::2, 4] = np.nan
    for method in ("pearson", "spearman"):
        for policy in ("pairwise", "columnwise"):
            result = correlate(X, method=method, nan_policy=policy)
            np.testing.assert_array_equal(
                np.isnan(result.r).all(axis=1), [False, True, True, True, False, False]
            )
            assert np.isnan(result.p_values()[1]).all()


def test_columnwise_equals_pairwise_when_nothing_is_missing():
    X = np.random.default_rng(0).normal(size=(50, 4))
    for method in ("pearson", "spearman"):
        one, two = (
            correlate(X, method=method, nan_policy=policy)
            for policy in ("pairwise", "columnwise")
        )
        np.testing.assert_array_equal(one.r, two.r)


def test_columnwise_approximates_pairwise():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(3000, 6)) + rng.normal(size=(3000, 1))
    X[rng.random(X.shape) < 0.1] = np.nan
    exact = correlate(X, method="spearman")
    quick = correlate(X, method="spearman", nan_policy="columnwise")
    assert 0 < np.abs(exact.r - quick.r).max() < 0.05
    np.testing.assert_array_equal(exact.n, quick.n)


def test_pairs_of_few_rows_are_undefined():
    X = np.random.default_rng(0).normal(size=(20, 3))
    X[:12, 0] = np.nan
    result = correlate(X, min_rows=10)
    np.testing.assert_array_equal(np.isnan(result.r)[0], [True, True, True])
    np.testing.assert_allclose(result.r, pd.DataFrame(X).corr(min_periods=10))


def test_one_row_and_one_column():
    assert np.isnan(correlate(np.ones((1, 2))).r).all()
    assert correlate(np.arange(4.0)[:, None]).r == [[1.0]]


def test_input_is_not_changed():
    X = np.random.default_rng(0).normal(size=(40, 5))
    X[3, 2] = np.nan
    before = X.copy()
    X.flags.writeable = False
    for method in ("pearson", "spearman"):
        for policy in ("pairwise", "columnwise"):
            correlate(X, method=method, nan_policy=policy)
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "kendall"}, "'pearson' or 'spearman', got 'kendall'"),
        ({"nan_policy": "omit"}, "'pairwise' or 'columnwise', got 'omit'"),
        ({"min_rows": 0}, "at least 1, got 0 and 1024"),
        ({"tile": 0}, "at least 1, got 2 and 0"),
        ({"sample_weight": [1]}, r"sample_weight.shape == \(1,\)"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(ValueError, match=message):
        correlate(np.eye(3), **options)
