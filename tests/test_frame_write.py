"""Numbers put into tables of every container."""

import numpy as np
import pandas as pd
import pytest

from mmensemble import _frame
from mmensemble._frame_write import replace_columns

VALUES = np.array([[1.5, np.nan], [2.5, 4.0]])


def tables():
    """Return one table of a text and a whole number in every container."""
    frame = pd.DataFrame({"a": ["x", "y"], "b": [1, 2]}, index=[7, 3])
    found = {"pandas": frame, "array": frame.to_numpy(dtype=object)}
    polars = pytest.importorskip("polars")
    return found | {"polars": polars.DataFrame({"a": ["x", "y"], "b": [1, 2]})}


@pytest.mark.parametrize("container", ["pandas", "array", "polars"])
def test_columns_are_replaced_in_a_copy(container):
    """Other numbers stand in the place of the old; the table given is untouched."""
    X = tables()[container]
    found = replace_columns(X, [1], VALUES[:, :1])
    assert type(found) is type(X)
    assert _frame.to_float(_frame.column(found, 1)).tolist() == [1.5, 2.5]
    assert _frame.to_float(_frame.column(X, 1)).tolist() == [1.0, 2.0]


def test_whole_numbers_of_an_array_become_floats():
    """A half is not cut off where the array held whole numbers."""
    found = replace_columns(np.array([[1, 2], [3, 4]]), [0], VALUES[:, :1])
    np.testing.assert_array_equal(found, [[1.5, 2.0], [2.5, 4.0]])
