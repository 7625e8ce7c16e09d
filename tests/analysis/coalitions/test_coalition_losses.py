"""Losses of rows under coalitions of modalities."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import log_loss, mean_squared_error, zero_one_loss

from mmensemble.analysis.coalitions._coalition_losses import (
    coalition_entropy,
    coalition_losses,
)

CLASSES = np.array(["b", "c", "a"])


def make_case(n=30, n_coalitions=4):
    """Make labels and probabilities."""
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(3), size=(n, n_coalitions))
    return CLASSES[rng.integers(3, size=n)], probabilities


def test_means_are_scikit_learns():
    """Means over rows are the metrics of scikit-learn, classes in any order."""
    y, predictions = make_case()
    log = coalition_losses(y, predictions, loss="log", classes=CLASSES)
    wrong = coalition_losses(y, predictions, loss="zero_one", classes=CLASSES)
    order = np.argsort(CLASSES)
    for k in range(4):
        own = predictions[:, k]
        assert log[:, k].mean() == pytest.approx(log_loss(y, own[:, order]))
        labels = CLASSES[own.argmax(axis=1)]
        assert wrong[:, k].mean() == pytest.approx(zero_one_loss(y, labels))


@pytest.mark.parametrize("n_targets", [1, 2])
def test_squared_errors(n_targets):
    """One target or several, which are averaged."""
    rng = np.random.default_rng(1)
    y, predictions = rng.normal(size=(9, n_targets)), rng.normal(size=(9, 4, n_targets))
    if n_targets == 1:
        y, predictions = y[:, 0], predictions[..., 0]
    losses = coalition_losses(y, predictions, loss="squared")
    for k in range(4):
        expected = mean_squared_error(y, predictions[:, k])
        assert losses[:, k].mean() == pytest.approx(expected)


def test_missing_and_certain_predictions():
    """NaN stays NaN; a class held impossible has a large but finite loss."""
    predictions = [[[0.0, 1.0], [np.nan, np.nan]]]
    for loss in ("log", "zero_one"):
        found = coalition_losses([0], predictions, loss=loss, classes=[0, 1])
        assert np.isfinite(found[0, 0])
        assert np.isnan(found[0, 1])


def test_entropy_is_scipys():
    """Shannon's entropy in nats."""
    predictions = make_case()[1]
    expected = stats.entropy(predictions, axis=2)
    assert coalition_entropy(predictions) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"loss": "hinge"}, "'loss' parameter of coalition_losses must"),
        ({"loss": "log"}, "'classes' their labels"),
        ({"loss": "log", "classes": ["b", "c", "x"]}, "'a', which 'classes' lacks"),
    ],
)
def test_bad_input_is_refused(options, match):
    """Errors name the parameter and what came."""
    with pytest.raises(ValueError, match=match):
        coalition_losses(*make_case(), **options)


def test_what_is_no_probability_is_refused():
    """Neither entropy nor the log loss of 7 is a number to go on with."""
    with pytest.raises(
        ValueError, match="must hold probabilities between 0 and 1, got 7"
    ):
        coalition_entropy([[[7.0, -6.0]]])
    with pytest.raises(ValueError, match=r"between 0 and 1, got -0\.5"):
        coalition_losses(["a"], [[[-0.5, 1.5]]], loss="log", classes=["a", "b"])
