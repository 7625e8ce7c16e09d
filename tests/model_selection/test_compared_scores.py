"""Scores by choice and fold."""

import numpy as np
import pytest
from comparison_cases import made

SCORES = {"voting": [0.9, 0.7], "voting [a + b]": [0.9, 0.9], "bad": None}


def test_split_scores():
    """One row a fold, one column a choice, then the members."""
    found = made(SCORES, singles={"a": [0.6, 0.5]})
    frame = found.split_scores(singles=True)
    assert frame.columns.tolist() == [*SCORES, "a only"]
    assert frame.index.name == "split"
    assert frame["voting"].tolist() == [0.9, 0.7]
    assert frame["bad"].isna().all()
    with pytest.raises(ValueError, match="'metric' parameter must be one of"):
        found.split_scores("auc")


def test_frame():
    """Columns as in `cv_results_`; ranks with what failed last."""
    frame = made(SCORES, singles={"a__x": [0.6, 0.5]}).frame(singles=True)
    assert frame["choice"].tolist() == [*SCORES, "a__x only"]
    assert frame["fusion"].tolist() == ["voting", "voting", "bad", "none"]
    assert frame["subset"].tolist() == ["a + b + c", "a + b", "a + b + c", "a"]
    assert frame["rank_test_score"].tolist() == [2, 1, 4, 3]
    assert frame["mean_test_score"][0] == pytest.approx(0.8)
    assert frame["std_test_score"][0] == pytest.approx(0.1)
    assert frame["split1_test_score"][1] == 0.9
    assert frame["n_failed"].tolist() == [0, 0, 2, 0]
    assert frame["error"][2] == "ValueError: <b>no</b>"


def test_errors():
    """One row a failed fit."""
    errors = made(SCORES).errors()
    assert errors["choice"].tolist() == ["bad", "bad"]
    assert errors["split"].tolist() == [0, 1]


def test_best():
    """The best choice has a score on every fold; single modalities are no choices."""
    found = made(SCORES, singles={"a": [1.0, 1.0]})
    assert found.best == "voting [a + b]"
    assert found.best_single() == "a only"
    assert made(SCORES).best_single() is None
    assert found.n_fits == 2


def test_predictions_of_repeats():
    """Each repeat of the folds has an array of its own; failures are NaN."""
    found = made(SCORES)
    (array,) = found.predictions()
    assert array.shape == (20, 3, 2)
    assert np.isnan(array[:, 2]).all()
    assert np.isfinite(array[:, :2]).all()
    assert found.repeats() is None
    found.results = found.results * 2
    assert found.repeats() == [0, 0, 1, 1]
    assert len(found.predictions()) == 2
