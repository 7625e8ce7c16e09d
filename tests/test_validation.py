"""Checks of what comes row by row."""

import numpy as np
from numpy.testing import assert_array_equal

from mmensemble._validation import as_weight


def test_weights_are_ones_where_there_are_none():
    """Given weights stay the very same array."""
    weight = np.array([0.5, 2.0])
    assert as_weight(weight, 2) is weight
    assert_array_equal(as_weight(None, 3), np.ones(3))
