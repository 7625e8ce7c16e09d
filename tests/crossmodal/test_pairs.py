"""Weights of learners, and what they leave."""

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from mmensemble.crossmodal._pairs import (
    Fitted,
    MeanLearner,
    Pair,
    Residual,
    fit_pair,
    no_stack,
    stack,
)
from mmensemble.crossmodal._regressors import RidgeLearner


def predictions(seed=0):
    """Return what three learners say of two targets; the last says nothing of use."""
    rng = np.random.default_rng(seed)
    targets = rng.normal(size=(200, 2))
    said = np.stack([0.8 * targets, targets, rng.normal(size=(200, 2))])
    said[:2] += 0.5 * rng.normal(size=(2, 200, 2))
    return said, targets


def test_weights_are_non_negative_least_squares():
    """Against scipy's bounded solver, weights of rows and unseen cells included."""
    said, targets = predictions()
    rng = np.random.default_rng(1)
    weight, seen = rng.uniform(0.5, 2, 200), rng.random((200, 2)) < 0.9
    found = stack(said, np.zeros((200, 2)), targets, seen, weight)
    for j in range(2):
        root = np.sqrt(weight * seen[:, j])
        theirs = lsq_linear(
            said[:, :, j].T * root[:, None], targets[:, j] * root, (0, np.inf)
        )
        np.testing.assert_allclose(found.weights[:, j], theirs.x, atol=1e-6)
    left = targets - np.einsum("kj,kij->ij", found.weights, said)
    mass = weight[:, None] * seen
    expected = 1 - (mass * left**2).sum() / (mass * targets**2).sum()
    assert np.isclose(found.r2, expected)


def test_what_does_not_beat_the_mean_has_no_weight():
    """Noise gets the mean, and r2 says that it is below zero."""
    rng = np.random.default_rng(0)
    targets, said = rng.normal(size=(100, 2)), rng.normal(size=(1, 100, 2))
    said[0, :, 1] = targets[:, 1]
    seen = np.ones((100, 2), dtype=bool)
    found = stack(said, np.zeros((100, 2)), targets, seen, np.ones(100))
    assert found.weights.tolist() == [[0.0, 1.0]]
    assert found.target_r2[0] < 0 < found.target_r2[1]
    np.testing.assert_allclose(found.residual.variance[0], (targets[:, 0] ** 2).mean())


def test_weights_are_bounded():
    """A learner that shrinks to nothing is not blown up."""
    said, targets = predictions()
    seen = np.ones((200, 2), dtype=bool)
    found = stack(0.01 * said, np.zeros((200, 2)), targets, seen, np.ones(200))
    assert np.allclose(found.weights.sum(axis=0), 1.5)


def test_no_stack_predicts_the_mean():
    """Where no rows can be held out nothing has a weight."""
    found = no_stack(3, np.array([[1.0], [3.0]]), np.ones(2))
    assert not found.weights.any()
    assert np.isnan(found.r2)
    assert found.residual.variance == 1.0


@pytest.mark.parametrize("n_targets", [4, 600])
def test_residual_draws_have_its_covariance(n_targets):
    """Exactly for few targets, the variances for many."""
    rng = np.random.default_rng(0)
    left = rng.normal(size=(300, n_targets)) @ np.diag(rng.uniform(1, 2, n_targets))
    left[:, 1] += left[:, 0]
    residual = Residual.of(left, np.ones(300))
    np.testing.assert_allclose(residual.variance, (left**2).mean(axis=0))
    drawn = residual.draw(20_000, rng)
    np.testing.assert_allclose(drawn.var(axis=0), residual.variance, rtol=0.1)
    if n_targets == 4:
        np.testing.assert_allclose(
            np.cov(drawn.T, bias=True), left.T @ left / 300, atol=0.2
        )


def test_many_targets_are_predicted_by_their_components():
    """Targets of low rank lose nothing."""
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=(150, 3))]
    targets = parts[0] @ rng.normal(size=(3, 90)) + 2.0
    fitted = Fitted.fit(RidgeLearner(), parts, targets, np.ones(150), None)
    assert fitted.basis.shape == (90, 64)
    np.testing.assert_allclose(fitted.predict(parts), targets, atol=1e-3)


def test_pair_model_adds_up_its_learners():
    """Mean, and each learner's way from it times its weight; rows of both count."""
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=(60, 2)), np.zeros((60, 0))]
    targets, weight = parts[0] @ np.ones((2, 1)) + 1.0, np.ones(60)
    pair = Pair(1, (0,))
    presence = np.array([[True, True], [True, False], [False, True]])
    assert pair.rows(presence).tolist() == [0]
    said = np.stack([targets, np.ones((60, 1))])
    found = stack(said, np.ones((60, 1)), targets, np.ones((60, 1), bool), weight)
    model = fit_pair(
        pair, [RidgeLearner, MeanLearner], parts, targets, weight, None, found
    )
    assert model.learners[1] is None
    np.testing.assert_allclose(model.predict(parts), targets, atol=1e-3)
