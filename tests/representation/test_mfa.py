"""Multiple factor analysis against scikit-learn's PCA."""

import numpy as np
from numpy.testing import assert_allclose
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from mmensemble.representation import LinearSpace, explaining


def scaled(values):
    """Standardise, and divide by the root of the first component's variance."""
    z = StandardScaler().fit_transform(values)
    return z / (np.linalg.svd(z, compute_uv=False)[0] / np.sqrt(len(z)))


def test_against_pca():
    """The scores are PCA's on the scaled blocks side by side, one of them wide."""
    rng = np.random.default_rng(0)
    common = rng.normal(size=(25, 2))
    blocks = [
        common @ rng.normal(size=(2, width)) + rng.normal(size=(25, width))
        for width in (4, 60)
    ]
    present = np.ones((25, 2), dtype=bool)
    got = LinearSpace("pca", 3).fit(blocks, present).scores(blocks, present)
    expected = PCA(3).fit_transform(np.hstack([scaled(b) for b in blocks]))
    assert_allclose(np.abs(got), np.abs(expected), atol=1e-8)


def test_number_of_components():
    """None keeps 99 % of the variance; more than the rank cannot be kept."""
    rng = np.random.default_rng(0)
    blocks = [
        rng.normal(size=(50, 2)) @ rng.normal(size=(2, 5)),
        rng.normal(size=(50, 3)),
    ]
    present = np.ones((50, 2), dtype=bool)
    joined = np.hstack([scaled(b) for b in blocks])
    shares = np.cumsum(PCA().fit(joined).explained_variance_ratio_)
    space = LinearSpace("pca").fit(blocks, present)
    assert space.n_components_ == np.flatnonzero(shares >= 0.99)[0] + 1
    assert LinearSpace("pca", 20).fit(blocks, present).n_components_ == 5


def test_explaining():
    """As many as make up the share, within limits."""
    values = np.array([5.0, 3, 1, 1])
    assert [explaining(values, share, 9) for share in (0.5, 0.8, 0.81, 1)] == [
        1,
        2,
        3,
        4,
    ]
    assert explaining(values, 1.0, 2) == 2
    assert explaining(np.array([]), 0.9, 2) == 0
