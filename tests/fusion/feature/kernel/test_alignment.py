"""Centred alignment against its definition and against a grid on the simplex."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.preprocessing import KernelCenterer

from mmensemble.fusion.feature.kernel._alignment import align, alignf, alignment


def draw(n_samples=40, seed=0):
    """Draw three kernels, the first two of which know something, and targets."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n_samples)
    targets = np.eye(3)[y]
    grams = [
        rbf_kernel(level * targets + rng.normal(size=(n_samples, 3)), gamma=0.3)
        for level in (2.0, 1.0, 0.0)
    ]
    return grams, targets, np.ones((n_samples, 3), dtype=bool)


def by_definition(gram, other):
    """Centre with the centring matrix, and take the cosine."""
    h = np.eye(len(gram)) - 1 / len(gram)
    a, b = h @ gram @ h, h @ other @ h
    return np.trace(a @ b) / np.sqrt(np.trace(a @ a) * np.trace(b @ b))


def test_alignment():
    """It is the cosine of the centred matrices."""
    grams, targets, _ = draw()
    goal = targets @ targets.T
    for gram in grams:
        assert alignment(gram, goal) == pytest.approx(by_definition(gram, goal))
        centred = KernelCenterer().fit_transform(gram)
        assert alignment(centred, goal) == pytest.approx(alignment(gram, goal))
    assert alignment(np.ones((40, 40)), goal) == 0


def test_align():
    """Weights are each kernel's own alignment, over the rows that have it."""
    grams, targets, presence = draw()
    presence[:15, 1] = False
    expected = np.array([by_definition(gram, targets @ targets.T) for gram in grams])
    part, own = grams[1][15:, 15:], targets[15:]
    expected[1] = by_definition(part, own @ own.T)
    got = align(grams, presence, targets, np.ones(40))
    assert_allclose(got, expected / expected.sum())


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_alignf(seed):
    """No weights on a fine grid on the simplex are aligned better."""
    grams, targets, presence = draw(seed=seed)
    goal = targets @ targets.T
    weights = alignf(grams, presence, targets, np.ones(40))
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    reached = by_definition(np.tensordot(weights, grams, 1), goal)
    steps = np.arange(51)
    grid = [(a, b, 50 - a - b) for a, b in product(steps, steps) if a + b <= 50]
    best = max(
        by_definition(np.tensordot(np.array(w) / 50, grams, 1), goal) for w in grid
    )
    assert reached >= best - 1e-12
    assert reached <= best + 1e-3


def test_alignf_of_twins():
    """The same kernel twice, with one of noise: nothing is singular."""
    grams, targets, presence = draw()
    got = alignf([grams[0], grams[0], grams[2]], presence, targets, np.ones(40))
    alone = alignf([grams[0], grams[2]], presence[:, :2], targets, np.ones(40))
    joint = (got[0] + got[1]) * grams[0] + got[2] * grams[2]
    expected = alone[0] * grams[0] + alone[1] * grams[2]
    assert_allclose(joint, expected, atol=1e-7)


@pytest.mark.parametrize("learn", [align, alignf])
def test_nothing_to_align_with(learn):
    """Constant targets leave equal weights to what there is."""
    grams, _, presence = draw()
    presence[:, 2] = False
    grams[2] = np.zeros((40, 40))
    got = learn(grams, presence, np.ones((40, 1)), np.ones(40))
    assert_allclose(got, [0.5, 0.5, 0])


@pytest.mark.parametrize("learn", [align, alignf])
def test_weights_are_copies(learn):
    """Weights of two are two copies, of zero none."""
    grams, targets, presence = draw()
    weight = np.random.default_rng(0).integers(0, 3, 40)
    rows = np.repeat(np.arange(40), weight)
    got = learn(grams, presence, targets, weight * 1.0)
    copies = [gram[np.ix_(rows, rows)] for gram in grams]
    other = learn(copies, presence[rows], targets[rows], np.ones(len(rows)))
    assert_allclose(got, other, atol=1e-9)
