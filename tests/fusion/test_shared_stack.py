"""Stacks that share strength, against their limits and general solvers."""

import numpy as np
import pytest
from fusion_cases import random_probabilities, view
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from mmensemble.fusion._partial_pooling import VOTE_ROWS, Sample
from mmensemble.fusion._rules import log_rule
from mmensemble.fusion._second_level import second_level
from mmensemble.fusion._shared_stack import (
    Evidence,
    PooledStack,
    SharedStack,
    SharedStacks,
    reach,
)
from mmensemble.learners._nonnegative import NonNegativeLinear, NonNegativeLogistic


def classes(n_samples=300, n_classes=2, holes=0.0, seed=0, strengths=(0.3, 0.2, 0.1)):
    """Draw a view whose members know the labels by the given strengths."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_samples)
    drawn = random_probabilities(rng, n_samples, len(strengths), n_classes)
    known = np.asarray(strengths)[:, None]
    predictions = (1 - known) * drawn + known * np.eye(n_classes)[y][:, None]
    return view(with_holes(predictions, holes, rng), y, classes=np.arange(n_classes))


def values(n_samples=200, n_targets=1, holes=0.0, seed=0):
    """Draw a view of members with noise of different size."""
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(n_samples, n_targets)) * [10, 1][:n_targets] + 5
    noise = rng.normal(size=(n_samples, 3, n_targets)) * np.array([2, 4, 9])[:, None]
    predictions = with_holes(y[:, None, :] + noise * [1, 0.1][:n_targets], holes, rng)
    return view(predictions, y[:, 0] if n_targets == 1 else y)


def with_holes(predictions, share, rng):
    """Hide members at random, never all of a row."""
    absent = rng.random(predictions.shape[:2]) < share
    absent[np.arange(len(absent)), rng.integers(0, 3, len(absent))] = False
    return np.where(absent[:, :, None], np.nan, predictions)


def raw(shared, model):
    """Return weights and intercept of logits or values."""
    weights, shift = model
    return weights, shared.evidence.intercept(weights, shift)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("inside", [(0, 1, 2), (0, 2)])
def test_one_pattern_is_the_plain_stack(n_classes, inside):
    """Where nothing lacks, it is the lasso of van Loon et al., as without sharing."""
    data = classes(n_classes=n_classes)
    shared = SharedStack(Sample.of(data), lasso=5.0, vote=0.0)
    logits = second_level(data.predictions[:, list(inside)], data.task, True)
    plain = NonNegativeLogistic(penalty=5 / 300).fit(logits, data.y)
    weights, intercept = raw(shared, shared.model(inside))
    assert_allclose(weights, plain.weights_, atol=1e-3)
    assert_allclose(intercept, plain.intercept_, atol=1e-3)


@pytest.mark.parametrize("n_targets", [1, 2])
def test_one_pattern_of_values(n_targets):
    """Non-negative least squares where nothing lacks."""
    data = values()
    shared = SharedStack(Sample.of(data), vote=0.0)
    plain = NonNegativeLinear().fit(data.predictions[:, :, 0], data.y)
    weights, intercept = raw(shared, shared.model((0, 1, 2)))
    assert_allclose(weights, plain.weights_[:, 0], atol=1e-7)
    assert_allclose(intercept, plain.intercept_, atol=1e-6)


@pytest.mark.parametrize("kind", ["classes", "values"])
def test_many_rows_are_on_their_own(kind):
    """With many rows a pattern's weights are those that its rows alone give."""
    data = (
        classes(30_000, holes=0.3) if kind == "classes" else values(30_000, holes=0.3)
    )
    shared = SharedStack(Sample.of(data), 10.0)
    rows = ~np.isnan(data.predictions[:, :2, 0]).any(axis=1)
    inputs = second_level(data.predictions[rows][:, :2], data.task, True)
    plain = (
        NonNegativeLogistic(penalty=0.0) if kind == "classes" else NonNegativeLinear()
    )
    plain.fit(inputs, data.y[rows])
    weights, intercept = raw(shared, shared.model((0, 1)))
    assert_allclose(weights, plain.weights_.ravel(), atol=0.01)
    assert_allclose(intercept, plain.intercept_, atol=0.01)


@pytest.mark.parametrize("kind", ["classes", "values"])
def test_no_rows_have_what_all_say(kind):
    """A pattern without rows has its part of the pooled weights, scaled up."""
    data = classes(holes=0.4) if kind == "classes" else values(holes=0.4)
    has = ~np.isnan(data.predictions[:, :, 0])
    data = data.take(np.flatnonzero(~has[:, :2].all(axis=1)))
    shared = SharedStack(Sample.of(data))
    weights, shift = shared.model((0, 1))
    assert_allclose(weights, shared.pooled[0][:2] * np.sqrt(3 / 2))
    assert_array_equal(shift, shared.pooled[1])


