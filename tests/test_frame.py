"""The one door to tables gives the same answers for every container."""

import subprocess
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from mmensemble import _frame

pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

MOMENTS = [datetime(2020, 1, 1, 5, 6, 7), None, datetime(1969, 5, 1)]
DAYS = [date(2020, 1, 1), None, date(1969, 5, 1)]
SPANS = [timedelta(hours=1.5), None, timedelta(seconds=-3)]
NUMBERS = [1.5, None, 3.0]
BOOLEANS = [True, None, False]
STRINGS = ["a", None, "bc"]
DECIMALS = [Decimal("1.5"), None, Decimal(3)]


def arrow(values, dtype):
    return pd.Series(values, dtype=pd.ArrowDtype(dtype))


def objects(values):
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


COLUMNS = {
    "number": [
        np.array(NUMBERS, dtype=float),
        np.array(NUMBERS, dtype=np.float32),
        objects(NUMBERS),
        pd.Series(NUMBERS),
        pd.Series(NUMBERS, dtype="Float64"),
        pd.Series(NUMBERS).astype("Sparse[float]"),
        arrow(NUMBERS, pa.float64()),
        pl.Series(NUMBERS),
        pl.Series([1.5, float("nan"), 3.0]),
        pl.Series(NUMBERS, dtype=pl.Float32),
        objects(DECIMALS),
        pd.Series(DECIMALS),
        arrow(DECIMALS, pa.decimal128(5, 2)),
        pl.Series(DECIMALS),
    ],
    "boolean": [
        objects(BOOLEANS),
        pd.Series(BOOLEANS, dtype=object),
        pd.Series(BOOLEANS, dtype="boolean"),
        arrow(BOOLEANS, pa.bool_()),
        pl.Series(BOOLEANS),
    ],
    "string": [
        objects(STRINGS),
        pd.Series(STRINGS),
        pd.Series(STRINGS, dtype=object),
        pd.Series(STRINGS, dtype="string"),
        arrow(STRINGS, pa.string()),
        arrow(STRINGS, pa.large_string()),
        pl.Series(STRINGS),
    ],
    "category": [
        pd.Series(STRINGS, dtype="category"),
        arrow(STRINGS, pa.dictionary(pa.int32(), pa.string())),
        pl.Series(STRINGS, dtype=pl.Categorical),
        pl.Series(STRINGS, dtype=pl.Enum(["bc", "unused", "a"])),
    ],
    "date": [
        np.array(MOMENTS, dtype="M8[s]"),
        np.array(MOMENTS, dtype="M8[ns]"),
        objects(MOMENTS),
        pd.Series(MOMENTS),
        pd.Series(MOMENTS).astype("M8[ns]"),
        pd.Series(MOMENTS).dt.tz_localize("Europe/Paris"),
        pd.Series(MOMENTS).dt.tz_localize("Asia/Tokyo").astype(object),
        arrow(MOMENTS, pa.timestamp("us")),
        arrow(MOMENTS, pa.timestamp("ms")).dt.tz_localize("Europe/Paris"),
        pl.Series(MOMENTS),
        pl.Series(MOMENTS, dtype=pl.Datetime("ms")),
        pl.Series(MOMENTS).dt.replace_time_zone("Europe/Paris"),
    ],
    "day": [
        np.array(DAYS, dtype="M8[D]"),
        objects(DAYS),
        arrow(DAYS, pa.date32()),
        pl.Series(DAYS),
    ],
    "duration": [
        np.array(SPANS, dtype="m8[us]"),
        objects(SPANS),
        pd.Series(SPANS),
        pd.Series(SPANS).astype("m8[ns]"),
        pd.Series(SPANS).astype(object),
        arrow(SPANS, pa.duration("ms")),
        pl.Series(SPANS),
        pl.Series(SPANS, dtype=pl.Duration("ms")),
    ],
}
EXPECTED = {
    "number": [1.5, np.nan, 3.0],
    "boolean": [1.0, np.nan, 0.0],
    "duration": [5400.0, np.nan, -3.0],
    "date": [18262 * 86400 + 5 * 3600 + 6 * 60 + 7, np.nan, -245 * 86400],
    "day": [18262 * 86400, np.nan, -245 * 86400],
    "string": ["a", None, "bc"],
    "category": ["a", None, "bc"],
}
CASES = [(kind, column) for kind, columns in COLUMNS.items() for column in columns]
ids = [f"{kind}-{type(column).__module__[:3]}-{column.dtype}" for kind, column in CASES]
OTHERS = {"string", "category"}


