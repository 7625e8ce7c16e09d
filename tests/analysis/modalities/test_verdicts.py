"""Words for planted modalities."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.linear_model import LinearRegression, Ridge
from study_cases import study_of, table

from mmensemble._digits import digits, p_words, signed
from mmensemble.analysis import ModalityCorrelation
from mmensemble.analysis.modalities._relevance import gain_beside
from mmensemble.analysis.modalities._verdicts import change_words, judge
from mmensemble.datasets import make_multimodal

LEVELS = {"threshold": 0.8, "tolerance": 0.01, "alpha": 0.05}
SIGNAL = {"base": 1.0, "complement": 1.0, "noise": 0.0, "copy": 1.0}


def planted(seed):
    """A duplicate, a complement and noise."""
    return make_multimodal(
        300,
        n_features=dict.fromkeys(SIGNAL, 8),
        shared_signal=SIGNAL,
        private_signal=SIGNAL,
        noise={"base": 1.0, "complement": 1.0, "noise": 1.0, "copy": 0.3},
        redundancy={"copy": "base"},
        class_sep=1.0,
        random_state=seed,
    )


def test_planted_modalities_in_ten_seeds():
    """At least 95 of 100 in benchmarks/correlation/bench_verdicts.py."""
    right = np.zeros(3)
    for seed in range(10):
        data = planted(seed)
        analysis = ModalityCorrelation(n_permutations=0, random_state=seed)
        found = analysis.fit(data.data, data.target).modalities_
        gone = found.index[found["verdict"] == "redundant"].tolist()
        right += [
            gone in (["copy"], ["base"])
            and {*gone, found["stand_in"][gone[0]]} == {"copy", "base"},
            found["verdict"]["complement"] == "complementary",
            found["verdict"]["noise"] == "irrelevant",
        ]
    assert (right >= 9).all()


@pytest.mark.parametrize("with_target", [True, False])
def test_independent_modalities_are_not_redundant(with_target):
    for seed in range(10):
        data = make_multimodal(
            200, shared_signal=0.0, task="regression", random_state=seed
        )
        found = judge(
            study_of(data.data, data.target if with_target else None), **LEVELS
        )
        assert not (found["verdict"] == "redundant").any()
        if not with_target:
            assert set(found["verdict"]) == {"unique"}
            assert "score" not in found


def test_numbers_and_reasons():
    found = judge(study_of(*table(200)), **LEVELS)
    assert found["verdict"].tolist() == ["complementary", "redundant", "complementary"]
    assert found["stand_in"]["b"] == "a"
    reason = found["reason"]["b"]
    assert (
        f"the kept modalities explain {found['explained_by_kept']['b']:.0%}" in reason
    )
    shown = r"leaving it out changes R2 by \S+ and squared error by \S+ ± \S+ \(paired"
    assert re.search(shown, reason)
    change = found["score"] - found["prior_score"]
    np.testing.assert_allclose(found["relevance"], change)
    assert found["n_columns"].tolist() == [4, 4, 3]


def test_overlapping_with_and_without_a_target():
    X, _ = table(300)
    rng = np.random.default_rng(0)
    X["b__0"] = X["a__0"] + 2 * rng.normal(size=300)
    X = X[["a__0", "b__0", "c__0"]]
    y = X["a__0"].to_numpy() + 0.1 * rng.normal(size=300)
    found = judge(study_of(X, y), **LEVELS)["verdict"]
    assert found.tolist() == ["complementary", "overlapping", "irrelevant"]
    found = judge(study_of(X), **LEVELS)["verdict"]
    assert found.tolist() == ["overlapping", "overlapping", "unique"]


def test_a_copy_that_knows_more_is_kept():
    """It adds, but is not complementary: the others explain it."""
    X, _ = table(300)
    y = (X["b__0"] - X["a__0"]).to_numpy()
    found = judge(study_of(X, y, estimator=Ridge(0.01)), **LEVELS)
    assert found["verdict"]["b"] == "adds"
    assert found["explained"]["b"] > 0.9


def test_one_modality_and_too_few_rows():
    X, y = table(100)
    alone = [("a", "auto", ["a__0"])]
    study = study_of(X, y, alone)
    assert judge(study, **LEVELS)["verdict"]["a"] == "adds"
    assert judge(study_of(X, None, alone), **LEVELS)["verdict"]["a"] == "unique"
    rng = np.random.default_rng(0)
    noise = judge(study_of(X, rng.normal(size=100), alone), **LEVELS)
    assert noise["verdict"]["a"] == "irrelevant"
    few = judge(study_of(X[:5], y[:5]), **LEVELS)
    assert set(few["verdict"]) == {"unclear"}


def test_the_scorer_names_the_change():
    X, y = table(100)
    found = judge(study_of(X, y > 0), scoring="accuracy", **LEVELS)
    assert "leaving it out changes accuracy by" in found["reason"]["c"]
    found = judge(study_of(X, y > 0), **LEVELS)
    assert "leaving it out changes AUC by" in found["reason"]["c"]


def test_a_modality_without_scores():
    X, y = table(60)
    X.iloc[:, 8:] = np.nan
    assert judge(study_of(X, y), **LEVELS)["verdict"]["c"] == "unclear"


def test_a_copy_of_what_is_irrelevant_is_irrelevant():
    """Without a target it is redundant; what stands in for it is named."""
    X, _ = table(300)
    y = np.random.default_rng(0).normal(size=300)
    found = judge(study_of(X, y), **LEVELS)
    assert found["verdict"].tolist() == ["irrelevant"] * 3
    assert found["stand_in"].dropna().to_dict() == {"b": "a"}
    assert judge(study_of(X), **LEVELS)["verdict"]["b"] == "redundant"


def test_noise_that_lowers_the_score_is_irrelevant():
    """Many columns of noise, with a learner that does not shrink them."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(120, 41)))
    X.columns = ["a__0", *(f"b__{k}" for k in range(40))]
    y = X["a__0"].to_numpy() + 0.5 * rng.normal(size=120)
    found = judge(study_of(X, y, estimator=LinearRegression()), **LEVELS)
    assert found["verdict"].tolist() == ["complementary", "irrelevant"]
    assert found["added"]["b"] < 0


def test_error_and_p_value_belong_together():
    """Both are of the paired t-test over rows, and of the number before them."""
    study = study_of(*table(100))
    found = judge(study, **LEVELS).loc["c"]
    t = found["saved"] / found["se_saved"]
    assert found["p_value_saved"] == pytest.approx(stats.t.sf(t, 99))
    saved, error = signed(found["saved"]), digits(found["se_saved"])
    shown = f"{saved} ± {error} (paired t-test over rows"
    added = gain_beside(study, 2, (0, 1))
    assert shown in change_words(study, added)
    assert p_words(added.p_value) in change_words(study, added)