def test_few_rows_approach_the_vote():
    """With hardly any row the stack is the log-linear vote around the prior."""
    data = classes(3000, holes=0.4)
    few = data.take(np.flatnonzero(np.arange(3000) < 2))
    shared = SharedStack(Sample.of(few), vote=1e9)
    fused = PooledStack(shared.evidence, np.arange(3), *shared.pooled)
    complete = classes(50)
    got = fused.predict(complete.predictions)
    equal = np.full((50, 3), 1 / 3)
    expected = log_rule(complete.predictions, equal, None)
    assert_allclose(got, expected, atol=1e-6)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_pooled_stack(n_classes):
    """The minimum that a general solver finds, written anew."""
    data = classes(150, n_classes, holes=0.4)
    shared = SharedStack(Sample.of(data))
    predictions, prior = data.predictions, data.task.prior
    has = ~np.isnan(predictions[:, :, 0])
    gain = np.nan_to_num(np.log(predictions) - np.log(prior))
    gain *= np.sqrt(3 / has.sum(axis=1))[:, None, None]
    log_prior = np.log(prior) - np.log(prior).mean()

    def loss(theta):
        scores = np.einsum("imk,m->ik", gain, theta[:3]) + log_prior + theta[3:]
        fit = (logsumexp(scores, axis=1) - scores[np.arange(150), data.y]).sum()
        far = ((theta[:3] - 1 / 3) ** 2).sum() + (theta[3:] ** 2).sum() / 4
        return fit + VOTE_ROWS / 2 * far

    bounds = [(0, None)] * 3 + [(None, None)] * n_classes
    start = np.r_[np.full(3, 1 / 3), np.zeros(n_classes)]
    theta = minimize(loss, start, bounds=bounds, tol=1e-12).x
    scores = np.einsum("imk,m->ik", gain, theta[:3]) + log_prior + theta[3:]
    got = PooledStack(shared.evidence, np.arange(3), *shared.pooled)
    assert_allclose(got.predict(predictions), softmax(scores, axis=1), atol=1e-4)
    assert_allclose(shared.pooled[0], theta[:3], atol=1e-3)


@pytest.mark.parametrize("n_targets", [1, 2])
def test_pooled_stack_of_values(n_targets):
    """In any unit of the targets; as far as the noise makes the vote worth."""
    data = values(60, n_targets, holes=0.4)
    other = view(data.predictions * 1000 - 7, data.y * 1000 - 7)
    for each in (data, other):
        shared = SharedStack(Sample.of(each))
        got = PooledStack(shared.evidence, np.arange(3), *shared.pooled)
        fused = got.predict(each.predictions).reshape(each.y.shape)
        assert np.corrcoef(fused.ravel(), each.y.ravel())[0, 1] > 0.9
    assert_allclose(fused, got_of(data) * 1000 - 7, rtol=1e-6)


def got_of(data):
    """Fused values of a view."""
    shared = SharedStack(Sample.of(data))
    got = PooledStack(shared.evidence, np.arange(3), *shared.pooled)
    return got.predict(data.predictions).reshape(data.y.shape)


def test_reach():
    """A sum over the root of the number of those present."""
    has = np.array([[True, True, True, True], [True, False, False, False], [False] * 4])
    assert_allclose(reach(has), [[1, 1, 1, 1], [2, 0, 0, 0], [0, 0, 0, 0]])


def test_evidence_of_the_prior_is_none():
    """A member that repeats the prior adds nothing."""
    data = classes(n_classes=3)
    evidence = Evidence.learn(Sample.of(data))
    prior = np.tile(data.task.prior, (2, 1, 1))
    assert_allclose(evidence.of(prior), 0, atol=1e-12)


@pytest.mark.parametrize("n_targets", [1, 2])
def test_models_of_several_targets(n_targets):
    """Each target has weights of its own."""
    data = values(100, n_targets, holes=0.3)
    stacks = SharedStacks(data)
    model = stacks.model((0, 1))
    assert model.weights_.shape == (2, n_targets)
    for target in range(n_targets):
        alone = SharedStack(Sample.of(data, output=target))
        weights, intercept = raw(alone, alone.model((0, 1)))
        assert_allclose(model.weights_[:, target], weights)
        assert_allclose(model.intercept_[target], intercept)


def test_penalty_of_another_model():
    """The model that takes another's place keeps the penalty chosen there."""
    data = classes()
    other = NonNegativeLogistic(penalty=0.3)
    other.penalty_ = 0.3
    model = SharedStacks(data).like(other, (0, 1, 2))
    assert model.penalty_ == 0.3
    assert (model.weights_ > 0).all()