@pytest.mark.parametrize(("kind", "column"), CASES, ids=ids)
def test_column_in_every_container(kind, column):
    """Kind, nulls and values of a column do not depend on its container."""
    assert _frame.kind(column) == {"day": "date"}.get(kind, kind)
    assert_array_equal(_frame.null_mask(column), [False, True, False])
    assert _frame.null_mask(column).dtype == bool
    if kind in OTHERS:
        got = _frame.to_objects(column)
        assert got.dtype == object
        assert got.tolist() == EXPECTED[kind]
        return
    read = _frame.to_seconds if kind in ("date", "day") else _frame.to_float
    assert_array_equal(read(column), EXPECTED[kind])
    assert read(column).dtype == np.float64


@pytest.mark.parametrize(("kind", "column"), CASES, ids=ids)
def test_column_without_missing_values(kind, column):
    """A column that misses nothing has an empty mask and the same values."""
    positions = [0, 2]
    column = column.iloc[positions] if hasattr(column, "iloc") else column[positions]
    assert not _frame.null_mask(column).any()
    if kind in OTHERS:
        assert _frame.to_objects(column).tolist() == ["a", "bc"]
        return
    read = _frame.to_seconds if kind in ("date", "day") else _frame.to_float
    assert_array_equal(read(column), np.array(EXPECTED[kind])[positions])


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (np.array([1, 2]), "number"),
        (np.array([True, False]), "boolean"),
        (np.array(["1", "b"]), "string"),
        (np.array([b"1", b"b"]), "other"),
        (np.array([1j]), "other"),
        (objects([None, None]), "number"),
        (objects([1, "a"]), "other"),
        (objects([{1}, [2]]), "other"),
        (objects([1, 2.5]), "number"),
        (pd.Series([1j]), "other"),
        (pd.Series([1, 2], dtype="Int8"), "number"),
        (pd.Series([1, 2], dtype="category"), "category"),
        (pd.Series([True, False], dtype="category"), "category"),
        (pd.Series(pd.period_range("2020", periods=2, freq="D")), "other"),
        (pd.Series(pd.interval_range(0, 2)), "other"),
        (arrow([None, None], pa.null()), "number"),
        (arrow([[1], [2]], pa.list_(pa.int64())), "other"),
        (arrow([b"a"], pa.binary()), "other"),
        (pl.Series([None, None]), "number"),
        (pl.Series([[1], [2]]), "other"),
        (pl.Series([b"a"]), "other"),
    ],
)
def test_kind_of_other_dtypes(column, kind):
    """Dtypes without a counterpart everywhere have a kind all the same."""
    assert _frame.kind(column) == kind
    assert kind in _frame.KINDS


@pytest.mark.parametrize(
    "column",
    [
        objects([1, 2.5, True, "x", None, 1e300]),
        objects([np.int64(1), np.float64(2.5), np.bool_(True), np.str_("x"), np.nan]),
        objects([1, Decimal("2.50"), True, "x", pd.NA]),
    ],
)
def test_plain_values(column):
    """Numbers are written in one way, whatever type they come as."""
    assert _frame.to_objects(column).tolist()[:5] == ["1", "2.5", "True", "x", None]


def test_infinite_category():
    """An infinite level has a name of its own."""
    assert _frame.to_objects(objects([np.inf, 2.0])).tolist() == ["inf", "2"]


@pytest.mark.parametrize(
    "column",
    [pd.Series([2, 1, None], dtype="category"), objects([2, 1.0, None])],
)
def test_numeric_categories(column):
    """Levels that are numbers are written as whole numbers where they are whole."""
    assert _frame.to_objects(column).tolist() == ["2", "1", None]


