"""Kernels of one modality, and their sums over rows that lack some."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.metrics.pairwise import pairwise_kernels
from sklearn.preprocessing import KernelCenterer

from mmensemble.fusion.feature.kernel._kernels import (
    ModalityKernel,
    combine,
    shared_out,
)


def rows(n_samples=20, n_features=3, seed=0):
    """Draw rows."""
    return np.random.default_rng(seed).normal(size=(n_samples, n_features))


@pytest.mark.parametrize("kernel", ["rbf", "linear", "poly"])
def test_against_scikit_learn(kernel):
    """Kernels are scikit-learn's, centred by KernelCenterer, of unit variance."""
    x, new = rows(), rows(5, seed=1)
    given = {} if kernel == "linear" else {"gamma": 0.3}
    if kernel == "poly":
        given |= {"degree": 2, "coef0": 1}
    raw = pairwise_kernels(x, metric=kernel, **given)
    centerer = KernelCenterer().fit(raw)
    scale = np.diag(centerer.transform(raw)).mean()
    model = ModalityKernel(kernel, 0.3, 2)
    got = model.fit(x, np.ones(20))
    assert_allclose(got, centerer.transform(raw) / scale, atol=1e-12)
    assert np.diag(got).mean() == pytest.approx(1)
    expected = centerer.transform(pairwise_kernels(new, x, metric=kernel, **given))
    assert_allclose(model.against_landmarks(new), expected / scale, atol=1e-12)


def test_gamma():
    """The median heuristic and scikit-learn's scale, by hand; sparse as dense."""
    x = rows()
    squares = [((a - b) ** 2).sum() for i, a in enumerate(x) for b in x[:i]]
    model = ModalityKernel("rbf", "median", 3)
    got = model.fit(x, np.ones(20))
    assert model.gamma_ == pytest.approx(1 / np.median(squares))
    held = ModalityKernel("rbf", "median", 3).fit(sparse.csr_matrix(x), np.ones(20))
    assert_allclose(held, got, atol=1e-9)
    for values in (x, sparse.csr_matrix(x)):
        model = ModalityKernel("rbf", "scale", 3)
        model.fit(values, np.ones(20))
        assert model.gamma_ == pytest.approx(1 / (3 * x.var()))


@pytest.mark.parametrize("gamma", [0.5, "median", "scale"])
def test_weights_are_copies(gamma):
    """The weighted centre, scale and gamma are those of copies."""
    x, weight = rows(), np.random.default_rng(0).integers(0, 3, 20)
    copies = np.repeat(np.arange(20), weight)
    got = ModalityKernel("rbf", gamma, 3).fit(x, weight * 1.0)
    other = ModalityKernel("rbf", gamma, 3).fit(x[copies], np.ones(len(copies)))
    assert_allclose(got[np.ix_(copies, copies)], other, atol=1e-12)


@pytest.mark.parametrize("gamma", ["median", "scale"])
def test_constant_block(gamma):
    """What does not vary has no kernel."""
    flat = np.full((6, 2), 0.1)
    model = ModalityKernel("rbf", gamma, 3)
    assert_allclose(model.fit(flat, np.ones(6)), 0)
    assert_allclose(model.against_landmarks(rows(2, 2)), 0)
    empty = ModalityKernel("rbf", gamma, 3)
    assert empty.fit(np.empty((0, 2)), np.ones(0)).shape == (0, 0)


def test_shared_out():
    """Weights of what is absent go to the rest in proportion; equally if all zero."""
    presence = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]], dtype=bool)
    got = shared_out(np.array([0.0, 0.2, 0.8]), presence)
    assert_allclose(got, [[0, 0.2, 0.8], [0, 1, 0], [1, 0, 0], [0, 0, 0]])


def test_combined_is_positive():
    """It is the product of scaled features side by side, whatever is missing."""
    rng = np.random.default_rng(0)
    presence = rng.random((30, 3)) < 0.5
    shares = shared_out(np.array([0.5, 0.2, 0.3]), presence)
    features = [rows(30, 2, seed=m) for m in range(3)]
    joined = np.hstack(
        [np.sqrt(shares[:, [m]]) * values for m, values in enumerate(features)]
    )
    got = combine([values @ values.T for values in features], shares, shares)
    assert_allclose(got, joined @ joined.T, atol=1e-12)
    assert np.linalg.eigvalsh(got)[0] > -1e-10
