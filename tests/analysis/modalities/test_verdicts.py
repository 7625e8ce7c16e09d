"""Words for planted modalities."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from study_cases import study_of, table

from mmensemble.analysis import ModalityCorrelation
from mmensemble.analysis.modalities._verdicts import judge
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
        told = analysis.fit(data.data, data.target).modalities_
        gone = told.index[told["verdict"] == "redundant"].tolist()
        right += [
            gone in (["copy"], ["base"])
            and {*gone, told["stand_in"][gone[0]]} == {"copy", "base"},
            told["verdict"]["complement"] == "complementary",
            told["verdict"]["noise"] == "irrelevant",
        ]
    assert (right >= 9).all()


@pytest.mark.parametrize("with_target", [True, False])
def test_independent_modalities_are_not_redundant(with_target):
    for seed in range(10):
        data = make_multimodal(
            200, shared_signal=0.0, task="regression", random_state=seed
        )
        told = judge(
            study_of(data.data, data.target if with_target else None), **LEVELS
        )
        assert not (told["verdict"] == "redundant").any()
        if not with_target:
            assert set(told["verdict"]) == {"unique"}
            assert "score" not in told


def test_numbers_and_reasons():
    told = judge(study_of(*table(200)), **LEVELS)
    assert told["verdict"].tolist() == ["complementary", "redundant", "complementary"]
    assert told["stand_in"]["b"] == "a"
    reason = told["reason"]["b"]
    assert f"the kept modalities explain {told['explained_by_kept']['b']:.0%}" in reason
    assert "leaving it out changes R2 by" in reason
    change = told["score"] - told["prior_score"]
    np.testing.assert_allclose(told["relevance"], change)
    assert told["n_columns"].tolist() == [4, 4, 3]


def test_overlapping_with_and_without_a_target():
    X, _ = table(300)
    rng = np.random.default_rng(0)
    X["b__0"] = X["a__0"] + 2 * rng.normal(size=300)
    X = X[["a__0", "b__0", "c__0"]]
    y = X["a__0"].to_numpy() + 0.1 * rng.normal(size=300)
    told = judge(study_of(X, y), **LEVELS)["verdict"]
    assert told.tolist() == ["complementary", "overlapping", "irrelevant"]
    told = judge(study_of(X), **LEVELS)["verdict"]
    assert told.tolist() == ["overlapping", "overlapping", "unique"]


def test_a_copy_that_knows_more_is_kept():
    X, _ = table(300)
    y = (X["b__0"] - X["a__0"]).to_numpy()
    told = judge(study_of(X, y, estimator=Ridge(0.01)), **LEVELS)
    assert told["verdict"]["b"] == "complementary"
    assert told["explained"]["b"] > 0.9


def test_one_modality_and_too_few_rows():
    X, y = table(100)
    alone = [("a", "auto", ["a__0"])]
    assert judge(study_of(X, y, alone), **LEVELS)["verdict"]["a"] == "unique"
    assert judge(study_of(X, None, alone), **LEVELS)["verdict"]["a"] == "unique"
    rng = np.random.default_rng(0)
    noise = judge(study_of(X, rng.normal(size=100), alone), **LEVELS)
    assert noise["verdict"]["a"] == "irrelevant"
    few = judge(study_of(X[:5], y[:5]), **LEVELS)
    assert set(few["verdict"]) == {"unknown"}


def test_the_scorer_names_the_change():
    X, y = table(100)
    told = judge(study_of(X, y > 0), scoring="accuracy", **LEVELS)
    assert "leaving it out changes accuracy by" in told["reason"]["c"]
    told = judge(study_of(X, y > 0), **LEVELS)
    assert "leaving it out changes AUC by" in told["reason"]["c"]


def test_a_modality_without_scores():
    X, y = table(60)
    X.iloc[:, 8:] = np.nan
    assert judge(study_of(X, y), **LEVELS)["verdict"]["c"] == "unknown"
