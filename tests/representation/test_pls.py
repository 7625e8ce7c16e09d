"""Partial least squares from cross-products against scikit-learn's."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.cross_decomposition import PLSRegression

from mmensemble.representation import choose_pls, pls


def draw(n_targets, n_samples=50, seed=0):
    """Draw centred rows and targets."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n_samples, 6)) @ rng.normal(size=(6, 6))
    y = x[:, :2] @ rng.normal(size=(2, n_targets)) + rng.normal(
        size=(n_samples, n_targets)
    )
    return x - x.mean(axis=0), y - y.mean(axis=0)


@pytest.mark.parametrize("n_targets", [1, 3])
def test_against_scikit_learn(n_targets):
    """Rotations and predictions are those of PLSRegression."""
    x, y = draw(n_targets)
    rotations, loadings = pls(x.T @ x, x.T @ y, 3)
    other = PLSRegression(3, scale=False, tol=1e-14, max_iter=10_000).fit(x, y)
    assert_allclose(np.abs(rotations), np.abs(other.x_rotations_), rtol=1e-5, atol=1e-7)
    got = (x @ rotations @ loadings.T).ravel()
    assert_allclose(got, np.ravel(other.predict(x)), atol=1e-6)


def test_scores_are_uncorrelated():
    """Products of different scores are zero."""
    x, y = draw(2)
    scores = x @ pls(x.T @ x, x.T @ y, 5)[0]
    products = scores.T @ scores
    assert_allclose(products, np.diag(np.diag(products)), atol=1e-6)


def test_stops_early():
    """There are no more components than there is to explain."""
    x, y = draw(1)
    flat = np.column_stack([x[:, 0], x[:, 0]])
    assert pls(flat.T @ flat, flat.T @ y, 5)[0].shape == (2, 1)
    assert pls(x.T @ x, np.zeros((6, 2)), 5)[0].shape == (6, 0)


def test_choose():
    """The number is that of scikit-learn's smallest held-out error."""
    x, y = draw(2, n_samples=60)
    order = np.arange(60)
    splits = [(order[order % 3 != k], order[order % 3 == k]) for k in range(3)]
    errors = []
    for k in range(1, 7):
        model = PLSRegression(k, scale=False, tol=1e-14, max_iter=10_000)
        errors.append(
            sum(
                ((model.fit(x[a], y[a]).predict(x[b]) - y[b]) ** 2).sum()
                for a, b in splits
            )
        )
    assert choose_pls(x, y, np.ones(60), splits, 6) == np.argmin(errors) + 1
    assert choose_pls(x, y, np.ones(60), [], 4) == 4
