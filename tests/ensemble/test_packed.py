"""Arrays on their way to worker processes."""

import pickle

import numpy as np
import pytest

from mmensemble.ensemble._packed import Packed, pack, unpack


@pytest.mark.parametrize("order", ["C", "F"])
def test_packed_arrays_survive_the_journey(order):
    """A middling array arrives equal, read-only, and is the same object at home."""
    X = np.asarray(np.arange(300_000.0).reshape(1000, 300), order=order)
    packed = pack(X)
    assert isinstance(packed, Packed)
    assert unpack(packed) is X
    there = unpack(pickle.loads(pickle.dumps(packed)))
    np.testing.assert_array_equal(there, X)
    assert not there.flags.writeable


@pytest.mark.parametrize(
    "X", [np.ones((10, 3)), np.ones((1_100_000, 1)), np.full((1000, 300), "a", object)]
)
def test_other_tables_travel_as_they_are(X):
    """Small and large arrays and objects are left to joblib."""
    assert pack(X) is X
    assert unpack(X) is X
