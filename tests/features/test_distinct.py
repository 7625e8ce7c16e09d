"""Distinct texts and their weights."""

import numpy as np
from numpy.testing import assert_array_equal

from mmensemble.features._distinct import distinct_values


def test_counts_leave_out_what_is_missing():
    """Weights are summed by value; null and words for missing do not count."""
    texts = np.array(["a", None, "N/A", "b", "a", ""], dtype=object)
    values, counts = distinct_values(texts, np.array([1.0, 2, 3, 4, 5, 6]))
    assert values.tolist() == ["a", "b"]
    assert_array_equal(counts, [6, 4])


def test_nothing_is_there():
    """A column without any value has no distinct ones."""
    values, counts = distinct_values(np.array([None, "-"], dtype=object), np.ones(2))
    assert len(values) == len(counts) == 0
