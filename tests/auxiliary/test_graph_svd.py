"""Leading factors of dense and of large sparse matrices."""

import numpy as np
from scipy import sparse

from mmensemble.auxiliary import _graph_svd
from mmensemble.auxiliary._graph_svd import leading_factors


def test_products_of_factors_are_those_of_the_matrix():
    """With all components, rows are as far apart as in the matrix, up to the unit."""
    matrix = np.random.default_rng(0).normal(size=(8, 5))
    factors = leading_factors(matrix, 5, 0)
    ratio = (factors @ factors.T) / (matrix @ matrix.T)
    np.testing.assert_allclose(ratio, ratio[0, 0])
    assert np.isclose(factors.std(axis=0).max(), 1)


def test_large_matrices_give_the_same_factors(monkeypatch):
    """The iteration for large sparse matrices agrees with the dense factorisation."""
    matrix = sparse.random(40, 30, 0.3, random_state=0, format="csr")
    dense = leading_factors(matrix, 4, 0)
    monkeypatch.setattr(_graph_svd, "_DENSE", 1)
    np.testing.assert_allclose(leading_factors(matrix, 4, 0), dense, atol=1e-8)


def test_no_more_factors_than_the_rank():
    """A matrix of rank one has one factor, an empty one a column of zeros."""
    assert leading_factors(np.outer([1.0, 2, 3], [1.0, 1]), 4, 0).shape == (3, 1)
    assert not leading_factors(np.zeros((3, 2)), 2, 0).any()
