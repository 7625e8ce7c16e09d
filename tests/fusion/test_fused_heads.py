"""Learners on what a model makes, by pattern."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from mmensemble import ConcatFusion
from mmensemble.fusion import _fused_heads
from mmensemble.fusion._fused_heads import (
    BesideBlocks,
    FusedHeads,
    is_default,
    mean_outputs,
)
from mmensemble.fusion._side_by_side import SideBySide
from mmensemble.learners._linear import AutoLinearClassifier
from mmensemble.modality import Block
from mmensemble.testing._view_checks import make_view


class Sums:
    """A model that makes the sum of each visible modality's first column."""

    n_made = 1

    @staticmethod
    def pooled(data, pattern=()):
        """Return the sum of the first columns of a pattern's modalities."""
        inside = pattern or range(3)
        fills = [data.blocks[m].filled(np.zeros(2))[:, :1] for m in inside]
        return np.sum(fills, axis=0)

    def matrix(self, data, pattern=(), imputed=True):
        """Return the same, as a source of its own."""
        return self.pooled(data, pattern)


def beside(data):
    """Return the sums beside the blocks, as a source."""
    return BesideBlocks(SideBySide.fit(data), Sums(), "sum")


def complete():
    """Draw a view of complete rows."""
    data = make_view(ConcatFusion(), "classification")
    full = np.flatnonzero(data.presence.all(axis=1))
    return data.take(full)


@pytest.mark.parametrize("has_blocks", [True, False])
def test_one_learner_a_pattern(has_blocks):
    """Each learner reads the features of its pattern, and what is made of them."""
    data = complete()
    source = beside(data) if has_blocks else Sums()
    fitted = FusedHeads.fit(source, data, 8)
    assert len(fitted.models) == 7
    matrix = Sums.pooled(data, (0, 2))
    if has_blocks:
        matrix = np.hstack([data.blocks[0].values, data.blocks[2].values, matrix])
        names = source.get_feature_names_out()
        assert len(names) == source.matrix(data).shape[1]
        assert names[-1] == "sum0"
    heads = fitted.models[0, 2]
    expected = LogisticRegression().fit(matrix, data.y)
    assert_allclose(heads.learners[0].coef_, expected.coef_, atol=1e-6)
    assert not heads.imputed
    assert_allclose(
        mean_outputs(heads.learners, matrix, data.task),
        expected.predict_proba(matrix),
        atol=1e-6,
    )


def test_who_serves_the_patterns_without_learners():
    """The fullest if it knows holes, else a model of imputed rows, else the nearest."""
    holes = make_view(ConcatFusion(), "classification")
    few = FusedHeads.fit(Sums(), complete(), 1).models
    assert list(few) == [(0, 1, 2)]
    assert few.key_for((1,)) == (0, 1, 2)
    one = FusedHeads.fit(Sums(), holes, 1).models
    assert list(one) == [(0, 1, 2)]
    assert one[0, 1, 2].imputed
    assert one.key_for((1,)) == (0, 1, 2)
    full = np.flatnonzero(holes.presence.all(axis=1))
    some = np.flatnonzero(~holes.presence.all(axis=1))[:5]
    mostly = holes.take(np.concatenate([full, some]))
    two = FusedHeads.fit(Sums(), mostly, 1).models
    assert list(two) == [(0, 1, 2), ()]
    assert two.key_for((1,)) == ()
    assert (two[0, 1, 2].imputed, two[()].imputed) == (False, True)
    assert list(FusedHeads.fit(Sums(), holes, None).models) == [()]


def test_sparse_features(monkeypatch):
    """Small sparse matrices become dense, large ones stay as they are."""
    data = complete()
    blocks = tuple(
        Block(sparse.csr_matrix(b.values), b.present, b.names) for b in data.blocks
    )
    dense = beside(data).matrix(data)
    data = replace(data, blocks=blocks)
    source = BesideBlocks(SideBySide.fit(data), Sums(), "sum")
    monkeypatch.setattr(
        Sums, "pooled", staticmethod(lambda data, pattern=(): dense[:, -1:])
    )
    assert_allclose(source.matrix(data), dense)
    monkeypatch.setattr(_fused_heads, "_SMALL", 10)
    assert sparse.issparse(source.matrix(data))


def test_default_learners():
    """Only our own linear models count as the default."""
    assert is_default([("a", AutoLinearClassifier())])
    assert not is_default([("a", AutoLinearClassifier()), ("b", LogisticRegression())])
