"""Learners on what a model makes, by pattern."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from mmensemble import ConcatFusion
from mmensemble.fusion import _fused_heads
from mmensemble.fusion._fused_heads import FusedHeads, is_default, rows_that_count
from mmensemble.learners._linear import AutoLinearClassifier
from mmensemble.modality import Block
from mmensemble.testing._view_checks import make_view


class Means:
    """A model that makes the mean of each visible modality's first column."""

    n_made = 1

    @staticmethod
    def pooled(data, pattern=None):
        """Return the sum of the first columns of a pattern's modalities."""
        inside = pattern or range(3)
        fills = [data.blocks[m].filled(np.zeros(2))[:, :1] for m in inside]
        return np.sum(fills, axis=0)


def complete():
    """Draw a view of complete rows."""
    data = make_view(ConcatFusion(), "classification")
    full = np.flatnonzero(data.presence.all(axis=1))
    return data.take(full)


@pytest.mark.parametrize("beside", [True, False])
def test_one_learner_a_pattern(beside):
    """Each learner reads the features of its pattern, and what is made of them."""
    data = complete()
    fitted = FusedHeads(Means(), beside=beside).fit(data)
    assert len(fitted.heads_) == 7
    matrix = Means.pooled(data, (0, 2))
    if beside:
        matrix = np.hstack([data.blocks[0].values, data.blocks[2].values, matrix])
    expected = LogisticRegression().fit(matrix, data.y)
    assert_allclose(fitted.heads_[0, 2][0].coef_, expected.coef_, atol=1e-6)
    names = fitted.get_feature_names_out(data.task)
    assert len(names) == fitted.transform(data).shape[1]
    assert names[-1] == "attention0"


def test_sparse_features(monkeypatch):
    """Small sparse matrices become dense, large ones stay as they are."""
    data = complete()
    blocks = tuple(
        Block(sparse.csr_matrix(b.values), b.present, b.names) for b in data.blocks
    )
    dense = FusedHeads(Means()).fit(data).transform(data)
    data = replace(data, blocks=blocks)
    monkeypatch.setattr(Means, "pooled", lambda self, data, pattern=None: dense[:, -1:])
    fitted = FusedHeads(Means()).fit(replace(data, learners=()))
    assert_allclose(fitted.transform(data), dense)
    monkeypatch.setattr(_fused_heads, "_SMALL", 10)
    assert sparse.issparse(fitted.transform(data))


def test_default_learners():
    """Only our own linear models count as the default."""
    assert is_default([("a", AutoLinearClassifier())])
    assert not is_default([("a", AutoLinearClassifier()), ("b", LogisticRegression())])


def test_rows_that_count():
    """Rows without a modality or a weight are left out; else nothing is copied."""
    data = complete()
    assert rows_that_count(data) is data
    weight = np.ones(data.n_samples)
    weight[3] = 0
    presence = data.presence.copy()
    presence[5] = False
    got = rows_that_count(replace(data, presence=presence, sample_weight=weight))
    assert_array_equal(got.y, np.delete(data.y, [3, 5]))