def test_to_float_refuses_text():
    """Text that is no number cannot be read as one."""
    with pytest.raises(ValueError, match="could not convert string to float"):
        _frame.to_float(objects(["a", 1.0]))


def test_long_ago_and_far_away():
    """Dates beyond the range of nanoseconds are dates like any other."""
    for column in (objects([datetime(1500, 1, 1)]), pl.Series([datetime(1500, 1, 1)])):
        assert _frame.to_seconds(column)[0] == -14831769600
    assert _frame.to_float(np.array([2], dtype="m8[W]"))[0] == 14 * 86400


def test_pandas_nan_beside_missing():
    """A NaN inside of a nullable column is missing as well."""
    column = pd.Series([0.0, 1.0], dtype="Float64")
    with np.errstate(invalid="ignore"):
        column = column / column * pd.Series([1.0, 1.0], dtype="Float64")
    assert_array_equal(_frame.null_mask(column), [True, False])


FRAMES = [
    pd.DataFrame({"a": [1.5, None], "b": [1, 2], "c": [True, False]}),
    pd.DataFrame({"a": [1.5, None], "b": [1, 2], "c": [1, 0]}),
    pd.DataFrame({"a": [1.5, None], "b": [1, 2], "c": [1, 0]}).convert_dtypes(),
    pl.DataFrame({"a": [1.5, None], "b": [1, 2], "c": [True, False]}),
    pl.DataFrame({"a": [timedelta(seconds=1.5), None], "b": [1, 2], "c": [1, 0]}),
    np.array([[1.5, 1, 1], [np.nan, 2, 0]], dtype=np.float32),
    np.array([[1.5, 1, True], [None, 2, False]], dtype=object),
]


@pytest.mark.parametrize("X", FRAMES, ids=lambda X: type(X).__module__)
def test_to_floats(X):
    """A whole table of numbers is read like its columns, one by one."""
    got = _frame.to_floats(X)
    assert got.dtype == np.float64
    assert_array_equal(got, [[1.5, 1, 1], [np.nan, 2, 0]])
    columns = [_frame.to_float(_frame.column(X, i)) for i in range(3)]
    assert_array_equal(got, np.column_stack(columns))


@pytest.mark.parametrize("X", FRAMES, ids=lambda X: type(X).__module__)
def test_kinds(X):
    """The kinds of a table are those of its columns."""
    assert _frame.kinds(X) == [_frame.kind(_frame.column(X, i)) for i in range(3)]


def test_kinds_of_sparse_matrix():
    """A sparse matrix holds numbers."""
    assert _frame.kinds(sparse.csr_array(np.eye(2, dtype=bool))) == ["number"] * 2


@pytest.mark.parametrize(
    ("X", "frame"),
    [
        (pd.DataFrame({"a": [1]}), True),
        (pd.Series([1]), False),
        (pl.DataFrame({"a": [1]}), True),
        (pl.Series([1]), False),
        (np.eye(2), False),
    ],
)
def test_is_frame(X, frame):
    """A frame has two dimensions and comes from pandas or polars."""
    assert _frame.is_frame(X) is frame
    assert _frame.is_pandas(X) is isinstance(X, pd.DataFrame | pd.Series)
    assert _frame.is_polars(X) is isinstance(X, pl.DataFrame | pl.Series)


@pytest.mark.parametrize(
    "X", [pd.DataFrame({"a": [1]}), pl.DataFrame({"a": [1]}), np.eye(2)]
)
def test_as_table_leaves_tables_alone(X):
    """What is a table already comes back itself."""
    assert _frame.as_table(X) is X


def test_as_table_makes_csr():
    """Sparse matrices of every format become CSR, also the one that is a dict."""
    X = np.array([[0.0, np.nan], [1, 0]])
    for container in (sparse.csc_array, sparse.coo_matrix, sparse.dok_matrix):
        got = _frame.as_table(container(X))
        assert got.format == "csr"
        assert_array_equal(got.toarray(), X)


