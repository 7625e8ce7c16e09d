"""Ways to combine members against what each stands for."""

import numpy as np
import pytest
from fusion_cases import random_probabilities, view
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from mmensemble import SelectionFusion, StackingFusion
from mmensemble.fusion import Member
from mmensemble.fusion._weights import target_matrix
from mmensemble.fusion.both import _combiners as module
from mmensemble.fusion.both._combiners import (
    Combination,
    Library,
    combinations_by_pattern,
)
from mmensemble.learners._nonnegative import NonNegativeLinear, NonNegativeLogistic


def classes(n_samples=200, n_classes=2, strengths=(0.5, 0.3, 0.2), seed=0):
    """Draw a view whose members know the labels by the given strengths."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_samples)
    drawn = random_probabilities(rng, n_samples, len(strengths), n_classes)
    known = np.asarray(strengths)[:, None]
    predictions = (1 - known) * drawn + known * np.eye(n_classes)[y][:, None]
    return view(predictions, y, classes=np.arange(n_classes))


def values(n_targets=1, seed=0):
    """Draw a view of members with noise of different size."""
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(100, n_targets))
    noise = rng.normal(size=(100, 3, n_targets)) * np.array([0.5, 1, 3])[:, None]
    return view(y[:, None, :] + noise, y[:, 0] if n_targets == 1 else y)


def library(data):
    """Return the library of a view."""
    return Library(data, target_matrix(data.y, data.task), data.available())


def with_joint(data, joint):
    """Return the view with one member more, on all modalities together."""
    members = (*data.members, Member("concat", None, "estimator"))
    predictions = np.concatenate([data.predictions, joint[:, None]], axis=1)
    return type(data)(**{**vars(data), "members": members, "predictions": predictions})


def test_best():
    """One member has all the weight."""
    found = library(classes()).learn("best", (0, 1, 2))
    assert_array_equal(found.weights, [1, 0, 0])
    assert library(values()).learn("best", (1, 2)).weights.argmax() == 1


@pytest.mark.parametrize("data", [classes(), classes(n_classes=3), values(2)])
def test_selection(data):
    """The weights of SelectionFusion."""
    found = library(data).learn("selection", (0, 1, 2))
    expected = SelectionFusion().fit(data)
    assert_allclose(found.weights, expected.weights_)
    assert_allclose(found.predict(data.predictions, data.task), expected.predict(data))


@pytest.mark.parametrize("n_classes", [2, 3])
def test_stack_of_classes(n_classes):
    """The prediction of StackingFusion with the same small penalty."""
    data = classes(n_classes=n_classes)
    found = library(data).learn("stack", (0, 1, 2))
    penalty = 5 / data.n_samples
    stacking = StackingFusion(NonNegativeLogistic(penalty=penalty), inputs="logits")
    expected = stacking.fit(data).predict(data)
    assert_allclose(found.predict(data.predictions, data.task), expected, atol=1e-6)


def test_stack_of_values():
    """Non-negative least squares; several targets share their weights."""
    data = values()
    found = library(data).learn("stack", (0, 1, 2))
    theirs = NonNegativeLinear().fit(data.predictions[:, :, 0], data.y)
    assert_allclose(found.weights, theirs.weights_[:, 0])
    assert_allclose(found.intercept, theirs.intercept_)
    twice = np.repeat(data.predictions, 2, axis=2) * [1, 1000]
    both = view(twice, data.y[:, None] * [1, 1000])
    assert_allclose(library(both).learn("stack", (0, 1, 2)).weights, found.weights)


def test_useless_stacks():
    """Members that only harm get no weight, and the stack is none."""
    data = classes(strengths=(0.3, 0.3))
    wrong = view(data.predictions[..., ::-1], data.y, classes=np.arange(2))
    assert library(wrong).learn("stack", (0, 1)) is None
    data = values()
    wrong = view(-data.predictions, data.y)
    found = library(wrong).learn("stack", (0, 1, 2))
    assert_allclose(found.weights, 1 / 3)


def test_stack_without_a_class():
    """Where no row has a class there is no stack."""
    data = classes(n_classes=3)
    rows = np.flatnonzero(data.y < 2)
    assert library(data).take(rows).learn("stack", (0, 1, 2)) is None
    assert library(data).take(rows).learn("selection", (0, 1, 2)) is not None


def brute_force(data, base, penalty):
    """Minimise the log loss and the ridge penalty on the way from a stack."""
    logs = np.log(data.predictions)
    logits = (logs - logs.mean(axis=2, keepdims=True)).reshape(len(logs), -1)
    n_classes = logs.shape[2]
    start = np.vstack([np.eye(n_classes) * weight for weight in base.weights])
    hits = np.eye(n_classes)[data.y]

    def loss(theta):
        theta = theta.reshape(-1, n_classes)
        scores = logits @ theta[:-1] + theta[-1]
        fit = (logsumexp(scores, axis=1) - (scores * hits).sum(axis=1)).sum()
        return fit + penalty / 2 * ((theta[:-1] - start) ** 2).sum()

    first = np.vstack([start, base.intercept]).ravel()
    theta = minimize(loss, first, tol=1e-7).x.reshape(-1, n_classes)
    return softmax(logits @ theta[:-1] + theta[-1], axis=1)


def test_stack_by_classes(monkeypatch):
    """The brute-force minimum; with a large penalty, the plain stack."""
    data = classes(n_classes=3)
    stack = library(data).learn("stack", (0, 1, 2))
    found = library(data).learn("class_stack", (0, 1, 2))
    got = found.predict(data.predictions, data.task)
    assert_allclose(got, brute_force(data, stack, 100.0), atol=2e-3)
    assert found.loss < stack.loss
    monkeypatch.setattr(module, "_CLASS_PENALTY", 1e9)
    stiff = library(data).learn("class_stack", (0, 1, 2))
    assert_allclose(stiff.weights, stack.weights, atol=1e-5)
    expected = stack.predict(data.predictions, data.task)
    assert_allclose(stiff.predict(data.predictions, data.task), expected, atol=1e-3)


def test_stack_by_classes_with_weights():
    """Weights count by their proportions; members outside a pattern get none."""
    data = classes(n_classes=3)
    found = library(data).learn("class_stack", (0, 2))
    assert found.weights[1] == 0
    assert_array_equal(found.matrices[1], 0)
    doubled = type(data)(**{**vars(data), "sample_weight": np.full(200, 2.0)})
    other = library(doubled).learn("class_stack", (0, 2))
    assert_allclose(other.matrices, found.matrices, atol=1e-3)


@pytest.mark.parametrize("data", [classes(), values(), values(3)])
def test_no_stack_by_classes(data):
    """Two classes have one weight a member anyway, and numbers have no classes."""
    assert library(data).learn("class_stack", (0, 1, 2)) is None


def test_rows_and_members_of_a_pattern():
    """A pattern learns from rows that have it, with its members alone."""
    data = classes()
    predictions = data.predictions.copy()
    predictions[:80, 0] = np.nan
    holes = view(predictions, data.y, classes=np.arange(2))
    found = library(holes).learn("selection", (0, 1))
    part = view(predictions[80:, :2], data.y[80:], classes=np.arange(2))
    expected = library(part).learn("selection", (0, 1))
    assert_allclose(found.weights, [*expected.weights, 0])
    assert found.loss == pytest.approx(expected.loss)
    assert library(holes).learn("selection", (0, 1), allowed={0}).weights[0] == 1
    assert library(holes).learn("selection", (0, 1), allowed={2}) is None


def test_weightless_rows():
    """Rows of weight zero are as good as absent."""
    data = classes()
    weight = (np.arange(200) % 2).astype(float)
    weighted = type(data)(**{**vars(data), "sample_weight": weight})
    found = library(weighted).learn("stack", (0, 1, 2))
    half = data.take(np.flatnonzero(weight))
    assert_allclose(found.weights, library(half).learn("stack", (0, 1, 2)).weights)
    nothing = type(data)(**{**vars(data), "sample_weight": np.zeros(200)})
    assert library(nothing).learn("best", (0, 1, 2)) is None


@pytest.mark.parametrize("strength", [0.0, 0.9])
@pytest.mark.parametrize("kind", ["classes", "values"])
def test_joint_members_where_modalities_lack(kind, strength):
    """They serve rows that lack modalities where out-of-fold rows support it."""
    data = classes(300) if kind == "classes" else values()
    targets = target_matrix(data.y, data.task)
    predictions = data.predictions.copy()
    predictions[:60, 0] = np.nan
    data = view(
        predictions, data.y, classes=np.arange(2) if kind == "classes" else None
    )
    noise = random_probabilities(np.random.default_rng(5), len(targets), 1, 2)[:, 0]
    noise = noise if kind == "classes" else 9 * noise
    joint = strength * targets + (1 - strength) * noise[:, : targets.shape[1]]
    found = library(with_joint(data, joint)).learn("selection", (1, 2))
    assert (found.weights[3] > 0.1) == (strength > 0.5)
    few = with_joint(data, joint).take(np.arange(40, len(targets)))
    assert library(few).learn("selection", (1, 2)).weights[3] == 0
    everything = library(few).learn("selection", (0, 1, 2)).weights[3]
    assert (everything > 0.1) == (strength > 0.5)


def test_predictions_by_pattern():
    """Each row gets the prediction of the nearest pattern, NaN where there is none."""
    data = classes(6)
    predictions = data.predictions.copy()
    predictions[0, 1] = predictions[1, 0] = np.nan
    data = view(predictions, data.y, classes=np.arange(2))
    found = {
        (0, 1, 2): Combination(np.array([0.0, 0.0, 1.0])),
        (0,): Combination(np.array([1.0, 0.0, 0.0])),
    }
    out = library(data).predict(combinations_by_pattern(found))
    assert_array_equal(out[0], predictions[0, 0])
    assert np.isnan(out[1]).all()
    assert_array_equal(out[2:], predictions[2:, 2])
