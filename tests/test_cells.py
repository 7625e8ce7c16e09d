"""Cells written into every container."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from mmensemble._cells import with_cells, with_null_columns

pl = pytest.importorskip("polars")

ROWS = np.array([0, 2])
NUMBERS = np.array([1.6, -2.0])


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        ("float64", [1.6, 5.0, -2.0]),
        ("float32", [np.float32(1.6), 5.0, -2.0]),
        ("Float64", [1.6, 5.0, -2.0]),
        ("Int64", [2, 5, -2]),
        ("int64[pyarrow]", [2, 5, -2]),
        ("double[pyarrow]", [1.6, 5.0, -2.0]),
        (object, [1.6, 5.0, -2.0]),
    ],
)
def test_numbers_in_pandas_columns(dtype, expected):
    """The column keeps its dtype, the index and the other cells; X is not changed."""
    X = pd.DataFrame({"u": [None, 5, None], "v": [0.1, 0.2, 0.3]}, index=[7, 8, 9])
    X["u"] = X["u"].astype(dtype)
    before = X.copy()
    out = with_cells(X, [(0, ROWS, NUMBERS)])
    assert out["u"].tolist() == expected
    assert out["u"].dtype == X["u"].dtype
    assert out.index.tolist() == [7, 8, 9]
    assert out["v"].equals(X["v"])
    pd.testing.assert_frame_equal(X, before)


@pytest.mark.parametrize("dtype", ["boolean", "bool[pyarrow]", object])
def test_booleans_are_true_from_one_half_on(dtype):
    """What was predicted as a share becomes a truth value."""
    X = pd.DataFrame({"u": pd.Series([None, True, None], dtype=dtype)})
    out = with_cells(X, [(0, ROWS, np.array([0.5, 0.4]))])
    assert out["u"].tolist() == [True, True, False]
    assert out["u"].dtype == X["u"].dtype


@pytest.mark.parametrize("dtype", ["category", "str", "string[pyarrow]", object])
def test_levels_in_pandas_columns(dtype):
    """Levels are written as what they are, also where the column has not had one."""
    X = pd.DataFrame({"u": pd.Series([None, "a", None]).astype(dtype)})
    out = with_cells(X, [(0, ROWS, np.array(["a", "b"], dtype=object))])
    assert out["u"].tolist() == ["a", "a", "b"]


def test_levels_of_numbers_stay_numbers():
    """A category of numbers is told by its text and gets the number."""
    X = pd.DataFrame({"u": pd.Categorical([None, 3, None], categories=[3, 4])})
    out = with_cells(X, [(0, ROWS, np.array(["4", "3"], dtype=object))])
    assert out["u"].tolist() == [4, 3, 3]
    assert out["u"].dtype == X["u"].dtype


def test_columns_of_nulls_take_the_dtype_of_the_values():
    """A modality that no row has comes as nulls of any dtype."""
    X = pd.DataFrame({"u": [np.nan] * 3, "v": pd.Series([None] * 3, dtype=object)})
    words = np.array(["a", "b", "c"], dtype=object)
    out = with_cells(X, [(0, np.arange(3), words), (1, ROWS, NUMBERS)])
    assert out["u"].tolist() == ["a", "b", "c"]
    assert out["v"].dropna().tolist() == [1.6, -2.0]


def test_polars():
    """Numbers, whole ones, booleans, strings, categories and columns of nulls."""
    X = pl.DataFrame(
        {
            "f": [None, 0.1, None],
            "i": [None, 5, None],
            "b": [None, True, None],
            "s": [None, "a", None],
            "c": pl.Series([None, "a", None], dtype=pl.Categorical),
            "n": [None, None, None],
        }
    )
    words = np.array(["a", "b"], dtype=object)
    cells = [(k, ROWS, NUMBERS) for k in (0, 1, 2, 5)]
    out = with_cells(X, [*cells, (3, ROWS, words), (4, ROWS, words)])
    assert out["f"].to_list() == [1.6, 0.1, -2.0]
    assert out["i"].to_list() == [2, 5, -2]
    assert out["b"].to_list() == [True, True, False]
    assert out["s"].to_list() == out["c"].to_list() == ["a", "a", "b"]
    assert out["n"].to_list() == [1.6, None, -2.0]
    assert out.schema["c"] == pl.Categorical
    assert X["f"].to_list() == [None, 0.1, None]


@pytest.mark.parametrize("make", [np.array, sparse.csr_matrix, sparse.csr_array])
def test_arrays_and_sparse_matrices(make):
    """The same container comes back, the given one is not changed."""
    values = np.array([[np.nan, 1.0], [2.0, 0.0], [np.nan, 3.0]])
    X = make(values)
    out = with_cells(X, [(0, ROWS, NUMBERS), (1, ROWS[:0], NUMBERS[:0])])
    assert type(out) is type(X)
    dense = out.toarray() if sparse.issparse(out) else out
    np.testing.assert_array_equal(dense, [[1.6, 1.0], [2.0, 0.0], [-2.0, 3.0]])
    kept = X.toarray() if sparse.issparse(X) else X
    np.testing.assert_array_equal(kept, values)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_null_columns(frame):
    """They stand at the end and hold nothing."""
    out = with_null_columns(frame({"u": [1, 2]}), ["v", "w"])
    assert list(out.columns) == ["u", "v", "w"]
    assert pd.isna(np.asarray(out["v"], dtype=object)).all()
