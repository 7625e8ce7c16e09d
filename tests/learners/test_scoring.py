"""Stand-ins that answer scorers."""

import numpy as np
import pytest
from sklearn.base import is_classifier, is_regressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, get_scorer, make_scorer

from mmensemble.learners._scoring import known_model, score_of, weights_for
from mmensemble.learners._task import make_task

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 2))
LABELS = np.where(X[:, 0] + RNG.normal(size=40) > 0, "yes", "no")
NUMBERS = X @ [[1.0, 2], [0, 1]] + RNG.normal(size=(40, 2))


@pytest.mark.parametrize("metric", ["accuracy", "neg_log_loss", "roc_auc", "f1_macro"])
def test_classifier_scores_as_the_model_itself(metric):
    """A scorer cannot tell the stand-in from the model whose answers it knows."""
    model = LogisticRegression().fit(X, LABELS)
    task = make_task(LABELS, classifier=True)
    scorer, weight = get_scorer(metric), {"sample_weight": np.arange(40.0)}
    found = score_of(scorer, model.predict_proba(X), task, X, LABELS, weight)
    assert found == {"score": pytest.approx(scorer(model, X, LABELS, **weight))}


@pytest.mark.parametrize("y", [NUMBERS, NUMBERS[:, 0]])
def test_regressor_scores_as_the_model_itself(y):
    """One target is a vector, several are a matrix."""
    model = LinearRegression().fit(X, y)
    predictions = model.predict(X).reshape(40, -1)
    task = make_task(y, classifier=False)
    for metric in ("r2", "neg_mean_absolute_error"):
        scorer = get_scorer(metric)
        found = score_of(scorer, predictions, task, X, y, {})
        assert found == {"score": pytest.approx(scorer(model, X, y))}


def test_several_scores_keep_their_names():
    """A scorer that returns a dict names the metrics."""

    def both(model, X, y):
        return {"a": model.score(X, y), "b": 2}

    task = make_task(LABELS, classifier=True)
    perfect = np.eye(2)[(LABELS == "yes").astype(int)]
    found = score_of(both, perfect, task, X, LABELS, {})
    assert found == {"a": 1.0, "b": 2.0}


def test_stand_ins_are_of_their_kind():
    """scikit-learn takes them for what they stand for."""
    known = known_model(np.eye(2), make_task([0, 1], classifier=True))
    assert is_classifier(known)
    assert known.classes_.tolist() == [0, 1]
    assert known.predict(None).tolist() == [0, 1]
    number = known_model(np.ones((3, 1)), make_task(np.ones(3), classifier=False))
    assert is_regressor(number)


def alike(y, predicted):
    """Return the share of rows that are right, whatever their weights."""
    return float((y == predicted).mean())


@pytest.mark.parametrize(
    ("scorer", "takes"),
    [
        (get_scorer("accuracy"), True),
        (make_scorer(accuracy_score), True),
        (make_scorer(alike), False),
        (lambda model, X, y: 1.0, False),
        (lambda model, X, y, sample_weight=None: 1.0, True),
        (lambda model, X, y, **params: 1.0, True),
        (max, False),
    ],
)
def test_weights_go_to_who_takes_them(scorer, takes):
    """The metric of a scorer has the last word, and no weights are none."""
    assert ("sample_weight" in weights_for(scorer, np.ones(2))) == takes
    assert weights_for(scorer, None) == {}


def test_a_metric_without_weights_scores_rows_alike():
    """As it does without any."""
    task = make_task(LABELS, classifier=True)
    uniform = np.full((40, 2), [0.6, 0.4])
    scorer = make_scorer(alike)
    params = weights_for(scorer, np.arange(40.0))
    found = score_of(scorer, uniform, task, X, LABELS, params)
    assert found == {"score": pytest.approx((LABELS == "no").mean())}
