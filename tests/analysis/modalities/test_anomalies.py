"""Rows whose modalities disagree."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from study_cases import study_of, table

from mmensemble.analysis.modalities._anomalies import find_anomalies, robust_z


def test_swapped_rows_are_found():
    X, _ = table(200)
    columns = [f"b__{k}" for k in range(4)]
    X.loc[[3, 150], columns] = X.loc[[150, 3], columns].to_numpy()
    found = find_anomalies(study_of(X), X.index)
    assert set(found["score"].nlargest(2).index) == {3, 150}
    assert set(found.loc[[3, 150], "modality"]) <= {"a", "b"}
    assert (found.loc[[3, 150], "score"] > 3.5).all()


def test_scores_are_about_normal_without_anomalies():
    found = find_anomalies(study_of(table(500)[0]))
    z = found["z_b"]
    assert stats.kstest(z, "norm").pvalue > 0.001
    assert (found["score"] > 3.5).mean() < 0.02


def test_an_unrelated_modality_cannot_disagree():
    X, _ = table(200, seed=1)
    found = find_anomalies(study_of(X))
    assert found["z_c"].isna().all()
    assert set(found["modality"]) == {"a", "b"}


def test_rows_that_lack_modalities():
    X, _ = table(100)
    X.loc[4, [c for c in X if c.startswith("a")]] = np.nan
    X.loc[5, [c for c in X if not c.startswith("a")]] = np.nan
    found = find_anomalies(study_of(X), X.index)
    assert np.isnan(found.loc[4, "z_a"])
    assert np.isnan(found.loc[5, "score"])
    assert found.loc[5, "modality"] is None or found.isna().loc[5, "modality"]
    assert list(found.columns) == ["score", "modality", "z_a", "z_b", "z_c"]


def test_one_modality():
    study = study_of(table(30)[0], modalities=[("a", "auto", ["a__0"])])
    assert find_anomalies(study)["score"].isna().all()


def test_robust_z():
    values = np.r_[np.arange(9.0), np.nan]
    z = robust_z(values)
    assert z[4] == 0
    assert z[8] == pytest.approx(4 / 2 * stats.norm.ppf(0.75))
    assert np.isnan(z[9])
    np.testing.assert_array_equal(robust_z(np.array([1, 1, 1, 9.0])), 0)
    assert np.isnan(robust_z(np.full(3, np.nan))).all()


def test_rows_that_lack_a_modality_are_not_odd_for_it():
    """What is predicted from less is predicted worse, in all of these rows alike."""
    rng = np.random.default_rng(0)
    common = rng.integers(0, 3, 400).astype(float)
    X = pd.DataFrame(
        {
            "a__x": common + 0.1 * rng.normal(size=400),
            "b__x": common + 0.1 * rng.normal(size=400),
            "c__x": rng.normal(size=400),
        }
    )
    X.loc[:59, "b__x"] = np.nan
    X.loc[300, "a__x"] += 3
    X.loc[70:79, "c__x"] = np.nan  # too few to be compared among themselves
    found = find_anomalies(study_of(X))
    assert (found["score"] > 3.5).to_numpy().nonzero()[0].tolist() == [300]
    assert found["z_a"][:60].notna().all()
