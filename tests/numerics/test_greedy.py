"""Greedy selection against brute force, on objectives of our own."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mmensemble.numerics._greedy import bagged_selection, greedy_selection


def distance(target):
    """Make an objective: the distance of the weights from some point."""
    return lambda weights: ((weights - target) ** 2).sum(axis=1)


def brute_force(objective, n_members, n_steps, n_init):
    """Keep a bag of positions, and try every addition."""

    def loss(bag):
        counts = np.bincount(bag, minlength=n_members)
        return objective(counts[None] / len(bag))[0]

    ranked = sorted(range(n_members), key=lambda j: loss([j]))
    sizes = range(1, n_members + 1) if n_init == "auto" else [n_init]
    bag = min([ranked[:size] for size in sizes], key=loss)
    path = [bag]
    for _ in range(n_steps):
        bag = min([[*bag, j] for j in range(n_members)], key=loss)
        path.append(bag)
    best = min(path, key=loss)
    return np.bincount(best, minlength=n_members) / len(best)


@pytest.mark.parametrize("n_init", ["auto", 1, 2, 9])
@pytest.mark.parametrize("seed", range(4))
def test_brute_force(seed, n_init):
    """The same ensemble as from trying every bag of members."""
    rng = np.random.default_rng(seed)
    objective = distance(rng.dirichlet(np.ones(5)))
    got = greedy_selection(objective, range(5), 5, n_steps=12, n_init=n_init)
    expected = brute_force(
        objective, 5, 12, min(n_init, 5) if n_init != "auto" else n_init
    )
    assert_allclose(got, expected)


def test_comes_near_any_weights():
    """With many steps the shares approach any weights."""
    target = np.array([0.61, 0.0, 0.28, 0.11])
    got = greedy_selection(distance(target), range(4), 4, n_steps=200)
    assert_allclose(got, target, atol=0.01)


def test_library():
    """Members outside the library are never chosen."""
    target = np.array([0.5, 0.2, 0.3])
    weights = greedy_selection(distance(target), [0, 2], 3)
    assert weights[1] == 0
    assert_allclose(weights, [0.6, 0, 0.4], atol=0.01)


def test_no_steps():
    """Without additions the sorted initialisation stays."""
    target = np.array([0.5, 0.5, 0.0])
    weights = greedy_selection(distance(target), range(3), 3, n_steps=0)
    assert_array_equal(weights, [0.5, 0.5, 0])


def test_bags():
    """The mean over the bags, each with the members of the smallest draws."""
    target = np.array([0.7, 0.2, 0.1])
    draws = np.array([[0.1, 0.2, 0.9], [0.8, 0.5, 0.1]])
    got = bagged_selection(distance(target), draws, 0.5)
    parts = [greedy_selection(distance(target), lib, 3) for lib in ([0, 1], [1, 2])]
    assert_allclose(got, np.mean(parts, axis=0))


def test_no_bags():
    """No bags are one selection from everything."""
    target = np.array([0.7, 0.2, 0.1])
    got = bagged_selection(distance(target), np.empty((0, 3)), 0.5)
    assert_array_equal(got, greedy_selection(distance(target), range(3), 3))


def test_patience():
    """Ten additions that bring nothing end the search."""
    calls = []

    def objective(weights):
        calls.append(len(weights))
        return 1 - weights[:, 0]

    assert_array_equal(greedy_selection(objective, range(3), 3), [1, 0, 0])
    assert len(calls) == 2 + 10
