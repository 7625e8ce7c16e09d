"""Arrays on their way to worker processes."""

import pickle

import numpy as np
import pytest

from mmensemble.ensemble._unmapped import UnmappedArray, arrived, unmapped


@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_survive_the_journey(order):
    """A middling array arrives equal, read-only, and is the same object at home."""
    X = np.asarray(np.arange(300_000.0).reshape(1000, 300), order=order)
    sent = unmapped(X)
    assert isinstance(sent, UnmappedArray)
    assert arrived(sent) is X
    there = arrived(pickle.loads(pickle.dumps(sent)))
    np.testing.assert_array_equal(there, X)
    assert not there.flags.writeable


@pytest.mark.parametrize(
    "X", [np.ones((10, 3)), np.ones((1_100_000, 1)), np.full((1000, 300), "a", object)]
)
def test_other_tables_travel_as_they_are(X):
    """Small and large arrays and objects are left to joblib."""
    assert unmapped(X) is X
    assert arrived(X) is X
