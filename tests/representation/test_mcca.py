"""Multi-set canonical correlation against scipy and scikit-learn."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import linalg
from sklearn.cross_decomposition import CCA

from mmensemble.representation import JointCovariance, LinearSpace, block_slices, mcca


def draw(widths, n_samples=60, seed=0):
    """Draw correlated blocks side by side, centred."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n_samples, 2))
    rows = common @ rng.normal(size=(2, sum(widths)))
    rows += rng.normal(size=rows.shape)
    return rows - rows.mean(axis=0)


@pytest.mark.parametrize("ridge", [0.0, 0.3])
def test_generalised_eigenproblem(ridge):
    """Eigenvalues and directions are those of the plain generalised problem."""
    slices = block_slices([3, 2, 4])
    rows = draw([3, 2, 4])
    spread = rows.T @ rows / len(rows)
    covariance = JointCovariance(spread, slices, np.full(9, ridge))
    directions, values = mcca(covariance, 3)
    within = linalg.block_diag(*[spread[s, s] for s in slices]) + ridge * np.eye(9)
    assert_allclose(covariance.within, within)
    expected, vectors = linalg.eigh(spread, within)
    assert_allclose(values, expected[::-1][:3], rtol=1e-9)
    got, wanted = rows @ directions, rows @ vectors[:, ::-1][:, :3]
    assert_allclose(np.abs(got), np.abs(wanted / wanted.std(axis=0)), rtol=1e-7)


def test_against_cca():
    """For two blocks the eigenvalues are one plus the canonical correlations."""
    rows = draw([3, 4], n_samples=200)
    spread = rows.T @ rows / len(rows)
    _, values = mcca(JointCovariance(spread, block_slices([3, 4]), np.zeros(7)), 2)
    scores = CCA(2, max_iter=5000, tol=1e-12).fit_transform(rows[:, :3], rows[:, 3:])
    found = [
        np.corrcoef(a, b)[0, 1] for a, b in zip(scores[0].T, scores[1].T, strict=True)
    ]
    assert_allclose(values - 1, found, atol=1e-5)


def test_number_of_components():
    """None takes those on which blocks agree; two unlike blocks have half."""
    rows = draw([3, 4], n_samples=200)
    present = np.ones((200, 2), dtype=bool)
    space = LinearSpace("mcca", regularization=0.0)
    assert space.fit([rows[:, :3], rows[:, 3:]], present).n_components_ == 3
    assert space.fit([rows], present[:, :1]).n_components_ == 7


def test_duplicated_block():
    """The same block twice agrees with itself wholly, though singular with it."""
    rows = draw([3])
    twice = np.hstack([rows, rows[:, :1]])
    joined = np.hstack([twice, rows])
    spread = joined.T @ joined / len(joined)
    _, values = mcca(JointCovariance(spread, block_slices([4, 3]), np.zeros(7)), 9)
    assert_allclose(values, [2, 2, 2], rtol=1e-7)
