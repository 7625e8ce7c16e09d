"""Adam against its formulas, and what stops training."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from mmensemble.numerics._adam import Adam, Schedule, train


def test_steps_are_those_of_the_paper():
    """Ten steps agree with the formulas of Kingma & Ba (2015), algorithm 1."""
    rng = np.random.default_rng(0)
    theta, other = np.ones(5), np.ones(5)
    first, second = np.zeros(5), np.zeros(5)
    adam = Adam(theta)
    for t in range(1, 11):
        gradient = rng.normal(size=5)
        adam.step(gradient, 0.01)
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        mean, square = first / (1 - 0.9**t), second / (1 - 0.999**t)
        other -= 0.01 * mean / (np.sqrt(square) + 1e-8)
    assert_allclose(theta, other, rtol=1e-9)


def test_float32_stays_and_does_not_decay_to_denormals():
    """Coordinates without gradient stay in the quick range of float32."""
    theta = np.ones(3, dtype=np.float32)
    adam = Adam(theta)
    adam.step(np.array([1, 0, 0], dtype=np.float32), 0.1)
    for _ in range(2_000):
        adam.step(np.zeros(3, dtype=np.float32), 0.0)
    least = np.finfo(np.float32).tiny
    assert (np.abs(adam._mean) > least).all()
    assert (adam._square > least).all()
    assert theta.dtype == adam._mean.dtype == np.float32
    assert_allclose(theta, [0.9, 1, 1], rtol=1e-5)


def quadratic(theta, batch):
    """A bowl around the batch."""
    return {"loss": float(((theta - batch) ** 2).sum())}, 2 * (theta - batch)


def test_training_finds_the_mean():
    """Over minibatches it ends at the minimum of their sum."""
    goals = np.random.default_rng(0).normal(size=(8, 3))
    theta = np.zeros(3)
    schedule = Schedule(300, rate=0.05, tol=0.0)
    history = train(theta, lambda progress: list(goals), quadratic, schedule)
    assert_allclose(theta, goals.mean(axis=0), atol=0.01)
    assert history[-1]["loss"] < history[0]["loss"]


@pytest.mark.parametrize(("tol", "n_epochs"), [(1e-2, 11), (0.0, 40)])
def test_stops_without_gain(tol, n_epochs):
    """Ten epochs in a row that gain less than `tol` end it; the first counts as one."""
    losses = iter(100 - 0.01 * np.arange(100))
    schedule = Schedule(40, tol=tol, patience=10)
    history = train(
        np.zeros(1),
        lambda progress: [None],
        lambda theta, batch: ({"loss": next(losses)}, np.zeros(1)),
        schedule,
    )
    assert len(history) == n_epochs


def test_rate_and_progress():
    """The rate falls along a cosine; epochs know how much has passed."""
    schedule = Schedule(4, rate=2.0, tol=0.0)
    assert_allclose([schedule.rate_at(p) for p in (0, 0.5, 1)], [2, 1, 0], atol=1e-12)
    seen = []

    def epoch(progress):
        seen.append(progress)
        return [np.zeros(2)]

    train(np.ones(2), epoch, quadratic, schedule)
    assert seen == [0, 0.25, 0.5, 0.75]
