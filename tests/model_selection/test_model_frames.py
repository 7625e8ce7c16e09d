"""Frames of one model against scikit-learn and counts by hand."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from mmensemble.learners._task import make_task
from mmensemble.model_selection._fold_coalitions import FoldCoalitions
from mmensemble.model_selection._model_frames import (
    calibration_frame,
    class_frame,
    confusion_frame,
    feature_frame,
    modality_frame,
    pattern_frame,
    prediction_frame,
    roc_frame,
    rough_contributions,
)


def predictions(n_classes=2, n_rows=200, seed=0):
    """Return rows that are right more often than not."""
    rng = np.random.default_rng(seed)
    labels = np.array(list("abcd"[:n_classes]))
    y = rng.choice(labels, n_rows)
    known = rng.random((n_rows, n_classes)) + 0.5 * (y[:, None] == labels)
    known /= known.sum(axis=1, keepdims=True)
    task = make_task(y, classifier=True)
    fold = FoldCoalitions(np.arange(n_rows), ("m",), known[None], task=task)
    return prediction_frame([fold], y, task), task, known


@pytest.mark.parametrize("n_classes", [2, 3])
def test_curves(n_classes):
    """Areas are scikit-learn's; every class of more than two has a curve."""
    frame, task, known = predictions(n_classes)
    found = roc_frame(frame, task).groupby("class")["area"].first()
    assert len(found) == (1 if n_classes == 2 else 3)
    place = list(task.classes).index(found.index[-1])
    truth = frame["y"] == found.index[-1]
    assert found.iloc[-1] == pytest.approx(roc_auc_score(truth, known[:, place]))
    assert len(roc_frame(frame, task)) <= 200 * len(found)


def test_curve_of_one_class():
    """Where a class has all rows there is no curve."""
    frame, task, _ = predictions()
    assert roc_frame(frame[frame["y"] == "b"], task).empty


def test_confusion_and_balance():
    """Counts by hand."""
    frame, task, known = predictions(3)
    taken = task.classes[known.argmax(axis=1)]
    found = confusion_frame(frame, task)
    assert found.loc["a", "c"] == ((frame["y"] == "a") & (taken == "c")).sum()
    shares = class_frame(frame["y"].to_numpy(), task)["share"]
    assert shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_calibration(n_classes):
    """All rows are in one bin; the interval holds the share."""
    frame, task, _ = predictions(n_classes)
    found = calibration_frame(frame, task)
    assert found["rows"].sum() == 200
    assert ((found["lower"] <= found["observed"]) & (found["observed"] <= 1)).all()
    hits = found["rows"] @ found["observed"]
    if n_classes == 2:
        assert hits == pytest.approx((frame["y"] == "b").sum())
    else:
        assert hits == pytest.approx((frame["y"] == frame["predicted"]).sum())


def test_calibration_of_equal_predictions():
    """Rows of one probability are one bin."""
    frame, task, _ = predictions()
    frame["probability of b"] = 0.5
    assert len(calibration_frame(frame, task)) == 1


def test_patterns():
    """Names tell what is lacking where that is shorter; few rows have no score."""
    mask = np.ones((60, 3), dtype=bool)
    mask[:25, 0] = False
    mask[25:35, :2] = False
    mask[35] = False
    presence = pd.DataFrame(mask, columns=["m1", "m2", "m3"])
    found = pattern_frame(presence, np.arange(60), lambda places: float(len(places)))
    found = found.set_index("modalities")
    assert found["rows"].to_dict() == {"without m1": 25, "all": 24, "m3": 10, "none": 1}
    assert found["score"].fillna(-1).tolist() == [25.0, 24.0, -1, -1]


def test_features():
    """A column that a fold did not try counts 0 there."""
    found = feature_frame([{0: 0.2, 1: 0.1}, {1: 0.3}], ["x", "y"], {0: "m", 1: "m"})
    assert found["column"].tolist() == ["y", "x"]
    assert found["fall"].tolist() == pytest.approx([0.2, 0.1])
    assert found["n_folds"].tolist() == [2, 1]
    assert feature_frame([], [], {}).empty


def test_rough_contributions():
    """Differences of the sets; what a pruner left out contributes nothing."""
    few = FoldCoalitions(np.arange(2), ("b",), scores=np.array([0.5, 0.7]))
    scores = np.array([0.5, 0.6, 0.55, 0.65, 0.8, 0.9])
    both = FoldCoalitions(np.arange(2), ("a", "b"), scores=scores)
    failed = FoldCoalitions(np.arange(2), ("a", "b"))
    found = rough_contributions([few, both, failed], ["a", "b"])
    assert found["alone"].tolist() == pytest.approx([0.05, 0.125])
    # all but the first is place 3, all but the second place 4
    assert found["last"].tolist() == pytest.approx([0.125, 0.15])
    assert rough_contributions([failed], ["a", "b"])["last"].isna().all()


def test_modalities():
    """The largest contribution first; weights where there are any."""
    contributions = pd.DataFrame(
        {"modality": ["a", "b"], "shapley": [0.1, 0.2], "std_shapley": 0.0}
        | {"alone": 0.1, "last": 0.1}
    )
    presence = pd.DataFrame({"a": [True, False], "b": [True, True]})
    description = pd.DataFrame({"modality": ["a", "b"], "missing": [0.5, 0.0]})
    given = contributions, {"a": 1, "b": 1}, presence, description
    found = modality_frame(*given, None)
    assert found["modality"].tolist() == ["b", "a"]
    assert found["absent"].tolist() == [0.0, 0.5]
    assert "weight" not in found
    weights = pd.Series({"a": 0.3, "b": 0.7})
    assert modality_frame(*given, weights)["weight"].tolist() == [0.7, 0.3]
