"""Scores of several choices tested against one of them."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mmensemble.model_selection import (
    compare_scores,
)
from mmensemble.model_selection._paired_tests import holm

SIZES = {"n_train": 90, "n_test": 10}


def make_scores(seed=0, n=20):
    """Make scores of three choices that share the difficulty of the splits."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 0.05, size=(n, 1))
    scores = [0.7, 0.75, 0.8] + common + rng.normal(0, 0.02, size=(n, 3))
    return pd.DataFrame(scores, columns=["a", "b", "c"])


def test_differences_are_to_the_reference():
    """Each row tells what the corrected t-test of its difference says."""
    scores = make_scores()
    frame = compare_scores(scores, reference="b", **SIZES).set_index("choice")
    gaps = scores["c"] - scores["b"]
    scale = gaps.std() * np.sqrt(1 / 20 + 1 / 9)
    t = gaps.mean() / scale
    reach = stats.t.ppf(0.975, 19) * scale
    row = frame.loc["c"]
    assert row["difference"] == pytest.approx(gaps.mean())
    assert row["std_difference"] == pytest.approx(gaps.std())
    assert row["lower_difference"] == pytest.approx(gaps.mean() - reach)
    assert row["upper_difference"] == pytest.approx(gaps.mean() + reach)
    assert row["t"] == pytest.approx(t)
    assert row["p"] == pytest.approx(2 * stats.t.sf(abs(t), 19))
    assert row[["p_worse", "p_rope", "p_better"]].sum() == pytest.approx(1)
    assert (frame["reference"] == "b").all()
    expected = holm(frame["p"])
    assert frame["p_adjusted"].to_numpy() == pytest.approx(expected, nan_ok=True)


def test_means_have_corrected_intervals():
    """The interval of a mean score is Student's with the corrected variance."""
    scores = make_scores()
    row = compare_scores(scores, level=0.8, **SIZES).iloc[0]
    scale = scores["a"].std() * np.sqrt(1 / 20 + 1 / 9)
    expected = stats.t(19, scores["a"].mean(), scale).interval(0.8)
    assert (row["lower"], row["upper"]) == pytest.approx(expected)
    assert row["n_splits"] == 20


def test_splits_that_all_score_the_same():
    """They say nothing about the spread; what differs from them has an interval."""
    frame = compare_scores(make_scores().assign(a=0.9), reference="b", **SIZES)
    row = frame.iloc[0]
    assert (row["mean"], row["std"]) == (pytest.approx(0.9), 0)
    assert np.isnan([row["lower"], row["upper"]]).all()
    assert row["lower_difference"] < row["difference"] < row["upper_difference"]


def test_the_reference_has_no_difference():
    """The row of the reference is NaN where it would meet itself."""
    frame = compare_scores(make_scores(), **SIZES)
    assert (frame["reference"] == "c").all()
    own = frame.set_index("choice").loc["c", "difference":]
    assert own.isna().all()


def test_swapping_the_sides_swaps_the_signs():
    """The comparison of two choices is antisymmetric."""
    pair = make_scores()[["a", "b"]]
    one = compare_scores(pair, reference="a", **SIZES).loc[1]
    other = compare_scores(pair, reference="b", **SIZES).loc[0]
    assert one["difference"] == pytest.approx(-other["difference"])
    assert one["p"] == pytest.approx(other["p"])
    assert one["p_better"] == pytest.approx(other["p_worse"])


def test_sizes_may_differ_by_split():
    """The correction uses the mean of test rows for each training row."""
    scores = make_scores(n=4)
    n_train, n_test = np.array([90, 80, 70, 90]), np.array([10, 20, 30, 10])
    one = compare_scores(scores, n_train=n_train, n_test=n_test)
    mean = (n_test / n_train).mean()
    other = compare_scores(scores, n_train=1, n_test=mean)
    pd.testing.assert_frame_equal(one, other)


def test_failed_fits_are_left_out():
    """A choice is compared on the splits it has; the best has the most of them."""
    scores = make_scores()
    scores.loc[[0, 3], "c"] = np.nan
    scores["d"] = np.nan
    frame = compare_scores(scores, **SIZES).set_index("choice")
    assert (frame["reference"] == "b").all()
    kept = compare_scores(scores[["b", "c"]].dropna(), reference="b", **SIZES)
    expected = kept.set_index("choice").loc["c", ["difference", "p", "p_better"]]
    assert frame.loc["c", expected.index].tolist() == expected.tolist()
    assert frame.loc["d", "mean":"upper"].isna().all()
    assert frame.loc["d", "difference":].isna().all()
    assert frame["n_splits"].tolist() == [20, 20, 18, 0]


def test_repeats_bring_wilcoxon():
    """Without repeats there is no such p-value."""
    scores = make_scores()
    repeats = np.repeat(np.arange(10), 2)
    frame = compare_scores(scores, reference="a", repeats=repeats, **SIZES)
    gaps = (scores["b"] - scores["a"]).groupby(repeats).mean()
    assert frame.loc[1, "p_wilcoxon"] == pytest.approx(stats.wilcoxon(gaps).pvalue)
    assert compare_scores(scores, **SIZES)["p_wilcoxon"].isna().all()


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"scores": [[1]]}, TypeError, "'scores' parameter of compare_scores must be"),
        ({"scores": pd.DataFrame()}, ValueError, "'scores' parameter is empty"),
        (
            {"scores": pd.DataFrame([[1, 2]], columns=["a", "a"])},
            ValueError,
            r"must be unique; \['a'\] repeat",
        ),
        ({"scores": pd.DataFrame({"a": [np.inf]})}, ValueError, "infinite values"),
        ({"scores": pd.DataFrame({"a": [np.nan]})}, ValueError, "all are NaN"),
        ({"reference": "z"}, ValueError, "'reference' parameter must be 'best' or"),
        ({"n_train": [1, 2]}, ValueError, "'n_train' parameter must be a number or"),
        ({"n_test": 0}, ValueError, "'n_test' parameter of compare_scores must"),
        ({"rope": -1}, ValueError, "'rope' parameter of compare_scores must be"),
        ({"level": 1.0}, ValueError, "'level' parameter of compare_scores must"),
        ({"n_test": [0] * 20}, ValueError, "'n_test' parameter must be positive"),
        ({"rope": "x"}, ValueError, "'rope' parameter of compare_scores must be"),
        ({"repeats": [0]}, ValueError, "'repeats' parameter must have one entry"),
    ],
)
def test_bad_input_is_refused(change, error, match):
    """Errors name the parameter."""
    with pytest.raises(error, match=match):
        compare_scores(**({"scores": make_scores(), **SIZES} | change))
