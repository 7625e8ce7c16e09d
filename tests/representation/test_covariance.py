"""Covariances of blocks with missing rows, by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.covariance import ledoit_wolf_shrinkage

from mmensemble.representation import block_slices, joint_covariance


def blocks(n_samples=40, missing=0.0, seed=0):
    """Draw rows of two blocks of 2 and 3 columns, centred, zeros where absent."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(n_samples, 5)) + rng.normal(size=(n_samples, 1))
    presence = rng.random((n_samples, 2)) >= missing
    slices = block_slices([2, 3])
    for m, own in enumerate(slices):
        matrix[presence[:, m], own] -= matrix[presence[:, m], own].mean(axis=0)
        matrix[~presence[:, m], own] = 0
    return matrix, presence, slices


def test_complete():
    """On complete rows it is the covariance."""
    matrix, presence, slices = blocks()
    got = joint_covariance(matrix, presence, slices, np.ones(40), 0.0)
    assert_allclose(got.matrix, np.cov(matrix.T, bias=True), atol=1e-12)
    assert_allclose(got.ridge, 0)


def test_incomplete():
    """Each part comes from the rows that have both blocks."""
    matrix, presence, slices = blocks(200, missing=0.3)
    got = joint_covariance(matrix, presence, slices, np.ones(200)).matrix
    both = presence.all(axis=1)
    first, second = matrix[both, :2], matrix[both, 2:]
    assert_allclose(got[:2, 2:], first.T @ second / both.sum(), atol=1e-12)
    alone = matrix[presence[:, 0], :2]
    assert_allclose(got[:2, :2], alone.T @ alone / len(alone), atol=1e-12)


def test_stays_positive():
    """Few pairs of rows can contradict each other; no variance is negative."""
    matrix, presence, slices = blocks(12, missing=0.6, seed=3)
    got = joint_covariance(matrix, presence, slices, np.ones(12)).matrix
    assert np.linalg.eigvalsh(got)[0] > -1e-12


def test_ridge():
    """Automatic is Ledoit and Wolf's shrinkage; a number is in units of variance."""
    matrix, presence, slices = blocks()
    auto = joint_covariance(matrix, presence, slices, np.ones(40))
    for own in slices:
        s = ledoit_wolf_shrinkage(matrix[:, own], assume_centered=True)
        variance = (matrix[:, own] ** 2).mean()
        assert_allclose(auto.ridge[own], s / (1 - s) * variance)
        given = joint_covariance(matrix, presence, slices, np.ones(40), 0.5)
        assert_allclose(given.ridge[own], 0.5 * variance)


@pytest.mark.parametrize("widths", [[2, 3], [0, 2], [2, 0, 0]])
def test_slices(widths):
    """Blocks stand side by side, empty ones too."""
    assert [s.stop - s.start for s in block_slices(widths)] == widths
