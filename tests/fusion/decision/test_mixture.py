"""Gates over experts: gradients, exact global weights, known optima."""

import numpy as np
import pytest
from fusion_cases import random_probabilities
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime, nnls

from mmensemble.fusion._heads import HeadTargets
from mmensemble.fusion._weights import simplex_log_loss, simplex_squared_error
from mmensemble.fusion.decision._mixture import (
    Evidence,
    Mixture,
    fit_gate,
    global_gate,
    objective,
    softmax,
)
from mmensemble.learners._nonnegative import NonNegativeLogistic
from mmensemble.learners._task import make_task


def draw(pool, classification, n_samples=40, n_members=3, seed=0):
    """Draw a pool of members, of which the feature's sign tells the right one."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(n_samples, 2))
    right = (z[:, 0] > 0).astype(int)
    weight = rng.uniform(0.2, 2, n_samples)
    rows = np.arange(n_samples)
    if classification:
        y = rng.permutation(rows % 3)
        drawn = random_probabilities(rng, n_samples, n_members, 3)
        drawn[rows, right] = 0.8 * np.eye(3)[y] + 0.2 * drawn[rows, right]
        if pool is Evidence:
            drawn = np.log(drawn)
            drawn -= drawn.mean(axis=2, keepdims=True)
    else:
        y = rng.normal(size=(n_samples, 2))
        drawn = rng.normal(size=(n_samples, n_members, 2))
        drawn[rows, right] = 0.2 * drawn[rows, right] + y
    task = make_task(y, classifier=classification)
    return pool(drawn, HeadTargets.of(y, task, weight)), z


POOLS = pytest.mark.parametrize("pool", [Mixture, Evidence])
TASKS = pytest.mark.parametrize("classification", [True, False])


@POOLS
@TASKS
def test_gradient(pool, classification):
    """The gradient equals finite differences, penalty included."""
    members, z = draw(pool, classification)
    n_extra = len(members.best(1e-6)[1])
    theta = np.random.default_rng(1).normal(size=3 + 6 + n_extra)
    goal = objective(members, z, 0.3)
    numeric = approx_fprime(theta, lambda t: goal(t)[0], 1e-6)
    assert_allclose(goal(theta)[1], numeric, atol=2e-5)


@POOLS
@TASKS
def test_loss_is_the_mean_of_the_rows(pool, classification):
    """The objective without slopes is the weighted mean of the rows' losses."""
    members, z = draw(pool, classification)
    weights, extra = members.best(1e-6)
    gates = np.tile(weights, (len(z), 1))
    rows = members.row_losses(gates, extra)
    assert_allclose(members.loss(gates, extra)[0], members.targets.share @ rows)


@TASKS
def test_global_weights_of_a_mixture(classification):
    """An infinite penalty gives the best constant weights of voting."""
    members, z = draw(Mixture, classification)
    solve = simplex_log_loss if classification else simplex_squared_error
    targets = members.targets
    expected = solve(members.predictions, targets.values, targets.share)
    gate = fit_gate(members, z, np.inf)
    assert gate.is_global
    assert_allclose(gate.rows(z), np.tile(expected, (40, 1)), atol=1e-9)


def test_global_weights_of_evidence_are_logistic_stacking():
    """For classes they are the non-negative stacking without a penalty."""
    members, _ = draw(Evidence, True)
    codes = members.targets.values.argmax(axis=1)
    model = NonNegativeLogistic(penalty=0.0)
    model.fit(members.predictions.reshape(40, -1), codes, members.targets.share)
    weights, extra = members.best(1e-9)
    assert_allclose(weights * extra[0], model.weights_, atol=1e-3)


def test_global_weights_of_evidence_are_non_negative_least_squares():
    """For numbers they are those of scipy's nnls on centred rows."""
    members, _ = draw(Evidence, False)
    share = members.targets.share
    root = np.sqrt(share)[:, None]
    A = members.predictions - np.einsum("i,imk->mk", share, members.predictions)
    b = members.targets.values - share @ members.targets.values
    stacked = np.vstack([A[:, :, k] * root for k in range(2)])
    expected = nnls(stacked, (b * root).T.ravel())[0]
    weights, extra = members.best(1e-9)
    assert_allclose(weights * extra[0], expected, atol=1e-10)


@POOLS
@TASKS
def test_a_gate_is_better_than_global_weights(pool, classification):
    """It fits better the weaker the penalty, and finds the feature that tells."""
    members, z = draw(pool, classification, n_samples=200)
    losses = []
    for penalty in (np.inf, 0.1, 0.001):
        gate = fit_gate(members, z, penalty)
        rows = members.row_losses(gate.rows(z), gate.extra)
        losses.append(members.targets.share @ rows)
    assert losses[0] > losses[1] > losses[2]
    contrast = gate.slopes[:, 1] - gate.slopes[:, 0]
    assert contrast[0] > 5 * abs(contrast[1])
    assert np.corrcoef(gate.rows(z)[:, 1], z[:, 0] > 0)[0, 1] > 0.8


def test_stationary_point_of_a_mixture():
    """At the optimum mean weight equals mean responsibility, as in the EM algorithm."""
    members, z = draw(Mixture, True)
    gate = fit_gate(members, z, 0.05, tol=1e-9)
    g = gate.rows(z)
    joint = g * members.likelihood
    responsible = joint / joint.sum(axis=1, keepdims=True)
    share = members.targets.share
    assert_allclose(share @ g, share @ responsible, atol=1e-5)


def test_a_warm_start_ends_at_the_same_gate():
    """Where it begins matters little to where it ends."""
    members, z = draw(Evidence, False, n_samples=200)
    cold = fit_gate(members, z, 0.01, tol=1e-9)
    start = fit_gate(members, z, 1.0)
    warm = fit_gate(members, z, 0.01, start, tol=1e-9)
    assert_allclose(warm.rows(z), cold.rows(z), atol=1e-2)


def test_one_member_and_no_feature():
    """A single member has all the weight; without features there are no slopes."""
    members, z = draw(Mixture, True, n_members=2)
    alone = Mixture(members.predictions[:, :1], members.targets)
    assert_array_equal(fit_gate(alone, z, 0.1).rows(z), 1)
    assert fit_gate(members, z[:, :0], 0.1).is_global


def test_members_without_skill():
    """Evidence against the targets gets no stretch: the shifts alone predict."""
    members, _ = draw(Evidence, False)
    against = Evidence(-members.targets.values[:, None, :], members.targets)
    weights, extra = against.best(1e-6)
    assert_array_equal(weights, 1)
    assert extra[0] == 0


def test_fused_is_what_the_loss_scores():
    """`fuse` gives what the loss of each row compares with the targets."""
    for pool in (Mixture, Evidence):
        members, _ = draw(pool, False)
        weights, extra = members.best(1e-6)
        gates = np.tile(weights, (40, 1))
        fused = pool.fuse(members.predictions, gates, extra)
        expected = members.targets.row_losses(fused)
        assert_allclose(members.row_losses(gates, extra), expected)


def test_softmax_of_large_scores():
    """No score is too large."""
    assert_allclose(softmax(np.array([[1e5, 1e5, 0.0]])), [[0.5, 0.5, 0.0]])


def test_global_gate():
    """All rows get the same weights."""
    gate = global_gate(np.array([0.75, 0.25]), np.array([2.0, 0.0]))
    assert gate.is_global
    assert_allclose(gate.rows(np.zeros((3, 4))), [[0.75, 0.25]] * 3)
