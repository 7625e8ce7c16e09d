"""Weighted medians against numpy's and against repeated rows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mmensemble.numerics._median import weighted_median


def table(n_rows=40, n_columns=5, seed=0):
    """Draw numbers, a fifth of which are missing."""
    rng = np.random.default_rng(seed)
    X = rng.normal(3, 2, size=(n_rows, n_columns))
    X[rng.random(X.shape) < 0.2] = np.nan
    return X


def test_median_equals_numpy():
    """With equal weights it is numpy's median, whatever the weight."""
    for n_rows in (1, 2, 7, 8):
        X = table(n_rows, 3, seed=5)
        X[0] = 1.0
        for weight in (1.0, 0.3):
            got = weighted_median(X, np.full(n_rows, weight))
            assert_allclose(got, np.nanmedian(X, axis=0), rtol=1e-15)


def test_median_of_nothing():
    """A column without values has no median."""
    X = np.array([[np.nan, 1.0], [np.nan, 3.0]])
    assert_array_equal(weighted_median(X, np.ones(2)), [np.nan, 2.0])
    assert_array_equal(weighted_median(X, np.array([1.0, 2.0])), [np.nan, 3.0])


@pytest.mark.parametrize("seed", range(20))
def test_median_with_weights_equals_repeats(seed):
    """A weight of three is as good as three rows."""
    X = table(9, 4, seed)
    weight = np.random.default_rng(seed).integers(1, 4, 9)
    expected = weighted_median(X.repeat(weight, axis=0), np.ones(weight.sum()))
    assert_allclose(weighted_median(X, weight.astype(float)), expected, rtol=1e-15)


def test_median_with_a_weight_a_value():
    """Weights may differ by column; a value of weight zero does not count."""
    X, weight = table(9, 4, 1), np.random.default_rng(0).integers(0, 3, (9, 4))
    expected = [
        weighted_median(X[:, [k]], weight[:, k].astype(float))[0] for k in range(4)
    ]
    assert_array_equal(weighted_median(X, weight.astype(float)), expected)
    kept = weight[:, 0] > 0
    assert expected[0] == weighted_median(X[kept, :1], weight[kept, 0] * 1.0)[0]


def test_deeper_arrays():
    """What follows the first axis keeps its shape."""
    values = np.random.default_rng(0).normal(size=(5, 3, 2))
    assert_allclose(weighted_median(values, np.ones(5)), np.median(values, axis=0))
    weight = np.random.default_rng(1).random((5, 3, 1))
    got = weighted_median(values, weight)
    assert got.shape == (3, 2)
    expected = weighted_median(values[:, 1], weight[:, 1, 0])
    assert_array_equal(got[1], expected)
