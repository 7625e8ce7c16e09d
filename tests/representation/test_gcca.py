"""Generalised canonical correlation against projections written plainly."""

import numpy as np
from numpy.testing import assert_allclose

from mmensemble.representation import LinearSpace, block_slices, gcca, joint_covariance


def draw(missing=0.0, n_samples=60, widths=(3, 2, 4), seed=0):
    """Draw blocks side by side, centred over their rows, zeros where absent."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n_samples, 2)) @ rng.normal(size=(2, sum(widths)))
    rows += rng.normal(size=rows.shape)
    presence = rng.random((n_samples, len(widths))) >= missing
    presence[~presence.any(axis=1), 0] = True
    slices = block_slices(widths)
    for m, own in enumerate(slices):
        rows[presence[:, m], own] -= rows[presence[:, m], own].mean(axis=0)
        rows[~presence[:, m], own] = 0
    return rows, presence, slices


def test_against_projections():
    """The configuration holds eigenvectors of the sum of the blocks' projections."""
    rows, presence, slices = draw()
    covariance = joint_covariance(rows, presence, slices, np.ones(60), 0.0)
    directions, values = gcca(rows, presence, covariance, np.ones(60), 2)
    total = sum(rows[:, s] @ np.linalg.pinv(rows[:, s]) for s in slices)
    expected, vectors = np.linalg.eigh(total / 3)
    assert_allclose(values, expected[::-1][:2], rtol=1e-9)
    got = rows @ directions
    assert_allclose(got.std(axis=0), 1)
    assert_allclose(
        np.abs(got), np.abs(vectors[:, ::-1][:, :2]) * np.sqrt(60), atol=1e-7
    )


def test_missing_rows():
    """With missing rows each block's projection counts on its rows only."""
    rows, presence, slices = draw(missing=0.3)
    covariance = joint_covariance(rows, presence, slices, np.ones(60), 0.0)
    directions, values = gcca(rows, presence, covariance, np.ones(60), 2)
    root = 1 / np.sqrt(presence.sum(axis=1))
    total = np.zeros((60, 60))
    for s in slices:
        total += rows[:, s] @ np.linalg.pinv(rows[:, s])
    expected, vectors = np.linalg.eigh(root[:, None] * total * root)
    assert_allclose(values, expected[::-1][:2], rtol=1e-8)
    whole = presence.all(axis=1)
    got, wanted = (
        (rows @ directions)[whole],
        (root[:, None] * vectors[:, ::-1])[whole, :2],
    )
    ratio = np.abs(got / wanted)
    assert_allclose(ratio, np.broadcast_to(ratio[0], ratio.shape), rtol=1e-6)


def test_same_space_as_mcca():
    """On complete rows it is mcca's space (Kettenring 1971)."""
    rows, presence, slices = draw()
    parts = [rows[:, s] for s in slices]
    got, other = (
        LinearSpace(method, 2, regularization=0.2)
        .fit(parts, presence)
        .scores(parts, presence)
        for method in ("gcca", "mcca")
    )
    assert_allclose(np.abs(got), np.abs(other), rtol=1e-6)


def test_number_of_components():
    """None takes those that explain more than unrelated blocks would."""
    rows, presence, slices = draw(n_samples=400)
    parts = [rows[:, s] for s in slices]
    space = LinearSpace("gcca", regularization=0.0).fit(parts, presence)
    assert 2 <= space.n_components_ < 9
    space.fit(parts[:1], presence[:, :1])
    assert space.n_components_ == 3
