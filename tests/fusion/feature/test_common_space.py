"""The common space against canonical correlations, and with blocks absent."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.linalg import eigh, subspace_angles

from mmensemble.fusion.feature import _common_space
from mmensemble.fusion.feature._common_space import CommonSpace
from mmensemble.modality import Block


def draw(n_samples=200, widths=(4, 6, 3), missing=0.0, seed=0):
    """Draw blocks that show two factors, and targets that are their sum."""
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n_samples, 2))
    blocks = []
    for width in widths:
        values = factors @ rng.normal(size=(2, width))
        values += 0.5 * rng.normal(size=values.shape)
        present = rng.random(n_samples) >= missing
        blocks.append(Block(values[present], present, tuple(map(str, range(width)))))
    y = factors.sum(axis=1, keepdims=True) + 0.1 * rng.normal(size=(n_samples, 1))
    return blocks, y, factors, np.full(n_samples, 1 / n_samples)


def test_maxvar(monkeypatch):
    """Without ridge, components solve the eigenproblem of the sum of projections."""
    monkeypatch.setattr(_common_space, "_best_ridge", lambda *args: 0.0)
    blocks, y, _, share = draw()
    space = CommonSpace(3).fit(blocks, y, share)
    hats = []
    for values in [*(block.values for block in blocks), y]:
        centred = values - values.mean(axis=0)
        hats.append(centred @ np.linalg.pinv(centred))
    leading = eigh(sum(hats))[1][:, -3:]
    projected = sum(hats[:3]) @ leading
    mapped = space.transform(blocks).sum(axis=1)
    assert_allclose(subspace_angles(mapped, projected), 0, atol=1e-6)


def test_columns_mean_the_same():
    """Two blocks that show one factor agree in the column of it."""
    blocks, y, factors, share = draw()
    mapped = CommonSpace(1).fit(blocks, y, share).transform(blocks)[:, :, 0]
    correlations = np.corrcoef(mapped.T)
    assert correlations.min() > 0.8
    assert abs(np.corrcoef(mapped.mean(axis=1), factors.sum(axis=1))[0, 1]) > 0.9


def test_useless_blocks_say_little():
    """A block of noise is mapped near zero."""
    blocks, y, _, share = draw()
    rng = np.random.default_rng(5)
    noise = Block(rng.normal(size=(200, 20)), np.ones(200, dtype=bool), ("n",) * 20)
    mapped = CommonSpace(2).fit([*blocks, noise], y, share).transform([*blocks, noise])
    size = (mapped**2).mean(axis=(0, 2))
    assert size[3] < 0.2 * size[:3].min()


def test_rows_that_lack_blocks():
    """Absent blocks are zero, and the components are nearly those of complete rows."""
    blocks, y, factors, share = draw(n_samples=400, missing=0.3)
    mapped = CommonSpace(1).fit(blocks, y, share).transform(blocks)
    for m, block in enumerate(blocks):
        assert_array_equal(mapped[~block.present, m], 0)
        got = mapped[block.present, m, 0]
        expected = factors.sum(axis=1)[block.present]
        assert abs(np.corrcoef(got, expected)[0, 1]) > 0.7


def test_weights_of_rows():
    """A row of weight two is a row that comes twice; one of zero is absent."""
    blocks, y, _, _ = draw(n_samples=60)
    weight = np.arange(60) % 3
    some = CommonSpace(1).fit(blocks, y, weight / weight.sum())
    rows = np.repeat(np.arange(60), weight)
    twice = [block.take(rows) for block in blocks]
    even = np.full(len(rows), 1 / len(rows))
    again = CommonSpace(1).fit(twice, y[rows], even)
    got, expected = some.transform(blocks), again.transform(blocks)
    assert np.corrcoef(got.ravel(), expected.ravel())[0, 1] > 0.98


@pytest.mark.parametrize("n_rows", [0, 2])
def test_hardly_any_rows(n_rows):
    """Blocks that hardly a row has are mapped to something finite."""
    blocks, y, _, share = draw(n_samples=30)
    present = np.arange(30) < n_rows
    blocks[1] = Block(np.ones((n_rows, 2)) * y[:n_rows], present, ("u", "v"))
    mapped = CommonSpace(50).fit(blocks, y, share).transform(blocks)
    assert np.isfinite(mapped).all()
    assert mapped.shape[2] <= 10


def test_a_single_row_has_no_directions():
    """Nothing varies within one row; it is mapped to zero."""
    block = Block(np.array([[1.0, 2.0]]), np.array([True]), ("u", "v"))
    space = CommonSpace(3).fit([block, block], np.array([[1.0]]), np.array([1.0]))
    assert space.n_components_ == 1
    assert (space.transform([block, block]) == 0).all()
