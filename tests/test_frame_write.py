"""Tables of every container, made from tables."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from mmensemble import _frame
from mmensemble._frame_write import move_cells, replace_columns, stack_rows

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


def test_labels_may_be_no_strings():
    """Columns go by position, and keep their labels."""
    X = tables()["pandas"].set_axis([1, ("b", 0)], axis=1)
    found = replace_columns(X, [1, 0], VALUES)
    assert found.columns.tolist() == X.columns.tolist()
    np.testing.assert_array_equal(found, VALUES[:, ::-1])
    assert found.index.tolist() == [7, 3]


def test_whole_numbers_of_an_array_become_floats():
    """A half is not cut off where the array held whole numbers."""
    found = replace_columns(np.array([[1, 2], [3, 4]]), [0], VALUES[:, :1])
    np.testing.assert_array_equal(found, [[1.5, 2.0], [2.5, 4.0]])


@pytest.mark.parametrize("container", ["pandas", "array", "polars"])
def test_rows_stand_below_rows(container):
    """In every container; of frames, columns go by name."""
    X = tables()[container]
    more = X if container == "array" else X[["b", "a"]]
    found = stack_rows(X, more)
    assert type(found) is type(X)
    assert found.shape == (4, 2)
    assert _frame.to_float(_frame.column(found, 1)).tolist() == [1.0, 2.0, 1.0, 2.0]


def test_sparse_rows_stand_below_rows():
    """The result is sparse."""
    found = stack_rows(sparse.csr_array(np.eye(2)), sparse.csr_array(np.ones((1, 2))))
    np.testing.assert_array_equal(found.toarray(), [[1, 0], [0, 1], [1, 1]])


def test_rows_of_other_columns_are_refused():
    """Names that are missing are told, or the numbers of columns."""
    frame = tables()["pandas"]
    with pytest.raises(ValueError, match=r"columns are missing: \['b'\]"):
        stack_rows(frame, frame[["a"]])
    with pytest.raises(ValueError, match="second table has 1 columns, the first 2"):
        stack_rows(np.eye(2), np.ones((1, 1)))


@pytest.mark.parametrize("container", ["pandas", "array", "polars"])
def test_cells_move_within_a_column(container):
    """Those of the rows named, in every container; the table given is untouched."""
    X = tables()[container]
    found = move_cells(X, 0, np.array([0, 1]), np.array([1, 0]))
    assert type(found) is type(X)
    assert list(_frame.column(found, 0)) == ["y", "x"]
    assert list(_frame.column(X, 0)) == ["x", "y"]
    assert _frame.column(found, 1).dtype == _frame.column(X, 1).dtype


def test_cells_move_within_a_sparse_column():
    """The format stays."""
    X = sparse.csr_array([[1.0, 0.0, 2.0], [3.0, 4.0, 0.0], [5.0, 0.0, 6.0]])
    found = move_cells(X, 1, np.array([0, 1]), np.array([1, 0]))
    assert found.format == "csr"
    expected = [[1.0, 4.0, 2.0], [3.0, 0.0, 0.0], [5.0, 0.0, 6.0]]
    np.testing.assert_array_equal(found.toarray(), expected)
