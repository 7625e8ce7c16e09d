"""Joint losses against finite differences and scikit-learn."""

import numpy as np
import pytest
from fusion_cases import view
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime
from sklearn.linear_model import Ridge
from sklearn.metrics import log_loss

from mmensemble.fusion._heads import (
    HeadTargets,
    descend,
    head_outputs,
    tuning_folds,
)
from mmensemble.learners._task import make_task


def draw(classification, n_samples=30, seed=0):
    """Draw targets of three outputs, their task, weights and scores."""
    rng = np.random.default_rng(seed)
    y = np.array(["z", "a", "m"])[rng.permutation(np.arange(n_samples) % 3)]
    if not classification:
        y = rng.normal(size=(n_samples, 3)) * [1, 10, 100] + 5
    weight = rng.integers(0, 3, n_samples).astype(float)
    task = make_task(y, classifier=classification, sample_weight=weight)
    return y, task, weight, rng.normal(size=(n_samples, 3))


@pytest.mark.parametrize("classification", [True, False])
def test_gradient(classification):
    """The slope equals finite differences of the loss."""
    y, task, weight, scores = draw(classification)
    targets = HeadTargets.of(y, task, weight)
    slope = targets.loss(scores)[1]
    numeric = approx_fprime(
        scores.ravel(), lambda flat: targets.loss(flat.reshape(scores.shape))[0], 1e-6
    )
    assert_allclose(slope.ravel(), numeric, atol=1e-6)
    assert_allclose(targets.loss(scores)[0], targets.share @ targets.row_losses(scores))


def test_classes_have_the_log_loss():
    """The loss of scores is scikit-learn's of their softmax."""
    y, task, weight, scores = draw(True)
    loss, _ = HeadTargets.of(y, task, weight).loss(scores)
    chance = head_outputs(scores, task, 0.0, 1.0)
    expected = log_loss(y, chance, sample_weight=weight, labels=task.classes)
    assert_allclose(loss, expected)


def test_numbers_are_standardised_and_brought_back():
    """Targets have mean 0 and deviation 1; the way back gives them as they were."""
    y, task, weight, _ = draw(False)
    targets = HeadTargets.of(y, task, weight)
    assert_allclose(targets.share @ targets.values, 0, atol=1e-12)
    assert_allclose(targets.share @ targets.values**2, 1)
    back = head_outputs(targets.values, task, targets.centre, targets.spread)
    assert_allclose(back, y)


def test_constant_targets():
    """A target that does not vary has a spread of 1."""
    y = np.full(5, 1e9 / 3)
    targets = HeadTargets.of(y, make_task(y, classifier=False))
    assert_array_equal(targets.spread, 1)
    assert_allclose(targets.values, 0, atol=1e-5)


def test_rows_of_targets():
    """A part has shares that sum to one and the same way back."""
    y, task, weight, scores = draw(False)
    targets = HeadTargets.of(y, task, weight)
    part = targets.take(np.arange(10))
    assert_allclose(part.share, weight[:10] / weight[:10].sum())
    assert_array_equal(part.spread, targets.spread)
    assert_allclose(part.row_losses(scores[:10]), targets.row_losses(scores)[:10])


def test_descent_reaches_the_ridge_solution():
    """L-BFGS on a quadratic ends where the closed form does."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 4)), rng.normal(size=50)

    def objective(w):
        error = X @ w - y
        return error @ error / 2 + 2 * w @ w, X.T @ error + 4 * w

    expected = Ridge(alpha=4.0, fit_intercept=False).fit(X, y).coef_
    assert_allclose(descend(objective, np.zeros(4)), expected, atol=1e-5)


def test_folds_respect_groups_and_weights():
    """Groups are not parted and weightless rows are in no fold."""
    rng = np.random.default_rng(0)
    y, groups = np.arange(60) % 2, np.arange(60) // 4
    weight = (rng.random(60) < 0.7).astype(float)
    p = np.full((60, 1, 2), 0.5)
    data = view(p, y, classes=np.arange(2), groups=groups, sample_weight=weight)
    splits = tuning_folds(data, 3)
    assert len(splits) == 3
    for train, test in splits:
        assert weight[train].all()
        assert weight[test].all()
        assert not set(groups[train]) & set(groups[test])
    held_out = np.concatenate([test for _, test in splits])
    assert_array_equal(np.sort(held_out), np.flatnonzero(weight))
