"""Blocks brought to one width, against numpy and scikit-learn by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from mmensemble.fusion import _projection
from mmensemble.fusion._projection import BlockProjector
from mmensemble.modality import Block


def block(values, present=None):
    """Make a block of the rows present out of all rows."""
    present = np.ones(values.shape[0], dtype=bool) if present is None else present
    names = tuple(f"x{j}" for j in range(values.shape[1]))
    return Block(values[present], present, names)


def draw(n_samples=60, width=4, seed=0):
    """Draw correlated columns of unequal scale, and which rows are present."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n_samples, 3)) @ rng.normal(size=(3, width))
    values = (values + rng.normal(size=values.shape)) * rng.uniform(0.1, 9, width) + 5
    return values, rng.random(n_samples) < 0.7


@pytest.mark.parametrize("weighted", [False, True])
def test_narrow_blocks_are_standardised(weighted):
    """They equal StandardScaler's columns where present, and zeros elsewhere."""
    values, present = draw()
    weight = np.random.default_rng(1).uniform(size=60) if weighted else None
    own = weight[present] if weighted else None
    got = BlockProjector(4).fit([block(values, present)], weight)
    rows = got.transform([block(values, present)])[0]
    expected = StandardScaler().fit(values[present], sample_weight=own)
    assert_allclose(rows[present], expected.transform(values[present]), atol=1e-12)
    assert_array_equal(rows[~present], 0)


@pytest.mark.parametrize(("n_samples", "limit"), [(60, 500), (12, 500), (60, 5)])
def test_wide_blocks_are_projected(monkeypatch, n_samples, limit):
    """They equal the principal components of the standardised columns, rescaled."""
    monkeypatch.setattr(_projection, "GRAM_LIMIT", limit)
    values, _ = draw(n_samples, width=30)
    projector = BlockProjector(3).fit([block(values)])
    rows = projector.transform([block(values)])[0]
    parts = PCA(3, svd_solver="full").fit_transform(
        StandardScaler().fit_transform(values)
    )
    expected = parts / np.sqrt((parts**2).mean())
    assert_allclose(np.abs(rows), np.abs(expected), atol=1e-6)
    assert projector.widths_ == [3]
    assert_allclose((rows**2).mean(), 1)


@pytest.mark.parametrize("width", [None, 3])
@pytest.mark.parametrize("limit", [500, 5])
def test_sparse_blocks(monkeypatch, width, limit):
    """Narrow ones equal dense ones; wide ones are not scaled column by column."""
    monkeypatch.setattr(_projection, "GRAM_LIMIT", limit)
    values = sparse.random(40, 25, 0.2, format="csr", random_state=0)
    projector = BlockProjector(width).fit([block(values)])
    rows = projector.transform([block(values)])[0]
    centred = values.toarray() - values.toarray().mean(axis=0)
    if width:
        centred = PCA(width, svd_solver="full").fit_transform(centred)
        expected = centred / np.sqrt((centred**2).mean())
    else:
        expected = centred / centred.std(axis=0)
    assert_allclose(np.abs(rows), np.abs(expected), atol=1e-6)


def test_weights_stand_for_repeated_rows():
    """A row of weight 2 counts as two rows, one of weight 0 as none."""
    values, _ = draw(20, width=8)
    weight = np.arange(20) % 3
    again = np.repeat(values, weight, axis=0)
    one = BlockProjector(3).fit([block(values)], weight)
    two = BlockProjector(3).fit([block(again)])
    new = block(draw(5, width=8, seed=1)[0])
    assert_allclose(one.transform([new])[0], two.transform([new])[0], atol=1e-8)


def test_narrow_blocks_can_be_rotated():
    """With `rotate` they become principal components, uncorrelated."""
    values, _ = draw()
    rows = BlockProjector(rotate=True).fit([block(values)]).transform([block(values)])
    covariance = np.cov(rows[0].T)
    assert_allclose(covariance - np.diag(np.diag(covariance)), 0, atol=1e-10)
    assert np.all(np.diff(np.diag(covariance)) < 0)


@pytest.mark.parametrize("as_sparse", [False, True])
def test_unknown_values_count_as_the_mean(as_sparse):
    """NaN within a block is its column's mean, known from the others."""
    values, _ = draw()
    values[::7, 1] = np.nan
    held = sparse.csr_matrix(values) if as_sparse else values
    rows = BlockProjector().fit([block(held)]).transform([block(held)])[0]
    assert_allclose(rows.mean(axis=0), 0, atol=1e-12)
    assert_allclose(rows[::7, 1], 0, atol=1e-12)


def test_a_column_without_any_value_is_zero():
    """A column of NaN alone, and one that does not vary, tell nothing."""
    values, _ = draw()
    values[:, 1], values[:, 2] = np.nan, 1e150
    rows = BlockProjector().fit([block(values)]).transform([block(values)])[0]
    assert_array_equal(rows[:, 1:3], 0)
    assert_allclose(rows[:, [0, 3]].std(axis=0), 1)


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_any_unit(scale):
    """Units do not matter, even where squares overflow."""
    values, _ = draw(width=6)
    plain = BlockProjector(2).fit([block(values)]).transform([block(values)])
    other = block(values * scale)
    scaled = BlockProjector(2).fit([other]).transform([other])
    assert_allclose(np.abs(scaled[0]), np.abs(plain[0]), atol=1e-6)


def test_blocks_of_nothing():
    """No columns, no rows, no weight and no variance give zeros of a fitting width."""
    wide, none = np.ones((6, 9)), np.zeros(6, dtype=bool)
    blocks = [
        block(np.empty((6, 0))),
        block(wide, none),
        block(wide[:, :2], none),
        block(wide),
    ]
    projector = BlockProjector(4).fit(blocks)
    assert projector.widths_ == [0, 1, 2, 1]
    assert all((rows == 0).all() for rows in projector.transform(blocks))
    weightless = BlockProjector(4).fit([block(draw(6)[0])], np.zeros(6))
    assert_array_equal(weightless.transform([block(draw(6)[0])])[0], 0)


def test_feature_names():
    """Columns keep their names, components get numbers."""
    blocks = [block(draw(10, 2)[0]), block(draw(10, 5)[0])]
    projector = BlockProjector(2).fit(blocks, modalities=("a", "b"))
    names = ["a__x0", "a__x1", "b__pc0", "b__pc1"]
    assert projector.get_feature_names_out() == names


def test_infinite_values_are_refused():
    """At fit and at transform, with the modality's name."""
    good, bad = draw()[0], draw()[0]
    bad[3, 1] = np.inf
    message = "block of modality 'scan' holds infinite values"
    with pytest.raises(ValueError, match=message):
        BlockProjector().fit([block(bad)], modalities=["scan"])
    projector = BlockProjector().fit([block(good)], modalities=["scan"])
    with pytest.raises(ValueError, match=message):
        projector.transform([block(bad)])


def test_training_rows_are_left_alone():
    """Neither values nor weights are written, and single precision is read."""
    values, present = draw()
    held = block(values.astype(np.float32), present)
    held.values.flags.writeable = False
    rows = BlockProjector(2).fit([held]).transform([held])[0]
    assert rows.dtype == np.float64
