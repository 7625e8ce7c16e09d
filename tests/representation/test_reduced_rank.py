"""Reduced-rank regression."""

import numpy as np

from mmensemble.representation._reduced_rank import (
    ranks_to_try,
    reduce_rank,
    target_directions,
)


def loss(X, Y, coef, penalty):
    """Squared error and ridge penalty."""
    return ((Y - X @ coef) ** 2).sum() + penalty * (coef**2).sum()


def test_reduced_rank_is_the_best_of_its_rank():
    """No coefficients of that rank, found by alternating descent, do better."""
    rng = np.random.default_rng(0)
    X, Y, penalty = rng.normal(size=(40, 6)), rng.normal(size=(40, 5)), 3.0
    gram = X.T @ X + penalty * np.eye(6)
    coef = np.linalg.solve(gram, X.T @ Y)
    fitted = np.vstack([X @ coef, np.sqrt(penalty) * coef])
    reduced = reduce_rank(coef, fitted, 2)
    assert np.linalg.matrix_rank(reduced) == 2
    best = np.inf
    for seed in range(5):
        right = np.random.default_rng(seed).normal(size=(5, 2))
        for _ in range(300):
            right = np.linalg.qr(right)[0]
            left = np.linalg.solve(gram, X.T @ Y @ right)
            right = np.linalg.lstsq(
                np.vstack([X @ left, np.sqrt(penalty) * left]),
                np.vstack([Y, np.zeros((6, 5))]),
                rcond=None,
            )[0].T
        best = min(best, loss(X, Y, left @ right.T, penalty))
    assert loss(X, Y, reduced, penalty) <= best * (1 + 1e-9)


def test_full_rank_changes_nothing():
    """All directions together are the identity."""
    rng = np.random.default_rng(0)
    coef, fitted = rng.normal(size=(3, 4)), rng.normal(size=(9, 4))
    np.testing.assert_allclose(reduce_rank(coef, fitted, 4), coef, atol=1e-12)
    directions = target_directions(fitted)
    np.testing.assert_allclose(directions.T @ directions, np.eye(4), atol=1e-12)


def test_ranks_to_try():
    """Powers of two below the full rank, and it."""
    assert ranks_to_try(10, 5) == [1, 2, 4, 5]
    assert ranks_to_try(4, 10) == [1, 2, 4]
    assert ranks_to_try(1, 1) == [1]
