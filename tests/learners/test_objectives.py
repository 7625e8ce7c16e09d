"""Objectives of selection against scikit-learn's metrics and scorers."""

import numpy as np
import pytest
from fusion_cases import random_probabilities, view
from numpy.testing import assert_allclose
from sklearn.metrics import (
    accuracy_score,
    get_scorer,
    log_loss,
    make_scorer,
    mean_absolute_error,
    mean_squared_error,
    roc_auc_score,
)

from mmensemble.fusion._weights import target_matrix
from mmensemble.learners._objectives import make_objective, score_predictions

LABELS = np.array(["no", "perhaps", "yes"])
WEIGHTS = np.random.default_rng(7).dirichlet(np.ones(4), size=5)


def classes(n_classes=3, weighted=True, seed=0):
    """Draw a view of four members' probabilities, labels as strings."""
    rng = np.random.default_rng(seed)
    predictions = random_probabilities(rng, 40, 4, n_classes)
    y = LABELS[np.arange(40) % n_classes]
    weight = rng.uniform(0.1, 2, 40) if weighted else None
    return view(predictions, y, classes=LABELS[:n_classes], sample_weight=weight)


def values(n_targets=2, weighted=True, seed=0):
    """Draw a view of four members' values."""
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(40, n_targets)) * np.arange(1, n_targets + 1)
    predictions = y[:, None, :] + rng.normal(size=(40, 4, n_targets))
    weight = rng.uniform(0.1, 2, 40) if weighted else None
    y = y[:, 0] if n_targets == 1 else y
    return view(predictions, y, sample_weight=weight)


def losses(data, scoring=None):
    """Return our losses of WEIGHTS."""
    targets = target_matrix(data.y, data.task)
    return make_objective(data.predictions, data, targets, scoring)(WEIGHTS)


def mixtures(data):
    """Return the members' weighted means."""
    return np.einsum("imk,em->eik", data.predictions, WEIGHTS)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_log_loss(n_classes, weighted):
    """The default for classes is scikit-learn's log loss."""
    data = classes(n_classes, weighted)
    expected = [
        log_loss(data.y, mixed, sample_weight=data.sample_weight)
        for mixed in mixtures(data)
    ]
    assert_allclose(losses(data), expected)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n_targets", [1, 3])
def test_squared_error(n_targets, weighted):
    """The default for values is the squared error over the variance, summed."""
    data = values(n_targets, weighted)
    targets, share = data.y.reshape(40, -1), data.sample_weight
    middle = np.average(targets, axis=0, weights=share)
    variance = np.average((targets - middle) ** 2, axis=0, weights=share)
    expected = [
        (
            mean_squared_error(
                targets, mixed, sample_weight=share, multioutput="raw_values"
            )
            / variance
        ).sum()
        for mixed in mixtures(data)
    ]
    assert_allclose(losses(data), expected)


def test_constant_target():
    """A target that never varies counts in its own unit."""
    data = view(np.arange(8.0).reshape(2, 4, 1), np.ones(2))
    targets = np.ones((2, 1))
    loss = make_objective(data.predictions, data, targets)(np.eye(4)[:1])
    assert_allclose(loss, (1 + 9) / 2)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_accuracy(n_classes, weighted):
    """A scorer by name that looks at labels."""
    data = classes(n_classes, weighted)
    expected = [
        -accuracy_score(
            data.y, LABELS[mixed.argmax(axis=1)], sample_weight=data.sample_weight
        )
        for mixed in mixtures(data)
    ]
    assert_allclose(losses(data, "accuracy"), expected)


def test_roc_auc():
    """A scorer that looks at decision values or probabilities."""
    data = classes(2)
    expected = [
        -roc_auc_score(data.y, mixed[:, 1], sample_weight=data.sample_weight)
        for mixed in mixtures(data)
    ]
    assert_allclose(losses(data, "roc_auc"), expected)


def test_roc_auc_of_many_classes():
    """A scorer that needs probabilities of every class."""
    data = classes(3)
    expected = [
        -roc_auc_score(
            data.y,
            mixed,
            multi_class="ovr",
            average="weighted",
            sample_weight=data.sample_weight,
        )
        for mixed in mixtures(data)
    ]
    assert_allclose(losses(data, "roc_auc_ovr_weighted"), expected)


def test_decision_values():
    """A scorer of decision values sees the logs, up to a constant a row."""
    data = classes(3, weighted=False)
    seen = []
    scorer = make_scorer(
        lambda y, scores: seen.append(scores) or 0.0,
        response_method="decision_function",
    )
    score_predictions(scorer, data.predictions[:, 0], data)
    assert_allclose(seen[0], np.log(data.predictions[:, 0]))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n_targets", [1, 3])
def test_absolute_error(n_targets, weighted):
    """A scorer of values, of one target or several."""
    data = values(n_targets, weighted)
    shape = data.y.shape
    expected = [
        mean_absolute_error(
            data.y, mixed.reshape(shape), sample_weight=data.sample_weight
        )
        for mixed in mixtures(data)
    ]
    assert_allclose(losses(data, "neg_mean_absolute_error"), expected)


def test_callable():
    """A callable may be a scorer object, or a function that knows no weights."""

    def scorer(estimator, X, y):
        return (estimator.predict(X) == y).sum()

    data = classes(2)
    hits = [(LABELS[m.argmax(axis=1)] == data.y).sum() for m in mixtures(data)]
    assert_allclose(losses(data, scorer), -np.array(hits))
    named, made = losses(data, "f1_macro"), losses(data, get_scorer("f1_macro"))
    assert_allclose(named, made)
