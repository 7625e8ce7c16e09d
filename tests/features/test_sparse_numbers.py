"""Sparse numbers against MaxAbsScaler and the dense guards."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.preprocessing import MaxAbsScaler

from mmensemble.features._sparse_numbers import SparseNumberEncoder


def counts(seed=0):
    return np.random.default_rng(seed).poisson(0.7, size=(30, 6)).astype(float)


def encode(train, test=None, weight=None, margin=3.0):
    weight = np.ones(len(train)) if weight is None else weight
    encoder = SparseNumberEncoder(margin).fit(sparse.csr_array(train), weight)
    got = encoder.transform(sparse.csr_array(train if test is None else test))
    assert got.format == "csr"
    return got.toarray()


def test_equals_scikit_learn():
    """Ordinary columns are divided by their largest magnitude."""
    X = counts()
    assert_allclose(encode(X), MaxAbsScaler().fit_transform(X))


def test_zeros_stay_zeros():
    """Nothing is centred, and stored zeros are dropped."""
    X = sparse.csr_array(counts())
    encoder = SparseNumberEncoder(3.0).fit(X, np.ones(30))
    assert encoder.transform(X).nnz == np.count_nonzero(counts())


@pytest.mark.parametrize(
    "column", [[0] * 6, [0, 0, 0, 2, 0, 0], [3] * 6, [3] * 5 + [1]]
)
def test_near_constant_columns_are_zero(column):
    """The guards are those of dense numbers."""
    train = np.column_stack([column, [0, 1, 2, 0, 0, 0]]).astype(float)
    got = encode(train, np.array([[9.0, 2.0], [0.0, 1.0]]))
    assert_allclose(got, [[0, 1], [0, 0.5]])


def test_missing_is_the_median():
    """Stored NaN are imputed; zeros that are not stored count."""
    train = np.array([[0, 4.0], [0, 2], [1, 2], [2, np.nan], [np.nan, 1], [0, 1]])
    got = encode(train)
    assert_allclose(got[4, 0], 0)
    assert_allclose(got[3, 1], 2 / 4)
    assert_array_equal(encode(np.full((3, 1), np.nan)), np.zeros((3, 1)))


def test_clipped():
    """Zero belongs to the training range."""
    train = np.array([[2.0], [4.0], [3.0]])
    assert_allclose(encode(train, np.array([[100.0], [-100.0]])).ravel(), [4, -3])


def test_weights_equal_repeats():
    """A weight of two is as good as two rows."""
    X = counts()
    X[:, 0] = 0
    X[4, 0] = X[5, 1] = 1
    X[7, 2] = np.nan
    weight = np.random.default_rng(1).integers(1, 3, 30)
    weight[4] = 2
    repeated = encode(X.repeat(weight, axis=0), X)
    assert_allclose(encode(X, weight=weight.astype(float)), repeated)


def test_input_is_not_written():
    """Imputing does not touch the caller's matrix."""
    X = sparse.csr_array(np.array([[np.nan, 1], [2, 0], [3, 5]]))
    X.data.flags.writeable = False
    SparseNumberEncoder(3.0).fit(X, np.ones(3)).transform(X)
    assert np.isnan(X.data[0])


def test_extreme_scales():
    """Huge and tiny numbers neither overflow nor warn."""
    for scale in (1e-300, 1e300):
        assert_allclose(
            encode(counts() * scale), MaxAbsScaler().fit_transform(counts())
        )
    tiny = np.array([[1e-300], [2e-300], [0.0]])
    assert_allclose(encode(tiny, np.array([[1e300]])), [[4.0]])


def test_names():
    """Numbers keep their names."""
    assert SparseNumberEncoder(1.0).names(["a", "b"]) == ["a", "b"]
