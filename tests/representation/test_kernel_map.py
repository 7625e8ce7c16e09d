"""Features of a Gaussian kernel."""

import numpy as np
from sklearn.kernel_approximation import Nystroem
from sklearn.metrics.pairwise import rbf_kernel

from mmensemble.representation._kernel_map import KernelMap


def test_products_are_the_kernel_where_all_rows_span_it():
    """With as many landmarks as rows nothing is approximated."""
    rows = np.random.default_rng(0).normal(size=(60, 4))
    kernel = KernelMap(most=60).fit(rows)
    features = kernel.transform(rows)
    expected = rbf_kernel(rows, gamma=kernel.gamma_)
    np.testing.assert_allclose(features @ features.T, expected, atol=1e-6)


def test_width_is_relative_to_the_median_distance():
    """Twice as far apart is a quarter of the gamma."""
    rows = np.random.default_rng(0).normal(size=(50, 3))
    near, far = KernelMap().fit(rows), KernelMap().fit(2 * rows)
    assert np.isclose(near.gamma_, 4 * far.gamma_)
    squares = ((rows[:, None] - rows[None]) ** 2).sum(axis=2)
    median = np.median(squares[np.triu_indices(50, k=1)])
    assert np.isclose(near.gamma_, 1 / median)


def test_fewer_landmarks_are_those_of_scikit_learn():
    """The same rows and gamma give scikit-learn's approximation."""
    rows = np.random.default_rng(0).normal(size=(80, 3))
    kernel = KernelMap(most=20, seed=3).fit(rows)
    theirs = Nystroem(gamma=kernel.gamma_, n_components=20).fit(kernel.landmarks_)
    ours, features = kernel.transform(rows), theirs.transform(rows)
    np.testing.assert_allclose(ours @ ours.T, features @ features.T, atol=1e-6)


def test_constant_rows():
    """Rows that do not differ have one feature."""
    assert KernelMap().fit(np.ones((5, 2))).transform(np.ones((2, 2))).shape == (2, 1)
