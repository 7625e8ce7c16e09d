"""Booleans against scikit-learn's imputer."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.impute import SimpleImputer

from mmensemble.features._booleans import BooleanEncoder


def test_equals_scikit_learn():
    """Missing values become the most frequent, False where there is a tie."""
    nan = np.nan
    X = np.array(
        [[1, 1, 0, nan], [1, 0, nan, nan], [nan, nan, 1, nan], [0, nan, 0, nan]]
    )
    imputer = SimpleImputer(strategy="most_frequent", keep_empty_features=True)
    got = BooleanEncoder().fit(X, np.ones(4)).transform(X)
    assert_array_equal(got, imputer.fit_transform(X))


@pytest.mark.parametrize(("weight", "expected"), [([1.0, 2.0], 0), ([2.0, 1.0], 1)])
def test_weights_decide(weight, expected):
    """The most frequent value is the one of most weight."""
    encoder = BooleanEncoder().fit(np.array([[1.0], [0.0]]), np.array(weight))
    assert encoder.transform(np.array([[np.nan]]))[0, 0] == expected


def test_names():
    """Booleans keep their names."""
    assert BooleanEncoder().names(["a"]) == ["a"]
