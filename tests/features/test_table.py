"""What extractors share."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mmensemble.features._table import counted_rows, row_counts, unique


@pytest.mark.core
@pytest.mark.parametrize(
    ("weight", "rows", "counts"),
    [
        (None, [0, 1, 2], [1, 1, 1]),
        ([0, 2, 1], [1, 2], [2, 1]),
        ([0, 0.1, 0.3], [1, 2], [0.5, 1.5]),
        ([0.1, 0.1, 0.1], [0, 1, 2], [1, 1, 1]),
    ],
)
def test_rows_that_count(weight, rows, counts):
    """Whole weights are counts, others relative; zero is no row."""
    X = np.arange(3)[:, None]
    kept, found = counted_rows(X, weight)
    assert_array_equal(kept.ravel(), rows)
    assert_allclose(found, counts)
    expected = np.zeros(3)
    expected[rows] = counts
    assert_allclose(row_counts(3, weight), expected)


@pytest.mark.core
def test_unique_names():
    """A number that is taken is not given again."""
    assert unique(["a", "a", "a_2", "a"]) == ["a", "a_3", "a_2", "a_4"]