def test_as_table_of_lists():
    """Numbers beside text in a list stay numbers."""
    X = _frame.as_table([[20, "f"], [30, "m"]])
    assert _frame.kinds(X) == ["number", "string"]
    assert _frame.kinds(_frame.as_table([["a", "f"], ["b", "m"]])) == ["string"] * 2
    assert _frame.as_table([[1, 2], [3, 4]]).dtype.kind == "i"


def test_as_table_flattens_column_levels():
    """Column levels of pandas are joined by a double underscore."""
    columns = pd.MultiIndex.from_tuples([("genes", "a"), ("genes", 1)])
    X = pd.DataFrame([[1, 2]], columns=columns)
    assert list(_frame.as_table(X).columns) == ["genes__a", "genes__1"]
    assert isinstance(X.columns, pd.MultiIndex)


@pytest.mark.parametrize(
    ("X", "error", "match"),
    [
        ({"a": np.eye(2)}, TypeError, "Model takes one table, got a dict of 1 views"),
        ([np.eye(2), np.eye(2)], TypeError, "got a list of views"),
        ((pd.DataFrame({"a": [1]}),), TypeError, "got a tuple of views"),
        ([sparse.eye(2)], TypeError, "got a list of views"),
        (pl.LazyFrame({"a": [1]}), TypeError, r"lazy polars frame; call X.collect\(\)"),
        (np.ones(3), ValueError, "Expected a 2D table, got a 1D array instead by Mo"),
        (np.ones((1, 1, 1)), ValueError, "got a 3D array"),
        (np.array(1.0), ValueError, "got a 0D array"),
        (pd.Series([1]), ValueError, r"Reshape your data: X.reshape\(-1, 1\)"),
        (np.array([[1j]]), ValueError, "Complex data not supported by Model"),
        (np.ones((0, 2)), ValueError, r"0 sample\(s\) \(shape=\(0, 2\)\)"),
        (np.ones((2, 0)), ValueError, r"0 feature\(s\) \(shape=\(2, 0\)\)"),
        (pd.DataFrame({"a": []}), ValueError, r"0 sample\(s\)"),
        (pl.DataFrame({"a": []}), ValueError, r"0 sample\(s\)"),
        (pd.DataFrame(index=[0]), ValueError, r"0 feature\(s\)"),
        (sparse.csr_array((0, 2)), ValueError, r"0 sample\(s\)"),
        (
            pd.DataFrame([[1, 2, 3]], columns=["a", "b", "a"]),
            ValueError,
            r"must be unique, got \['a'\] more than once in the frame given to Model",
        ),
    ],
)
def test_as_table_refuses(X, error, match):
    """What is not one table is refused, with a way out."""
    with pytest.raises(error, match=match):
        _frame.as_table(X, "Model")


def test_column_names():
    """Only frames whose names are all strings have names."""
    assert _frame.column_names(pd.DataFrame({"a": [1], "b": [2]})) == ["a", "b"]
    assert _frame.column_names(pl.DataFrame({"a": [1]})) == ["a"]
    assert _frame.column_names(pd.DataFrame({"a": [1], 0: [2]})) is None
    assert _frame.column_names(np.eye(2)) is None
    assert _frame.column_names(sparse.eye(2).tocsr()) is None


TABLE = np.arange(6.0).reshape(3, 2)
TABLES = [
    TABLE,
    sparse.csr_array(TABLE),
    pd.DataFrame(TABLE, columns=["a", "b"], index=[7, 7, 9]),
    pl.DataFrame(TABLE, schema=["a", "b"]),
]


@pytest.mark.parametrize("X", TABLES, ids=lambda X: type(X).__module__)
def test_take(X):
    """Rows and columns are taken by position, in the same container."""
    rows = _frame.take_rows(X, np.array([2, 0]))
    columns = _frame.take_columns(X, [1])
    assert type(rows) is type(columns) is type(X)
    dense = [
        part.toarray() if sparse.issparse(part) else part for part in (rows, columns)
    ]
    assert_array_equal(np.asarray(dense[0]), TABLE[[2, 0]])
    assert_array_equal(np.asarray(dense[1]), TABLE[:, [1]])
    if not sparse.issparse(X):
        one = _frame.take_columns(X, [1], scalar=True)
        assert_array_equal(np.asarray(one), TABLE[:, 1])
        assert_array_equal(np.asarray(_frame.column(X, np.int64(1))), TABLE[:, 1])


