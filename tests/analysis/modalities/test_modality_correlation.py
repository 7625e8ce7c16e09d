"""The analysis as a whole: its frames, containers, weights and leaks."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks
from study_cases import table

from mmensemble.analysis import ModalityCorrelation

pl = pytest.importorskip("polars")

FRAMES = ["features_", "pairs_", "modalities_", "anomalies_", "shifts_"]


def fit(X, y=None, **options):
    """A quick analysis."""
    fit_options = {
        key: options.pop(key)
        for key in ("groups", "time", "sample_weight")
        if key in options
    }
    options = {"n_permutations": 9, "random_state": 0} | options
    return ModalityCorrelation(**options).fit(X, y, **fit_options)


@parametrize_with_checks([ModalityCorrelation(cv=3, n_permutations=3)])
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates."""
    check(estimator)


def test_parameters_are_checked():
    """One of the eleven checks that scikit-learn runs on itself only."""
    estimator_checks.check_param_validation(
        "ModalityCorrelation", ModalityCorrelation()
    )


def test_frames():
    X, y = table(80)
    X.index = [f"row{k}" for k in range(80)]
    found = fit(X, y, groups=np.arange(80) // 20, time=np.arange(80))
    assert found.features_.shape == (11, 11)
    assert found.feature_modalities_.index.equals(found.features_.index)
    assert found.feature_modalities_.tolist() == [name[0] for name in X]
    assert len(found.pairs_) == 3
    assert found.modalities_.index.tolist() == ["a", "b", "c"]
    assert found.anomalies_.index.tolist() == X.index.tolist()
    assert set(found.shifts_["by"]) == {"groups", "time"}
    assert found.modalities_["verdict"]["b"] == "redundant"
    assert not hasattr(found, "_blocks")


def test_same_seed_same_numbers():
    X, y = table(60)
    one, two = fit(X, y), fit(X, y, n_jobs=2)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))


def test_every_container_gives_the_same():
    X, y = table(60, missing=0.1)
    names = [("a", "auto", list(range(4))), ("b", "auto", list(range(4, 8)))]
    one = fit(X, y, modalities=names)
    for other in (pl.from_pandas(X), X.to_numpy()):
        two = fit(other, y, modalities=names)
        for frame in ("pairs_", "modalities_", "anomalies_"):
            pd.testing.assert_frame_equal(getattr(one, frame), getattr(two, frame))


def test_spearman_differs_by_features_only():
    X, y = table(60)
    one, two = fit(X, y), fit(X, y, method="spearman")
    pd.testing.assert_frame_equal(two.features_, X.corr(method="spearman"))
    assert (one.pairs_["rv"] == two.pairs_["rv"]).all()


def test_weight_zero_is_no_row_in_descriptions():
    X, y = table(80)
    weight = np.r_[np.zeros(20), np.ones(60)]
    weighted = fit(X, y, sample_weight=weight)
    without = fit(X.iloc[20:], y[20:])
    columns = ["mean_abs_r", "max_abs_r", "rv", "rv_adjusted", "cka"]
    np.testing.assert_allclose(
        weighted.pairs_[columns], without.pairs_[columns], rtol=1e-6
    )


def test_text_and_categories():
    rng = np.random.default_rng(0)
    words = np.array([["red", "ripe", "sweet"], ["green", "hard", "sour"]])
    kind = rng.integers(0, 2, 120)
    notes = [" ".join(rng.choice(words[k], 6)) for k in kind]
    X = pd.DataFrame(
        {
            "note__text": notes,
            "lab__sugar": kind + 0.1 * rng.normal(size=120),
            "lab__farm": rng.choice(["north", "south"], 120),
        }
    )
    found = fit(X, kind)
    assert found.pairs_["max_abs_r"][0] > 0.9
    assert found.modalities_["score"].min() > 0.95


def test_wide_data_give_strong_pairs():
    X, _ = table(60)
    found = fit(X, max_features=4)
    assert list(found.features_.columns) == ["feature_a", "feature_b", "r", "n_rows"]


def test_state_survives_pickling_and_knows_its_version():
    X, y = table(40)
    model = fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    pd.testing.assert_frame_equal(model.pairs_, again.pairs_)
    with pytest.warns(UserWarning, match="was saved by mmensemble 0.0.0"):
        again.__setstate__(model.__getstate__() | {"_mmensemble_version": "0.0.0"})


def test_time_must_fit():
    X, y = table(40)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        fit(X, y, time=np.arange(9))
