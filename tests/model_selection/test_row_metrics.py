"""Metrics as functions of targets and predictions."""

import numpy as np
import pytest
from sklearn import metrics
from sklearn.metrics import get_scorer, make_scorer

from mmensemble.learners._task import make_task
from mmensemble.model_selection._row_metrics import RankedAuc, metric_of

RNG = np.random.default_rng(0)
LABELS = RNG.choice(["a", "b", "c"], 50)
P = RNG.dirichlet(np.ones(3), 50)
NUMBERS, GUESSES = RNG.normal(size=(2, 50, 2))


@pytest.mark.parametrize("name", ["accuracy", "neg_log_loss"])
def test_rows_of_classification(name):
    """The mean over rows is scikit-learn's score."""
    task = make_task(LABELS, classifier=True)
    metric, is_row_wise = metric_of(get_scorer(name), name, "score", task)
    assert is_row_wise
    rows = metric(LABELS, P)
    assert rows.shape == (50,)
    if name == "accuracy":
        expected = metrics.accuracy_score(LABELS, task.classes[P.argmax(axis=1)])
    else:
        expected = -metrics.log_loss(LABELS, P, labels=task.classes)
    assert rows.mean() == pytest.approx(expected)


def test_default_score_of_classifiers_is_row_wise():
    """Without scoring, classifiers are scored by accuracy, regressors by R²."""
    scorer = get_scorer("accuracy")
    assert metric_of(scorer, None, "score", make_task(LABELS, classifier=True))[1]
    task = make_task(NUMBERS, classifier=False)
    metric, is_row_wise = metric_of(get_scorer("r2"), None, "score", task)
    assert not is_row_wise
    assert metric(NUMBERS, GUESSES) == pytest.approx(metrics.r2_score(NUMBERS, GUESSES))


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("neg_mean_squared_error", metrics.mean_squared_error),
        ("neg_mean_absolute_error", metrics.mean_absolute_error),
    ],
)
def test_rows_of_regression(name, function):
    """Rows of several targets are averaged over targets; one target is a vector."""
    for y, guess in ((NUMBERS, GUESSES), (NUMBERS[:, 0], GUESSES[:, :1])):
        task = make_task(y, classifier=False)
        metric, is_row_wise = metric_of(get_scorer(name), name, "score", task)
        assert is_row_wise
        assert metric(y, guess).mean() == pytest.approx(-function(y, guess))


def test_one_of_several_metrics():
    """The name, not the whole scoring, tells which it is; weights go through."""
    task = make_task(LABELS, classifier=True)
    scoring = ["accuracy", "f1_macro"]
    assert metric_of(None, scoring, "accuracy", task)[1]

    def scorer(model, X, y, sample_weight=None):
        f1 = get_scorer("f1_macro")(model, X, y, sample_weight=sample_weight)
        return {"f1_macro": f1, "accuracy": 0.0}

    metric, is_row_wise = metric_of(scorer, scoring, "f1_macro", task)
    assert not is_row_wise
    weight = np.arange(50.0)
    expected = metrics.f1_score(
        LABELS, task.classes[P.argmax(axis=1)], average="macro", sample_weight=weight
    )
    assert metric(LABELS, P, sample_weight=weight) == pytest.approx(expected)
    assert np.isnan(metric(LABELS[:1], P[:1]))


def test_a_callable_is_asked_itself():
    """A function of one's own is no row-wise metric, whatever its name."""
    task = make_task(LABELS, classifier=True)
    scorer = make_scorer(metrics.accuracy_score)
    assert not metric_of(scorer, scorer, "score", task)[1]


def test_ranked_auc_is_that_of_scikit_learn():
    """Ties, weights, and draws of rows at once."""
    y = RNG.choice(["no", "yes"], 60)
    guess = RNG.integers(0, 8, 60) / 7
    prediction = np.column_stack([1 - guess, guess])
    task = make_task(y, classifier=True)
    metric, _ = metric_of(get_scorer("roc_auc"), "roc_auc", "score", task)
    assert isinstance(metric, RankedAuc)
    assert metric(y, prediction) == pytest.approx(metrics.roc_auc_score(y, guess))
    weights = RNG.multinomial(60, np.full(60, 1 / 60), size=5).astype(float)
    weights = np.vstack([weights, np.where(y == "yes", 1.0, 0.0)])
    found = metric.of_draws(y, prediction, weights)
    for score, weight in zip(found[:5], weights[:5], strict=True):
        expected = metrics.roc_auc_score(y, guess, sample_weight=weight)
        assert score == pytest.approx(expected)
    assert np.isnan(found[5])
