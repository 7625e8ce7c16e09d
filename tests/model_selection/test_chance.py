"""What knowing nothing scores, and controls beside it."""

import numpy as np
import pandas as pd
import pytest
from comparison_cases import made
from scipy import stats
from sklearn.metrics import get_scorer

from mmensemble.learners._task import make_task
from mmensemble.model_selection._chance import chance_scores, control_frame
from mmensemble.model_selection._fold import FoldResult


def folds_of(y, classifier):
    """Two halves of the rows as test folds."""
    task = make_task(y, classifier=classifier)
    rows = np.arange(len(y))
    halves = np.array_split(rows, 2)
    return [FoldResult(np.setdiff1d(rows, h), h, [], {}, task) for h in halves]


def test_chance_of_classification():
    """The commonest class of all rows, whatever the fold; weights count."""
    y = np.array([0, 0, 0, 1, 1, 0])
    scorer = get_scorer("accuracy")
    found = chance_scores(folds_of(y, True), y, scorer, "score")
    assert found == pytest.approx([1, 1 / 3])
    weight = np.array([1.0, 1, 1, 5, 5, 1])
    found = chance_scores(folds_of(y, True), y, scorer, "score", weight)
    assert found == pytest.approx([0, 10 / 11])


def test_chance_of_regression():
    """The mean of all targets."""
    y = np.array([0.0, 2, 4, 6])
    scorer = get_scorer("neg_mean_absolute_error")
    found = chance_scores(folds_of(y, False), y, scorer, "score")
    assert found == pytest.approx([-2, -2])


def test_chance_is_unknown_where_a_metric_needs_more():
    """A scorer that reads rows, or a fold that never began, has no chance level."""

    def scorer(model, X, y):
        return len(X)

    y = np.array([0, 1, 0, 1])
    assert np.isnan(chance_scores(folds_of(y, True), y, scorer, "score")).all()
    folds = folds_of(y, True)
    for fold in folds:
        fold.task = None
    assert np.isnan(chance_scores(folds, y, scorer, "score")).all()


def test_control_is_a_one_sided_corrected_test():
    """The p-value is that of Nadeau and Bengio's t, by hand."""
    scores = pd.DataFrame({"even": [0.5, 0.4, 0.6], "leak": [0.9, 0.92, 0.91]})
    frame = control_frame(scores, np.full(3, 0.5), np.full(3, 0.5))
    gaps = scores["leak"] - 0.5
    t = gaps.mean() / np.sqrt((1 / 3 + 0.5) * gaps.var())
    row = frame.set_index("choice").loc["leak"]
    assert row["p"] == pytest.approx(stats.t.sf(t, 2))
    assert row["p_adjusted"] == pytest.approx(2 * row["p"])
    assert frame["leaks"].tolist() == [False, True]
    assert frame["p"][0] == pytest.approx(0.5)


def test_comparison_reads_its_own_control():
    """Without a control there is nothing to show."""
    control = made({"voting": [0.9, 0.9, 0.8]})
    comparison = made({"voting": [0.9, 0.9, 0.8]}, control=control)
    assert comparison.control_frame()["leaks"].tolist() == [True]
    assert control.control_frame() is None
    assert comparison.chance() == pytest.approx([0.5] * 3)
