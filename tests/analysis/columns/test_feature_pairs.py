"""Strong pairs of features, and pairs where the methods differ."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control, pearsonr

from mmensemble.analysis.columns._feature_pairs import (
    FeatureCorrelations,
    adjusted,
    choose_pairs,
    differing_pairs,
    fold_columns,
    normal_pearson,
    strongest_pairs,
)
from mmensemble.analysis.matrix._correlate import correlate


def features_of(X, threshold=None, methods=("pearson", "spearman")):
    """Return correlations of a frame, all of one modality but the last column."""
    results = {
        method: correlate(X, method=method, threshold=threshold) for method in methods
    }
    modality = ["m"] * (X.shape[1] - 1) + ["other"]
    return FeatureCorrelations(results, modality, X.to_numpy(), len(X))


@pytest.fixture
def X():
    """Six columns of which some correlate; a few values are missing."""
    rng = np.random.default_rng(0)
    base = rng.normal(size=(120, 1))
    X = rng.normal(size=(120, 6)) + base * [2, 2, 1, 0, 0, -2]
    X[:9, 2] = np.nan
    return pd.DataFrame(X, columns=list("abcdef"))


def test_all_pairs_are_those_of_pandas(X):
    """Correlations, rows and adjusted p-values equal pandas and scipy."""
    frame = strongest_pairs(features_of(X))
    assert len(frame) == 15
    p = []
    for row in frame.itertuples():
        pair = X[[row.feature_a, row.feature_b]].dropna()
        assert row.n_rows == len(pair)
        assert row.pearson == pytest.approx(pair.corr().iloc[0, 1])
        assert row.spearman == pytest.approx(pair.corr(method="spearman").iloc[0, 1])
        p.append(pearsonr(*pair.to_numpy().T).pvalue)
    np.testing.assert_allclose(frame["p_adjusted"], false_discovery_control(p))
    strength = frame[["pearson", "spearman"]].abs().max(axis=1)
    assert strength.is_monotonic_decreasing
    assert set(frame.query("feature_b == 'f'")["modality_b"]) == {"other"}


def test_strong_pairs_alone_are_the_same(X):
    """Of wide data the pairs above the threshold equal those of all."""
    dense = strongest_pairs(features_of(X))
    sparse = strongest_pairs(features_of(X, threshold=0.5))
    strong = dense[dense[["pearson", "spearman"]].abs().max(axis=1) >= 0.5]
    assert len(sparse) == len(strong) > 2
    np.testing.assert_array_equal(
        sparse[["feature_a", "feature_b"]], strong[["feature_a", "feature_b"]]
    )
    known = sparse["pearson"].notna().to_numpy()
    assert known.sum() > 2
    np.testing.assert_allclose(sparse["pearson"][known], strong["pearson"][known])
    assert (sparse["p_adjusted"][known] >= strong["p_adjusted"][known] - 1e-15).all()


def test_adjusting_some_of_many_is_never_too_small():
    """What is known of the strong pairs bounds the adjustment of all."""
    p = np.sort(np.random.default_rng(0).random(40) ** 3)
    full = false_discovery_control(p)
    np.testing.assert_allclose(adjusted(p, 40), full)
    assert (adjusted(p[:8], 40) >= full[:8] - 1e-15).all()
    assert np.isnan(adjusted(np.array([np.nan]), 3)).all()


def test_normal_data_link_the_methods():
    """The formula holds for a large normal sample."""
    rng = np.random.default_rng(0)
    X = rng.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], size=200_000)
    spearman = correlate(X, method="spearman").r[0, 1]
    assert normal_pearson(spearman) == pytest.approx(0.7, abs=0.005)
    assert normal_pearson(-1.0) == -1.0


def test_outliers_and_curves_are_told_apart():
    """Two wild rows are outliers; a steep power is a curve; normal data are neither."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, size=400)
    X = pd.DataFrame({"x": x, "curve": x**15, "line": x + 0.1 * rng.normal(size=400)})
    X["wild"] = X["line"]
    X.loc[:1, "wild"] = [-40.0, 40.0] * np.sign(x[:2])
    frame = differing_pairs(features_of(X)).set_index(["feature_a", "feature_b"])
    assert frame["reason"]["x", "curve"] == "curved"
    assert frame["reason"]["x", "wild"] == "outliers"
    assert frame["n_outliers"]["x", "wild"] == 2
    without = X.iloc[2:][["x", "wild"]].corr().iloc[0, 1]
    assert frame["without_outliers"]["x", "wild"] == pytest.approx(without)
    assert ("x", "line") not in frame.index
    assert frame["gap"].abs().is_monotonic_decreasing


