"""Gated heads: gradients, closed forms, and gates that are known."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime
from scipy.special import expit
from sklearn.linear_model import LogisticRegression, Ridge

from mmensemble.fusion._heads import HeadTargets
from mmensemble.fusion.feature._gated_head import (
    GatedHead,
    GatedRows,
    fit_joint,
    fit_linear,
    joint_objective,
)
from mmensemble.learners._task import make_task


def draw(classification, n_samples=40, seed=0):
    """Draw rows of five features, an indicator, and targets."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_samples, 5))
    indicators = (rng.random((n_samples, 1)) < 0.7).astype(float)
    y = rng.permutation(np.arange(n_samples) % 3)
    if not classification:
        y = X[:, :2] * (X[:, 2:3] > 0) + 0.1 * rng.normal(size=(n_samples, 2))
    task = make_task(y, classifier=classification)
    weight = rng.uniform(0.5, 2, n_samples)
    return GatedRows(X, indicators), HeadTargets.of(y, task, weight), y, weight


OWNERS = {"feature": np.arange(5), "modality": np.array([0, 0, 1, 1, 1])}
TASKS = pytest.mark.parametrize("classification", [True, False])


@TASKS
@pytest.mark.parametrize("rank", [None, 1])
@pytest.mark.parametrize("gate", OWNERS)
def test_gradient(gate, rank, classification):
    """The gradient equals finite differences, with one factor or two."""
    rows, targets, *_ = draw(classification)
    n_outputs = targets.values.shape[1]
    head = GatedHead.closed(OWNERS[gate], rows, n_outputs, rank=rank)
    assert len(head.factors) == (2 if rank else 1)
    goal = joint_objective(head, rows, targets, 0.2, 0.3)
    theta = np.random.default_rng(1).normal(size=head.pack().size)
    numeric = approx_fprime(theta, lambda t: goal(t)[0], 1e-6)
    assert_allclose(goal(theta)[1], numeric, atol=2e-5)


@pytest.mark.parametrize("gate", OWNERS)
def test_scores_are_the_formula(gate):
    """Gates are sigmoids of all inputs, elementwise on the features."""
    rows, *_ = draw(True)
    head = GatedHead.closed(OWNERS[gate], rows, 3)
    rng = np.random.default_rng(2)
    head = head.unpack(rng.normal(size=head.pack().size))
    W, owner = head.factors[0], OWNERS[gate]
    for i in range(5):
        x, q = rows.features[i], rows.indicators[i]
        opened = expit(np.append(x, q) @ W + head.bias)[owner]
        expected = np.append(opened * x, q) @ head.coef + head.intercept
        assert_allclose(head.scores(rows)[i], expected)
        assert_allclose(head.gated(rows)[i], opened * x)


def test_half_open_gates_are_ridge_regression():
    """An infinite penalty of the gate gives Ridge on half of the features."""
    rows, targets, _, weight = draw(False)
    head = GatedHead.closed(np.arange(5), rows, 2)
    head = fit_joint(head, rows, targets, 0.1, np.inf)
    seen = np.hstack([rows.features / 2, rows.indicators])
    alpha = 0.1 * weight.sum()
    model = Ridge(alpha=alpha, tol=1e-10).fit(seen, targets.values, weight)
    assert_allclose(head.scores(rows), model.predict(seen), atol=1e-8)


def test_half_open_gates_are_logistic_regression():
    """For classes, LogisticRegression on half of the features."""
    rows, targets, y, weight = draw(True)
    head = GatedHead.closed(np.arange(5), rows, 3)
    head = fit_linear(head, rows, targets, 0.1, tol=1e-9)
    seen = np.hstack([rows.features / 2, rows.indicators])
    model = LogisticRegression(C=1 / (0.1 * weight.sum()), tol=1e-9, max_iter=1000)
    model.fit(seen, y, weight)
    scores = head.scores(rows)
    chance = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert_allclose(chance, model.predict_proba(seen), atol=1e-4)


@pytest.mark.parametrize("rank", [None, 2])
def test_gates_find_what_switches(rank):
    """Where one feature's sign opens two others, gates lower the loss by much."""
    rows, targets, *_ = draw(False, n_samples=400)
    head = GatedHead.closed(np.arange(5), rows, 2, rank=rank)
    linear = fit_linear(head, rows, targets, 1e-4)
    joint = fit_joint(linear, rows, targets, 1e-4, 1e-4)
    loss = [targets.loss(h.scores(rows))[0] for h in (linear, joint)]
    assert loss[1] < 0.5 * loss[0]
    gates = joint.gates(rows)[:, :2].mean(axis=1)
    assert np.corrcoef(gates, rows.features[:, 2] > 0)[0, 1] > 0.8


def test_packing():
    """A head survives its vector, with factors of both kinds."""
    rows, *_ = draw(True)
    for rank in (None, 2):
        head = GatedHead.closed(np.arange(5), rows, 3, rank=rank, seed=3)
        theta = np.arange(head.pack().size, dtype=float)
        assert_array_equal(head.unpack(theta).pack(), theta)


@pytest.mark.parametrize("rank", [None, 2])
def test_shut_gates_are_at_a_half(rank):
    """Whatever they were before."""
    rows, *_ = draw(True)
    head = GatedHead.closed(np.arange(5), rows, 3, rank=rank)
    head = head.unpack(np.ones(head.pack().size))
    assert_array_equal(head.shut().gates(rows), 0.5)
    assert_array_equal(head.shut().coef, head.coef)


def test_parts():
    """A part scores as the whole does where the other inputs are zero."""
    rows, *_ = draw(True)
    for owner in OWNERS.values():
        head = GatedHead.closed(owner, rows, 3)
        theta = np.random.default_rng(4).normal(size=head.pack().size)
        head, kept = head.unpack(theta), np.array([2, 3, 4])
        features = rows.features.copy()
        features[:, :2] = 0
        whole = head.scores(GatedRows(features, np.zeros((40, 1))))
        part = head.part(kept, kept)
        alone = GatedRows(rows.features[:, kept], np.empty((40, 0)))
        assert_allclose(part.scores(alone), whole)
