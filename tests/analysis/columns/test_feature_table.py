"""Features of all modalities, and what pairs of modalities have in common."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control, pearsonr
from study_cases import table

from mmensemble.analysis.columns._feature_correlations import correlate_table
from mmensemble.analysis.columns._feature_table import (
    TextFeatures,
    feature_frame,
    feature_table,
    summarise_pair,
)
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask


def read(X, modalities="auto", **options):
    """Features, their correlations and their owners."""
    resolved = resolve_modalities(modalities, X)
    presence = presence_mask(X, resolved)
    options = {"methods": ("pearson",)} | options
    found, positions = correlate_table(X, resolved, presence, **options)
    return feature_table(X, resolved, presence), found.results["pearson"], positions


def test_numbers_are_correlated_as_pandas_does():
    X, _ = table(60, missing=0.2)
    _, result, positions = read(X)
    frame = feature_frame(result)
    pd.testing.assert_frame_equal(frame, X.corr(), rtol=1e-9)
    assert [list(p) for p in positions] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]]


def test_mixed_columns():
    rng = np.random.default_rng(0)
    words = [f"word{k}" for k in range(50)]
    X = pd.DataFrame(
        {
            "a__sex": pd.Categorical(rng.choice(["f", "m"], 40)),
            "a__day": pd.date_range("2020-01-01", periods=40),
            "a__flag": rng.random(40) < 0.5,
            "b__town": rng.choice(["here", "there"], 40),
            "b__note": [" ".join(rng.choice(words, 9)) for _ in range(40)],
            "rest": np.arange(40),
        }
    )
    X.loc[0, "b__note"] = None
    modalities = [
        ("a", "auto", ["a__sex", "a__day", "a__flag"]),
        ("b", "auto", ["b__town", "b__note"]),
    ]
    features, result, positions = read(X, modalities)
    assert "rest" not in features.table
    assert list(result.names[:4]) == ["a__sex_f", "a__sex_m", "a__day", "a__flag"]
    assert "b__town_here" in result.names
    assert features.table.iloc[0].isna().sum() == len(positions[1]) - 2


def test_arrays_columns_of_one_name_and_empty_text():
    X = np.random.default_rng(0).normal(size=(20, 3))
    _, result, positions = read(X, [("a", "auto", [0, 2]), ("b", "auto", [2])])
    assert result.names == ["x0", "x2"]
    assert [list(p) for p in positions] == [[0, 1], [1]]
    assert summarise_pair(result, *positions)["max_abs_r"] == pytest.approx(1)
    X = pd.DataFrame({"a": ["f", "m"] * 10, "a_f": np.arange(20.0)})
    assert len(set(read(X)[1].names)) == 3
    text = pd.DataFrame({"a": pd.Series([None] * 9, dtype="str"), "b": np.arange(9.0)})
    assert read(text)[0].table["a"].isna().all()


def test_strings_without_numbers_are_read_by_the_extractor():
    """Those that are missing in all rows later, or at once, are so in all features."""
    values = pd.Series(["f", "m", None, "f"])
    features = TextFeatures.learn(values, "sex", 0)
    assert features.names == ["sex_f", "sex_m"]
    found = features.read(values)
    assert found[[0, 1, 3]].tolist() == [[1, 0], [0, 1], [1, 0]]
    assert np.isnan(found[2]).all()
    assert np.isnan(features.read(values[2:3])).all()
    nothing = TextFeatures.learn(values[2:3], "sex", 0)
    assert nothing.names == ["sex"]
    assert np.isnan(nothing.read(values)).all()


def test_summary_of_a_pair():
    X, _ = table(60)
    _, result, (a, _, c) = read(X)
    found = summarise_pair(result, a, c)
    tests = [pearsonr(X.iloc[:, i], X.iloc[:, j]) for i in a for j in c]
    r = np.abs([test.statistic for test in tests])
    p = false_discovery_control([test.pvalue for test in tests])
    assert found["mean_abs_r"] == pytest.approx(r.mean())
    assert found["max_abs_r"] == pytest.approx(r.max())
    assert found["share_significant"] == pytest.approx((p <= 0.05).mean())


def test_wide_data_keep_strong_pairs():
    X, _ = table(60)
    _, result, (a, b, c) = read(X, max_dense=5)
    frame = feature_frame(result)
    assert list(frame.columns) == ["feature_a", "feature_b", "r", "n_rows"]
    r = X.corr().abs()
    assert len(frame) == (r.to_numpy() >= 0.5).sum() // 2 - 5
    found = summarise_pair(result, a, b)
    assert found["max_abs_r"] == pytest.approx(r.iloc[a, b].max().max())
    assert np.isnan(found["mean_abs_r"])
    assert np.isnan(summarise_pair(result, a, c)["max_abs_r"])


def test_a_pair_without_numbers():
    X, _ = table(60)
    X.iloc[:, :4] = 1.0
    _, result, (a, b, _) = read(X)
    assert np.isnan(list(summarise_pair(result, a, b).values())).all()
