"""Blocks as one matrix, against the columns put together by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from mmensemble.fusion import FusionData
from mmensemble.fusion._side_by_side import SideBySide
from mmensemble.modality import Block


def data(make=np.asarray, weight=None):
    """Make a view of two modalities, the second of which two rows lack."""
    rng = np.random.default_rng(0)
    presence = np.ones((6, 2), dtype=bool)
    presence[:2, 1] = False
    first, second = rng.normal(size=(6, 2)), rng.normal(size=(4, 3)) + 5
    blocks = (
        Block(first, presence[:, 0], ("u", "v")),
        Block(make(second), presence[:, 1], ("b__x", "b__y", "b__z")),
    )
    return FusionData(None, ("a", "b"), presence, blocks=blocks, sample_weight=weight)


@pytest.mark.parametrize("weight", [None, np.array([1.0, 1, 1, 1, 0, 3])])
def test_means_fill_and_indicators_show(weight):
    """Absent rows get the weighted mean; only what varies is indicated."""
    view = data(weight=weight)
    first, second = (block.values for block in view.blocks)
    mean = np.average(second, axis=0, weights=None if weight is None else weight[2:])
    filled = np.vstack([mean, mean, second])
    got = SideBySide.fit(view)
    expected = np.column_stack([first, filled, view.presence[:, 1]])
    assert_allclose(got.matrix(view), expected)
    assert_allclose(got.matrix(view, (1,)), expected[:, 2:])
    assert_allclose(got.matrix(view, (0, 1), imputed=False), expected[:, :5])
    every = SideBySide.fit(view, indicate_all=True)
    assert_allclose(every.matrix(view)[:, 5:], view.presence)


def test_scales():
    """Blocks are divided by the root of their total variance, fills too."""
    view = data()
    second = view.blocks[1].values
    got = SideBySide.fit(view, "frobenius").matrix(view, (1,), imputed=False)
    scale = np.sqrt(second.var(axis=0).sum())
    assert_allclose(got[2:], second / scale)
    assert_allclose(got[0], second.mean(axis=0) / scale)


def test_sparse_blocks_stay_sparse():
    """A sparse block's absent rows stay empty."""
    view = data(sparse.csr_matrix)
    got = SideBySide.fit(view).matrix(view)
    assert sparse.issparse(got)
    assert_allclose(got.toarray()[:2, 2:], 0)


def test_names():
    """Features carry their modality, then come the indicators."""
    names = SideBySide.fit(data()).get_feature_names_out()
    expected = ["a__u", "a__v", "b__x", "b__y", "b__z", "b__is_present"]
    assert names == expected
