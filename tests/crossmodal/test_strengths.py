"""Factors of evidence."""

import numpy as np
from scipy.special import log_softmax

from mmensemble.crossmodal._strengths import strengths


def evidence(n_rows=60, seed=0, good=2.0):
    """Return random evidence that favours the diagonal."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n_rows, n_rows)) + good * np.eye(n_rows)


def loss(fold, factors):
    """Mean negative log probability of the true rows."""
    total = np.tensordot(factors, fold, axes=1)
    return -np.diag(log_softmax(total, axis=1)).mean()


def test_factors_are_the_best_on_a_grid():
    """No other pair of factors does better, over two folds."""
    folds = [np.stack([evidence(seed=s), evidence(seed=9 + s, good=1)]) for s in (0, 1)]
    found = strengths(folds)
    best = np.mean([loss(fold, found) for fold in folds])
    grid = np.linspace(0, 3, 31)
    others = [
        np.mean([loss(fold, np.array([a, b])) for fold in folds])
        for a in grid
        for b in grid
    ]
    assert best <= min(others) + 1e-6


def test_noise_has_no_factor():
    """Evidence against the true rows is not used."""
    found = strengths([np.stack([evidence(), evidence(seed=1, good=-1.0)])])
    assert found[0] > 0.5
    assert found[1] == 0.0


def test_nothing_to_learn_from():
    """Without rows, or where all is noise, all count alike."""
    assert strengths([]).tolist() == [1.0]
    assert strengths([np.zeros((3, 1, 1))]).tolist() == [1.0]
    worse = np.stack([evidence(good=-3.0)] * 2)
    np.testing.assert_allclose(strengths([worse]), 0.5)
