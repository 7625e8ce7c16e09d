"""Group factor analysis: the likelihood rises, and expectations are Gaussian ones."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal
from sklearn.decomposition import PCA

from mmensemble.representation import GroupFactor, block_slices

SLICES = block_slices([2, 3])


def draw(n_samples=80, missing=0.3, seed=0):
    """Draw from the model: one factor, noise of 0.1 in one block and 1 in the other."""
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(n_samples, 1))
    rows = factor @ np.array([[1.0, -1.0, 0.5, 2.0, 1.0]])
    rows += rng.normal(size=rows.shape) * np.sqrt([0.1, 0.1, 1.0, 1.0, 1.0]) + 0.3
    presence = rng.random((n_samples, 2)) >= missing
    presence[~presence.any(axis=1), 0] = True
    for m, own in enumerate(SLICES):
        rows[~presence[:, m], own] = 0
    return rows, presence, factor[:, 0]


def spread_of(model):
    """Return the covariance that the model states."""
    noise = np.repeat(model.noise_, [2, 3])
    return model.loadings_ @ model.loadings_.T + np.diag(noise)


def test_likelihood():
    """It rises at every step, and is the Gaussian one of what is present."""
    rows, presence, _ = draw()
    model = GroupFactor(1, max_iter=30, tol=0.0).fit(rows, presence, SLICES)
    assert (np.diff(model.log_likelihoods_) >= -1e-10).all()
    short = GroupFactor(1, max_iter=1, tol=0.0)
    short.fit(rows, presence, SLICES)
    again = GroupFactor(1, max_iter=2, tol=0.0).fit(rows, presence, SLICES)
    total = 0.0
    for row, present in zip(rows, presence, strict=True):
        own = np.repeat(present, [2, 3])
        law = multivariate_normal(short.mean_[own], spread_of(short)[np.ix_(own, own)])
        total += law.logpdf(row[own])
    assert again.log_likelihoods_[1] == pytest.approx(total / len(rows))


def test_conditional_expectation():
    """Scores are the conditional mean of jointly Gaussian factors and columns."""
    rows, presence, _ = draw()
    model = GroupFactor(2).fit(rows, presence, SLICES)
    got = model.scores(rows, presence)
    for i in range(10):
        own = np.repeat(presence[i], [2, 3])
        part = spread_of(model)[np.ix_(own, own)]
        centred = rows[i, own] - model.mean_[own]
        expected = model.loadings_[own].T @ np.linalg.solve(part, centred)
        assert_allclose(got[i], expected, atol=1e-9)
    nothing = np.zeros((1, 2), dtype=bool)
    assert_allclose(model.scores(rows[:1], nothing), 0)


def test_recovers():
    """With many rows the noise, the mean and the factor are found."""
    rows, presence, factor = draw(3000)
    model = GroupFactor(1, tol=1e-8).fit(rows, presence, SLICES)
    assert_allclose(model.noise_, [0.1, 1.0], rtol=0.15)
    assert_allclose(model.mean_, 0.3, atol=0.1)
    found = model.scores(rows, presence)[:, 0]
    assert abs(np.corrcoef(found, factor)[0, 1]) > 0.9


def test_one_block_is_probabilistic_pca():
    """For one block the maximum of the likelihood is known (Tipping & Bishop 1999)."""
    rows = np.random.default_rng(0).normal(size=(100, 4)) @ np.diag([3.0, 2, 1, 1])
    present = np.ones((100, 1), dtype=bool)
    model = GroupFactor(2, max_iter=3000, tol=1e-12)
    model.fit(rows, present, block_slices([4]))
    values = np.linalg.eigvalsh(np.cov(rows.T, bias=True))
    assert model.noise_[0] == pytest.approx(values[:2].mean(), rel=1e-4)
    n_rows = len(rows)
    pca = PCA(2).fit(rows)
    expected = pca.score(rows)
    assert model.log_likelihoods_[-1] == pytest.approx(expected, abs=2 / n_rows)


def test_weights_are_copies():
    """Weights of two are two copies, of zero none."""
    rows, presence, _ = draw(30)
    weight = np.random.default_rng(1).integers(0, 3, 30)
    copies = np.repeat(np.arange(30), weight)
    model = GroupFactor(1, max_iter=20, tol=0.0)
    got = model.fit(rows, presence, SLICES, weight * 1.0).loadings_
    other = model.fit(rows[copies], presence[copies], SLICES).loadings_
    assert_allclose(got, other, atol=1e-8)