NULLS = [[np.nan, 1.0], [np.nan, np.nan], [0.0, np.nan]]


def test_sparse_pandas_columns():
    """Sparse columns of pandas are numbers like any other."""
    X = pd.DataFrame({"a": [0.0, np.nan], "b": [0.0, 2.0]}).astype("Sparse[float]")
    assert _frame.kinds(X) == ["number", "number"]
    assert_array_equal(_frame.to_floats(X), [[0, 0], [np.nan, 2]])
    integers = pd.Series([0, 2]).astype(pd.SparseDtype(int, 0))
    assert_array_equal(_frame.to_float(integers), [0, 2])
    assert not _frame.null_mask(integers).any()


def test_nothing_is_written():
    """Reading leaves read-only memory as it is."""
    X = np.array(NULLS)
    X.flags.writeable = False
    assert_array_equal(_frame.to_floats(X), NULLS)
    assert_array_equal(_frame.to_float(X[:, 0]), X[:, 0])


WITHOUT_PYARROW = """
import sys
sys.modules["pyarrow"] = None
import polars as pl
from datetime import date, datetime, timedelta
from mmensemble import _frame
from mmensemble.modality._presence import all_null
X = pl.DataFrame({
    "number": [1.5, None], "whole": [1, None], "flag": [True, None],
    "text": ["a", None], "day": [date(2020, 1, 1), None],
    "moment": [datetime(2020, 1, 1), None], "span": [timedelta(1), None],
})
X = X.with_columns(level=pl.col("text").cast(pl.Categorical))
X = _frame.take_columns(_frame.take_rows(X, [0, 1]), list(range(8)))
assert all_null(X, range(8)).tolist() == [False, True]
read = [_frame.to_float, _frame.to_float, _frame.to_float, _frame.to_objects,
        _frame.to_seconds, _frame.to_seconds, _frame.to_float, _frame.to_objects]
print([function(_frame.column(X, i)).tolist()[0] for i, function in enumerate(read)])
print(_frame.to_floats(X.select("number", "flag")).tolist())
"""


def test_polars_without_pyarrow():
    """The common dtypes of polars are read without pyarrow."""
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_PYARROW],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == [
        "[1.5, 1.0, 1.0, 'a', 1577836800.0, 1577836800.0, 86400.0, 'a']",
        "[[1.5, 1.0], [nan, nan]]",
    ]


def test_nanoseconds_keep_their_precision():
    """Short durations are not rounded away."""
    spans = np.array([1, 5], dtype="m8[ns]")
    assert_allclose(_frame.to_float(spans), [1e-9, 5e-9], rtol=1e-15)
    assert_allclose(_frame.to_float(pd.Series(spans)), [1e-9, 5e-9], rtol=1e-15)


def test_pyarrow_tables_keep_their_names():
    """Names group the columns of a pyarrow table as those of any frame."""
    pa = pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"a__1": [1.0, 2.0], "b__1": ["x", None]}, index=[5, 6])
    table = pa.Table.from_pandas(frame)
    for given in (table, table.to_batches()[0]):
        pd.testing.assert_frame_equal(
            _frame.as_table(given), frame.reset_index(drop=True), check_dtype=False
        )


@pytest.mark.parametrize(
    "kind", ["object", "string", "arrow", "category", "polars", "enum"]
)
def test_empty_texts_are_missing(kind):
    """As they are in a CSV file, whatever holds them."""
    texts = ["a", "", None, "b"]
    if kind in ("polars", "enum"):
        dtype = pl.String if kind == "polars" else pl.Enum(["a", "", "b"])
        col = pl.Series(texts, dtype=dtype)
    elif kind == "arrow":
        col = pd.Series(texts, dtype=pd.ArrowDtype(pa.string()))
    else:
        col = pd.Series(texts, dtype=kind)
    assert _frame.null_mask(col).tolist() == [False, True, True, False]
    assert _frame.to_objects(col).tolist() == ["a", None, None, "b"]
