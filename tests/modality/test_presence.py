"""Which modality is present in which row."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.pipeline import Pipeline

from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import all_null, presence_mask

pl = pytest.importorskip("polars")

# modality "left": columns 0-1, "right": columns 1-2, "last": column 2 alone
TRIPLES = [
    ("left", "auto", [0, 1]),
    ("right", "auto", [1, 2]),
    ("last", "auto", 2),
]
NAN = np.nan
ROWS = np.array(
    [[1, 2, 3], [NAN, NAN, 3], [1, NAN, NAN], [NAN, 2, NAN], [NAN, NAN, NAN]]
)
EXPECTED = np.array([[1, 1, 1], [0, 1, 1], [1, 0, 0], [1, 1, 0], [0, 0, 0]], dtype=bool)
OBJECTS = np.where(np.isnan(ROWS), None, ROWS.astype(object))


def nullable(dtype, values=ROWS):
    """Return the rows as a pandas frame of a nullable type."""
    frame = pd.DataFrame(np.where(np.isnan(values), None, values), columns=list("abc"))
    return frame.astype(dtype)


def stored(kind):
    """Return the rows as a sparse container that stores its NaN."""
    return getattr(sparse, kind)(ROWS)


CONTAINERS = {
    "float": ROWS,
    "float32, Fortran": np.asfortranarray(ROWS, dtype=np.float32),
    "object, None": OBJECTS,
    "object, NaN": ROWS.astype(object),
    "text": np.where(np.isnan(ROWS), None, "word").astype(object),
    "pandas": pd.DataFrame(ROWS, columns=list("abc"), index=[9, 9, 7, 1, 0]),
    "pandas, integer names": pd.DataFrame(ROWS),
    "Int64": nullable("Int64"),
    "Float64": nullable("Float64"),
    "boolean": nullable("boolean", np.where(np.isnan(ROWS), NAN, 1)),
    "string": nullable("string"),
    "category": pd.DataFrame(OBJECTS, columns=list("abc")).astype("category"),
    "datetime": pd.DataFrame(ROWS, columns=list("abc")).apply(pd.to_datetime),
    "int64[pyarrow]": nullable("int64[pyarrow]"),
    "double[pyarrow]": nullable("double[pyarrow]"),
    "polars": pl.DataFrame(OBJECTS.tolist(), schema=list("abc"), orient="row"),
    "polars, NaN": pl.DataFrame(ROWS, schema=list("abc")),
    "polars, dates": pl.DataFrame(
        [[None if np.isnan(v) else dt.date(2020, 1, 1) for v in row] for row in ROWS],
        schema=list("abc"),
        orient="row",
    ),
    "csr_matrix": stored("csr_matrix"),
    "csr_array": stored("csr_array"),
}


@pytest.mark.parametrize("X", CONTAINERS.values(), ids=CONTAINERS.keys())
def test_row_lacks_a_modality_when_all_its_columns_are_null(X):
    """Every container tells the same rows, for overlapping and bare columns."""
    mask = presence_mask(X, resolve_modalities(TRIPLES, X))
    assert mask.dtype == bool
    np.testing.assert_array_equal(mask, EXPECTED)


@pytest.mark.parametrize(
    "X",
    [
        np.ones((3, 3)),
        np.ones((3, 3), dtype=int),
        np.full((3, 3), "a"),
        sparse.csr_matrix((3, 3)),
        sparse.csr_array((3, 3)),
        np.full((3, 3), np.inf),
        np.full((3, 3), np.finfo(float).max),
        np.array([[np.inf, -np.inf, 0]] * 3),
    ],
    ids=["ones", "ints", "text", "csr", "csr array", "inf", "overflow", "inf - inf"],
)
def test_values_are_no_nulls(X):
    """Zeros that are not stored, infinities and sums that overflow are values."""
    assert presence_mask(X, resolve_modalities(TRIPLES, X)).all()


def test_presence_reads_frames_by_name():
    """A frame with other columns in another order has the same presence."""
    X = CONTAINERS["pandas"]
    resolved = resolve_modalities(TRIPLES, X)
    turned = X.assign(extra=1.0)[["c", "extra", "b", "a"]]
    np.testing.assert_array_equal(presence_mask(turned, resolved), EXPECTED)


def test_presence_leaves_the_table_as_it_is():
    """Reading the presence neither writes to the table nor needs to."""
    X = ROWS.copy()
    X.setflags(write=False)
    presence_mask(X, resolve_modalities(TRIPLES, X))
    np.testing.assert_array_equal(X, ROWS)


class Reads:
    """An extractor that reads even numbers only."""

    def missing_rows(self, part):
        """Return which rows it cannot read."""
        return part[:, 0] % 2 == 1


def test_extractors_may_say_what_is_missing():
    """One that knows its cells says so, alone or first in a pipeline."""
    X = np.array([[1, 2], [2, 3]], dtype=object)
    resolved = [
        ("a", Reads(), [0]),
        ("b", Pipeline([("reads", Reads()), ("next", "passthrough")]), [1]),
        ("c", "auto", [0]),
    ]
    expected = [[False, True, True], [True, False, True]]
    assert presence_mask(X, resolved).tolist() == expected


NULLS = [[np.nan, 1.0], [np.nan, np.nan], [0.0, np.nan]]


@pytest.mark.parametrize(
    "X",
    [
        np.array(NULLS),
        np.array(NULLS).astype(object),
        sparse.csr_array(NULLS),
        pd.DataFrame(NULLS),
        pd.DataFrame(NULLS).convert_dtypes(),
        pd.DataFrame(NULLS, columns=["a", "b"]).convert_dtypes(dtype_backend="pyarrow"),
        pl.DataFrame(NULLS, orient="row"),
        pl.DataFrame(NULLS, orient="row").fill_nan(None),
    ],
    ids=lambda X: type(X).__module__,
)
def test_all_null(X):
    """A row is absent when all of its values are; a zero is a value."""
    np.testing.assert_array_equal(all_null(X, [0, 1]), [False, True, False])
    np.testing.assert_array_equal(all_null(X, [0]), [True, True, False])
    np.testing.assert_array_equal(all_null(X, [1]), [False, True, True])


def test_all_null_of_complete_tables():
    """Integers and booleans are never missing."""
    for X in (np.eye(2, dtype=int), sparse.eye(2, dtype=int).tocsr(), np.eye(2) > 0):
        assert not all_null(X, [0, 1]).any()
    assert not all_null(pl.DataFrame({"a": ["x"], "b": [None]}), [0, 1]).any()


def test_a_modality_of_empty_texts_is_absent():
    """A row whose cells are all empty texts or null lacks the modality."""
    X = pd.DataFrame({"a": ["", None, "1.5"], "b": ["", "", "x"], "c": [1.0, 2.0, 3.0]})
    resolved = [("one", "auto", ["a", "b"]), ("two", "auto", ["c"])]
    expected = [[False, True], [False, True], [True, True]]
    assert presence_mask(X, resolved).tolist() == expected
    assert presence_mask(X.to_numpy(), [("one", "auto", [0, 1])])[:, 0].tolist() == [
        False,
        False,
        True,
    ]
