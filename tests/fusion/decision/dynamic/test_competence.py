"""Competence against brute force, row by row."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mmensemble.fusion.decision.dynamic._competence import (
    CLASSIFICATION_RULES,
    REGRESSION_RULES,
    local_mean,
)


def draw(missing=0.0, n_samples=200, n_neighbours=7, n_members=4, seed=0):
    """Draw what members got right, some of it unknown, and weights."""
    rng = np.random.default_rng(seed)
    skill = rng.random((n_samples, 1, n_members))
    right = (rng.random((n_samples, n_neighbours, n_members)) < skill).astype(float)
    right[rng.random(right.shape) < missing] = np.nan
    return right, rng.random((n_samples, n_neighbours)) + 0.1


def eliminate(right):
    """KNORA-E: drop the farthest neighbour until someone is right on all."""
    for size in range(len(right), 0, -1):
        near = right[:size]
        chosen = [
            np.isfinite(column).any() and (column[np.isfinite(column)] == 1).all()
            for column in near.T
        ]
        if any(chosen):
            return np.array(chosen, dtype=float)
    return np.zeros(right.shape[1])


def union(right):
    """KNORA-U: one vote for each neighbour that a member is right on."""
    return np.array([sum(value == 1 for value in column) for column in right.T])


@pytest.mark.parametrize("missing", [0.0, 0.4])
def test_knora_e(missing):
    """KNORA-E is its definition, for each row."""
    right, weight = draw(missing)
    right[0] = 0
    got = CLASSIFICATION_RULES["knora_e"](right, weight, 0.5)
    assert_array_equal(got, [eliminate(row) for row in right])
    assert_array_equal(got[0], 0)
    assert 0 < got.mean() < 1


def test_knora_u():
    """KNORA-U is its definition up to a factor."""
    right, weight = draw()
    got = CLASSIFICATION_RULES["knora_u"](right, np.ones_like(weight), 0.5)
    assert_allclose(7 * got, [union(row) for row in right])


def test_local_accuracy():
    """The most accurate member, or all that tie, by weighted shares."""
    right, weight = draw(0.3)
    right[0], right[1, :, 0] = np.nan, np.nan
    means = local_mean(right, weight)
    chosen = CLASSIFICATION_RULES["ola"](right, weight, 0.5)
    assert_array_equal(chosen[0], 0)
    for row in range(1, 200):
        expected = []
        for values in right[row].T:
            known = ~np.isnan(values)
            share = weight[row][known]
            expected.append(share @ values[known] / share.sum() if known.any() else -1)
        best = np.isclose(expected, max(expected), rtol=0, atol=1e-9)
        assert_array_equal(chosen[row], best)
        assert_allclose(np.nan_to_num(means[row], nan=-1), expected)


def test_better_than_chance():
    """DES-P: accuracy above chance, nothing below it."""
    right = np.array([[[1.0, 1, 0], [1, 0, 0], [1, 1, np.nan], [1, 0, 1]]])
    got = CLASSIFICATION_RULES["des_p"](right, np.ones((1, 4)), 1 / 3)
    assert_allclose(got, [[2 / 3, 1 / 6, 0]])


def test_errors():
    """Regression: the smallest error, or its inverse where better than the mean."""
    errors = np.array([[[1.0, 2, 9], [3, 2, 9]], [[9, 9, 9], [9, 9, np.nan]]])
    chance = np.full((2, 2, 3), 4.0)
    weight = np.array([[3.0, 1], [1, 1]])
    got = REGRESSION_RULES["des_p"](errors, weight, chance)
    assert_allclose(got, [[1 / 1.5, 1 / 2, 0], [0, 0, 0]])
    got = REGRESSION_RULES["ola"](errors, weight, chance)
    assert_array_equal(got, [[1, 0, 0], [1, 1, 1]])
    perfect = REGRESSION_RULES["des_p"](np.zeros((1, 2, 1)), weight[:1], chance[:1])
    assert np.isfinite(perfect).all()