@pytest.mark.parametrize("n_rows", [30, 300])
def test_normal_data_seldom_differ(n_rows):
    """Of 1,225 pairs of independent normal columns none is listed."""
    X = pd.DataFrame(np.random.default_rng(1).normal(size=(n_rows, 50)))
    X.columns = [f"c{k}" for k in X]
    assert len(differing_pairs(features_of(X))) == 0


def test_differences_need_both_methods(X):
    """With one method the frame is empty, with all its columns."""
    frame = differing_pairs(features_of(X, methods=("spearman",)))
    assert len(frame) == 0
    assert {"gap", "n_outliers", "without_outliers", "reason"} <= set(frame)


def test_a_binary_column_has_no_outliers():
    """A column whose spread is 0 by the median is not called wild."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"flag": np.arange(200) < 20, "x": rng.normal(size=200)})
    X = X.astype(float)
    X["x"] += np.exp(4 * X["flag"] * rng.random(200))
    frame = differing_pairs(features_of(X))
    assert (frame["n_outliers"] >= 0).all()


def test_chosen_pairs_repeat_no_column():
    """Pairs across modalities come first; then those within, of fresh features."""
    frame = pd.DataFrame(
        {
            "column_a": ["a", "a", "b", "c", "e"],
            "column_b": ["b", "c", "d", "d", "f"],
            "modality_a": ["m", "m", "m", "m", "m"],
            "modality_b": ["m", "n", "n", "m", "m"],
        }
    )
    assert choose_pairs(frame) == [1, 2, 4]
    assert choose_pairs(frame, 1) == [1]


def test_features_of_one_column_are_folded(X):
    """Pairs within a column are left out; of several features the strongest stays."""
    features = replace(features_of(X), columns=["p", "p", "q", "q", "r", "s"])
    frame = strongest_pairs(features)
    named = frame[["column_a", "column_b"]].to_numpy()
    pairs = [tuple(sorted(pair)) for pair in named]
    assert sorted(pairs) == [
        ("p", "q"),
        ("p", "r"),
        ("p", "s"),
        ("q", "r"),
        ("q", "s"),
        ("r", "s"),
    ]
    known = strongest_pairs(features_of(X))
    both = known[
        known["feature_a"].isin(["a", "b"]) & known["feature_b"].isin(["c", "d"])
    ]
    own = frame[[pair == ("p", "q") for pair in pairs]]
    assert own["pearson"].iloc[0] == both["pearson"].iloc[0]


def test_squares_and_pairs_are_folded(X):
    """A cell of columns is the strongest of those of their features."""
    columns = pd.Series(["p", "p", "q", "r", "s", "t"], index=list("abcdef"))
    square = X.corr()
    found = fold_columns(square, columns)
    assert found.columns.tolist() == ["p", "q", "r", "s", "t"]
    both = square.loc[["a", "b"], "f"]
    assert found.loc["p", "t"] == found.loc["t", "p"] == both.min()
    assert found.loc["p", "p"] == 1
    pairs = pd.DataFrame(
        {"feature_a": list("aab"), "feature_b": list("bff"), "r": [0.9, -0.6, -0.8]}
        | {"n_rows": 9}
    )
    folded = fold_columns(pairs, columns)
    assert folded[["feature_a", "feature_b"]].to_numpy().tolist() == [["p", "t"]]
    assert folded["r"].tolist() == [-0.8]
    own = pd.Series(list("uvwxyz"), index=list("abcdef"))
    assert fold_columns(square, own).index.tolist() == list("uvwxyz")
    assert fold_columns(pairs, own)["feature_b"].tolist() == ["v", "z", "z"]
