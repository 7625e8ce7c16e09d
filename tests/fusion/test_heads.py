"""Joint losses against finite differences and scikit-learn, and the choice."""

import numpy as np
import pytest
from fusion_cases import view
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime
from sklearn.linear_model import Ridge
from sklearn.metrics import log_loss

from mmensemble.fusion._heads import (
    HeadTargets,
    choose_by_folds,
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


def choose(levels, noise=0.0, n_rows=40, splits=None, **options):
    """Choose among candidates 0, 1, … whose rows have these losses and noise."""
    rng = np.random.default_rng(0)
    table = np.array(levels)[:, None] + noise * rng.normal(size=(len(levels), n_rows))
    walked = []

    def fit(rows, candidate, start):
        assert start == (candidate - 1 if candidate else None)
        walked.append(candidate)
        return candidate

    if splits is None:
        halves = np.arange(n_rows // 2), np.arange(n_rows // 2, n_rows)
        splits = [halves, halves[::-1]]
    chosen = choose_by_folds(
        list(range(len(levels))),
        splits,
        fit,
        lambda theta, rows: table[theta, rows],
        options.pop("weight", np.ones(n_rows)),
        **options,
    )
    return chosen, walked


def test_least_loss_is_chosen_and_the_walk_stops():
    """The walk ends once the loss has risen twice, each fit warm."""
    chosen, walked = choose([3.0, 2.0, 1.0, 1.5, 1.6, 0.0])
    assert chosen == 2
    assert walked == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_patience():
    """An impatient walk ends at the first rise."""
    chosen, walked = choose([3.0, 2.0, 2.5, 1.0], patience=1)
    assert chosen == 1
    assert walked == [0, 0, 1, 1, 2, 2]


def test_one_standard_error():
    """A gain within its own error is none; a steady one counts."""
    noisy = choose([1.01, 1.0], noise=1.0, one_error=True)[0]
    steady = choose([1.01, 1.0], noise=0.001, one_error=True)[0]
    assert (noisy, steady) == (0, 1)


def test_groups_widen_the_standard_error():
    """Rows that repeat one another are no evidence."""
    steps = np.random.default_rng(1).normal(size=10)
    gain = np.repeat(0.06 + 0.3 * (steps - steps.mean()) / steps.std(), 40)
    table = np.stack([gain, np.zeros(400)])

    def run(groups):
        rows = np.arange(400)
        return choose_by_folds(
            [0, 1],
            [(rows[200:], rows[:200]), (rows[:200], rows[200:])],
            lambda rows, candidate, start: candidate,
            lambda theta, rows: table[theta, rows],
            np.ones(400),
            groups=groups,
            one_error=True,
        )

    # the error of the mean gain 0.06 is 0.015 by rows, 0.1 by groups
    assert run(None) == 1
    assert run(np.repeat(np.arange(10), 40)) == 0


def test_weights_of_held_out_rows_count():
    """Only rows with a weight say which candidate is best."""
    table = np.stack([np.arange(40) < 20, np.arange(40) >= 20]).astype(float)
    weight = np.where(np.arange(40) < 20, 1.0, 0.1)
    rows = np.arange(40)
    chosen = choose_by_folds(
        [0, 1],
        [(rows[20:], rows[:20]), (rows[:20], rows[20:])],
        lambda rows, candidate, start: candidate,
        lambda theta, rows: table[theta, rows],
        weight,
    )
    assert chosen == 1


def test_without_folds_the_strongest_penalty_is_kept():
    """Nothing can be learnt about candidates where no fold can be made."""
    assert choose([3.0, 1.0], splits=[]) == (0, [])
