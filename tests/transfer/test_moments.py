"""Means and spreads of columns with holes."""

import numpy as np

from mmensemble.transfer._moments import moments


def test_moments_are_those_of_numpy():
    """Holes do not count; constants and columns without values are special."""
    rng = np.random.default_rng(0)
    values = rng.normal(3, 2, size=(20, 4))
    values[rng.random(values.shape) < 0.3] = np.nan
    values[:, 2], values[:, 3] = np.nan, 0.1
    mean, scale = moments(values)
    np.testing.assert_allclose(mean[:2], np.nanmean(values[:, :2], axis=0))
    np.testing.assert_allclose(scale[:2], np.nanstd(values[:, :2], axis=0))
    assert np.isnan([mean[2], scale[2]]).all()
    assert scale[3] == 1
