"""What is known of a score by its name."""

import numpy as np
import pytest
from sklearn import metrics
from sklearn.metrics import make_scorer

from mmensemble.learners._score_names import (
    default_scoring,
    interval_without_spread,
    metric_bounds,
    metric_name,
    scorer_name,
)
from mmensemble.learners._task import make_task

LABELS, NUMBERS = np.array(["no", "yes"]), np.array([0.5, 1.5])


def test_names():
    """None is the task's default; users' own scorers have no name of scikit-learn's."""
    classes, numbers = (make_task(y, classifier=y is LABELS) for y in (LABELS, NUMBERS))
    assert [default_scoring(t) for t in (classes, numbers, None)] == [
        "accuracy",
        "r2",
        "accuracy",
    ]
    assert scorer_name("score", None, numbers) == "r2"
    assert scorer_name("score", "f1", classes) == "f1"
    assert scorer_name("f1", ("f1", "accuracy"), classes) == "f1"
    for name, scoring in (("score", max), ("f1", {"f1": max})):
        assert scorer_name(name, scoring, classes) is None
        assert metric_name(name, scoring, classes) in (name, name.upper())
    assert metric_name("score", None, numbers) == "R²"
    assert metric_name("neg_log_loss", ["neg_log_loss"], None) == "negative log loss"


def test_bounds():
    """They hold whatever scikit-learn's scorers return; users' own have none."""
    task = make_task(LABELS, classifier=True)
    one, two = (-np.inf, 1.0), (0.0, 1.0)
    for name, bounds in {
        "accuracy": two,
        "f1_macro": two,
        "roc_auc_ovr": two,
        "matthews_corrcoef": (-1.0, 1.0),
        "neg_log_loss": (-np.inf, 0.0),
        "d2_log_loss_score": one,
        "r2": one,
    }.items():
        assert metric_bounds("score", name, task) == bounds
        assert metric_bounds(name, [name, "max_error"], task) == bounds
    assert metric_bounds("score", None, task) == two
    assert metric_bounds("score", None, make_task(NUMBERS, classifier=False)) == one
    own = make_scorer(metrics.accuracy_score)
    assert metric_bounds("score", own, task) == (-np.inf, np.inf)
    assert metric_bounds("accuracy", {"accuracy": own}, task) == (-np.inf, np.inf)


@pytest.mark.parametrize("units", [np.arange(20), np.arange(80) // 4])
def test_interval_without_spread(units):
    """Exact for accuracies, by rows or groups; unknown for other scores."""
    task = make_task(LABELS, classifier=True)
    found = interval_without_spread(1.0, None, task, units, level=0.9)
    assert found == pytest.approx((0.05 ** (1 / 20), 1))
    assert np.isnan(interval_without_spread(1.0, "f1", task, units)).all()
    assert np.isnan(interval_without_spread(1.0, max, task, units)).all()
