"""Blocks as principal components, against scikit-learn's and by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from mmensemble.representation import BlockReducer
from mmensemble.representation import _reduce as module


@pytest.mark.parametrize("shape", [(40, 6), (8, 30)])
def test_components(shape):
    """Scores are those of PCA on standardised columns, the first of unit variance."""
    values = np.random.default_rng(0).normal(size=shape) @ np.diag(
        np.arange(1, 1 + shape[1])
    )
    pca = PCA().fit(StandardScaler().fit_transform(values))
    expected = pca.transform(StandardScaler().fit_transform(values))
    expected /= expected[:, 0].std()
    got = BlockReducer().fit(values).transform(values)
    kept = got.shape[1]
    assert kept == min(shape[1], shape[0] - 1)
    assert_allclose(np.abs(got), np.abs(expected[:, :kept]), atol=1e-6)
    assert_allclose(got.var(axis=0), BlockReducer().fit(values).variances_, atol=1e-8)


def test_inner_products_stay():
    """Rotation of a wide block loses nothing: distances stay, up to one scale."""
    values = np.random.default_rng(0).normal(size=(7, 50))
    standard = StandardScaler().fit_transform(values)
    got = BlockReducer().fit(values).transform(values)
    ratio = (got @ got.T) / (standard @ standard.T)
    assert_allclose(ratio, ratio[0, 0], rtol=1e-8)


def test_weights_are_copies():
    """Weights of two are two copies, of zero none."""
    rng = np.random.default_rng(0)
    values, weight = rng.normal(size=(20, 4)), rng.integers(0, 3, 20).astype(float)
    copies = np.repeat(values, weight.astype(int), axis=0)
    weighted = BlockReducer().fit(values, weight).transform(values)
    assert_allclose(weighted, BlockReducer().fit(copies).transform(values), atol=1e-8)


def test_constant_columns_and_blocks():
    """What does not vary brings nothing, and no division by zero."""
    values = np.random.default_rng(0).normal(size=(12, 3))
    padded = np.column_stack([values, np.full(12, 0.1), np.full(12, 1e9)])
    got = BlockReducer().fit(padded).transform(padded)
    assert_allclose(got, BlockReducer().fit(values).transform(values), atol=1e-8)
    flat = np.full((12, 3), 0.1)
    assert BlockReducer().fit(flat).transform(flat).shape == (12, 0)
    assert BlockReducer().fit(np.empty((0, 3))).transform(values).shape == (12, 0)


def test_sparse():
    """A small sparse block is as a dense one."""
    dense = np.random.default_rng(0).poisson(0.3, size=(30, 5)).astype(float)
    matrix = sparse.csr_matrix(dense)
    got = BlockReducer().fit(matrix).transform(matrix)
    assert_allclose(got, BlockReducer().fit(dense).transform(dense), atol=1e-10)


def test_large_sparse(monkeypatch):
    """A large sparse block keeps its leading components, uncorrelated."""
    monkeypatch.setattr(module, "_DENSE_CELLS", 10)
    monkeypatch.setattr(module, "_MOST_SPARSE", 4)
    rng = np.random.default_rng(0)
    dense = rng.poisson(0.5, size=(60, 3)) @ rng.poisson(0.5, size=(3, 20)) * 1.0
    matrix = sparse.csr_matrix(dense)
    got = BlockReducer().fit(matrix).transform(matrix)
    expected = PCA(3).fit_transform(dense)
    assert got.shape == (60, 3)
    assert_allclose(np.abs(got), np.abs(expected / expected[:, 0].std()), atol=1e-6)


def test_large_dense(monkeypatch):
    """Both sides large: the leading components, from the seed."""
    monkeypatch.setattr(module, "_EXACT", 10)
    monkeypatch.setattr(module, "_MOST", 3)
    rng = np.random.default_rng(0)
    values = rng.normal(size=(50, 3)) @ rng.normal(size=(3, 40))
    standard = StandardScaler().fit_transform(values)
    expected = PCA(3).fit_transform(standard)
    got = BlockReducer().fit(values).transform(values)
    assert_allclose(np.abs(got), np.abs(expected / expected[:, 0].std()), atol=1e-6)


@pytest.mark.parametrize("shape", [(30, 5), (10, 40)])
def test_inverse_transform(shape):
    """Components turned back are the columns; constant ones are at their value."""
    values = 3 * np.random.default_rng(0).normal(size=shape) + 7
    values[:, 2] = 4.0
    reducer = BlockReducer().fit(values)
    back = reducer.inverse_transform(reducer.transform(values))
    assert_allclose(back, values, atol=1e-8)


def test_leading_components():
    """With a limit the first are kept, and the variance of the rest is known."""
    values = np.random.default_rng(0).normal(size=(50, 8))
    full, part = BlockReducer().fit(values), BlockReducer(3).fit(values)
    assert_allclose(part.transform(values), full.transform(values)[:, :3], atol=1e-10)
    assert_allclose(part.dropped_, full.variances_[3:].sum())
    assert full.dropped_ == 0
    left = values - part.inverse_transform(part.transform(values))
    scaled = left / values.std(axis=0)
    size = values.shape[1] / full.variances_.sum()
    assert_allclose((scaled**2).sum(axis=1).mean(), part.dropped_ * size)


@pytest.mark.parametrize("values", [np.ones((5, 2)), np.empty((0, 3))])
def test_inverse_of_nothing(values):
    """A block without variance is rebuilt as its mean."""
    reducer = BlockReducer().fit(values)
    back = reducer.inverse_transform(np.zeros((4, 0)))
    assert_allclose(back, np.full((4, values.shape[1]), 1.0 * bool(len(values))))
