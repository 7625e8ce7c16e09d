"""Designs, scalings and boosts against plain numpy."""

import numpy as np
import pytest
from cooperative_cases import block
from numpy.testing import assert_allclose

from mmensemble.fusion.feature.cooperative._design import (
    Design,
    Sample,
    learn_scaling,
    row_correction,
)


@pytest.mark.parametrize("as_sparse", [False, True])
def test_scaling(as_sparse):
    """Means and deviations are weighted; constants are scaled away."""
    rng = np.random.default_rng(0)
    values = rng.normal(2, 3, size=(30, 4))
    values[:, 2] = 0.1
    weight = rng.random(30)
    got = learn_scaling(block(values, as_sparse=as_sparse), weight, factor=2.0)
    mean = np.average(values, axis=0, weights=weight)
    variance = np.average((values - mean) ** 2, axis=0, weights=weight)
    assert_allclose(got.mean, mean)
    varied = [0, 1, 3]
    assert_allclose(got.scale[varied], 2 * np.sqrt(variance)[varied])
    assert np.isinf(got.scale[2])


def test_not_standardized():
    """Without standardisation columns are centred only."""
    values = np.random.default_rng(0).normal(size=(9, 2))
    got = learn_scaling(block(values), np.ones(9), standardize=False)
    assert_allclose(got.scale, 1)


@pytest.mark.parametrize("as_sparse", [False, True])
def test_design(as_sparse):
    """Columns are standardised, zero where absent, and correlate as they should."""
    rng = np.random.default_rng(1)
    values = rng.normal(size=(20, 3)) + 1, rng.normal(size=(20, 2)) - 1
    present = rng.random((20, 2)) < 0.7
    blocks = [
        block(own, has, as_sparse=as_sparse)
        for own, has in zip(values, present.T, strict=True)
    ]
    scalings = [learn_scaling(own, np.ones(20)) for own in blocks]
    design = Design(blocks, scalings)
    expected = np.hstack(
        [
            np.where(has[:, None], (own - own[has].mean(0)) / own[has].std(0), 0.0)
            for own, has in zip(values, present.T, strict=True)
        ]
    )
    assert_allclose(design.columns(np.arange(5)), expected, atol=1e-12)
    assert_allclose(design.columns(np.array([1, 4])), expected[:, [1, 4]], atol=1e-12)
    assert_allclose(design.columns(np.array([3])), expected[:, [3]], atol=1e-12)
    residuals = rng.normal(size=(2, 20, 2))
    products = [expected[:, :3].T @ residuals[0], expected[:, 3:].T @ residuals[1]]
    assert_allclose(design.correlate(residuals), np.vstack(products), atol=1e-12)
    assert_allclose(design.n_present, present.sum(axis=1))
    assert list(design.view) == [0, 0, 0, 1, 1]


def test_boost():
    """The sum becomes the mean's multiple at rho 1 and beyond, and stays at 0."""
    present = np.array([[True, True, True], [True, False, False], [False] * 3])
    assert_allclose(row_correction(present, 0.0), [1, 1, 1])
    assert_allclose(row_correction(present, 1.0), [1, 3, 3])
    assert_allclose(row_correction(present, 7.0), [1, 3, 3])
    assert_allclose(row_correction(present, 0.5), [1, 2, 2])


def test_sample():
    """Rows of a sample keep their blocks, targets and weights together."""
    values = np.arange(12.0).reshape(6, 2)
    sample = Sample(
        (block(values), block(values[:, :1])),
        values[:, :1],
        np.arange(6.0),
        None,
        ("a", "b"),
    )
    part = sample.take(np.array([4, 1]))
    assert_allclose(part.blocks[0].values, values[[4, 1]])
    assert_allclose(part.targets, values[[4, 1], :1])
    assert_allclose(part.weight, [4, 1])
    assert part.width == sample.width == 3
    assert len(part.scalings([{}, {"standardize": False}])) == 2
