"""The one door to tables: arrays, sparse matrices, pandas and polars frames.

Nothing else in the package touches a container's own methods.
"""

import sys
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.utils import check_array

from mmensemble._compat import safe_indexing

#: What `kind` can answer.
KINDS = ("number", "boolean", "category", "string", "date", "duration", "other")


def is_polars(X):
    """Tell whether `X` is a polars object, without importing polars."""
    polars = sys.modules.get("polars")
    return polars is not None and isinstance(
        X, polars.DataFrame | polars.Series | polars.LazyFrame
    )


def is_pandas(X):
    """Tell whether `X` is a pandas frame or series."""
    return isinstance(X, pd.DataFrame | pd.Series)


def is_frame(X):
    """Tell whether `X` is a two-dimensional pandas or polars table."""
    return (is_pandas(X) or is_polars(X)) and getattr(X, "ndim", 2) == 2


def as_table(X, estimator="this estimator"):
    """Return `X` as a two-dimensional table that the package can address.

    Frames and sparse matrices stay what they are (a pandas column MultiIndex
    is flattened to ``"first__second"``, sparse becomes CSR); anything else
    becomes an array.

    Parameters
    ----------
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
        What the user passed.
    estimator : str
        Who asks, for the message.

    Returns
    -------
    X : ndarray, CSR matrix or dataframe of shape (n_samples, n_columns)

    Raises
    ------
    TypeError
        For a dict or list of views, or a lazy frame.
    ValueError
        For a table that is not two-dimensional, is empty or holds complex numbers.
    """
    _refuse_views(X, estimator)
    if is_frame(X):
        return _checked_frame(X, estimator)
    if sparse.issparse(X):
        return check_array(
            X, accept_sparse="csr", ensure_all_finite=False, estimator=estimator
        )
    X = _as_array(X, estimator)
    if X.ndim != 2:
        raise ValueError(
            f"Expected a 2D table, got a {X.ndim}D array instead by {estimator}. "
            "Reshape your data: X.reshape(-1, 1) for one column, "
            "X.reshape(1, -1) for one sample."
        )
    return _checked_size(X, estimator)


def _refuse_views(X, estimator):
    if isinstance(X, dict):
        raise TypeError(
            f"{estimator} takes one table, got a dict of {len(X)} views. Join them "
            "with `X, modalities = mmensemble.stack_views(views)`."
        )
    if isinstance(X, list | tuple) and any(
        is_frame(part) or sparse.issparse(part) or getattr(part, "ndim", 0) >= 2
        for part in X
    ):
        raise TypeError(
            f"{estimator} takes one table, got a {type(X).__name__} of views. Join "
            "them with `X, modalities = mmensemble.stack_views({'name': view, ...})`."
        )
    if is_polars(X) and type(X).__name__ == "LazyFrame":
        raise TypeError(f"{estimator} got a lazy polars frame; call X.collect() first.")


def _as_array(X, estimator):
    array = np.asarray(X)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported by {estimator}:\n{array[:2]}")
    return array


def _checked_frame(X, estimator):
    if is_pandas(X) and isinstance(X.columns, pd.MultiIndex):
        X = X.set_axis(["__".join(map(str, key)) for key in X.columns], axis=1)
    names = list(X.columns)
    twice = sorted({str(name) for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f"Column names must be unique, got {twice} more than once in the frame "
            f"given to {estimator}."
        )
    return _checked_size(X, estimator)


def _checked_size(X, estimator):
    n_rows, n_columns = X.shape
    if n_rows == 0:
        raise ValueError(
            f"Found array with 0 sample(s) (shape={X.shape}) while a minimum of 1 is "
            f"required by {estimator}."
        )
    if n_columns == 0:
        raise ValueError(
            f"Found array with 0 feature(s) (shape={X.shape}) while a minimum of 1 is "
            f"required by {estimator}."
        )
    return X


def column_names(X):
    """Return the column names of a frame as a list of str, or None.

    None stands for a table without names: arrays, sparse matrices and frames
    whose names are not all strings.
    """
    if not is_frame(X):
        return None
    names = list(X.columns)
    return names if all(isinstance(name, str) for name in names) else None


def take_rows(X, rows):
    """Return the rows of `X` at integer positions `rows`, in the same container."""
    return safe_indexing(X, rows, axis=0)


def take_columns(X, columns, scalar=False):
    """Return columns of `X` at integer positions, in the same container.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    columns : list of int
    scalar : bool, default=False
        Return the only column as a 1-D array or series.
    """
    return safe_indexing(X, columns[0] if scalar else columns, axis=1)


def column(X, position):
    """Return one column of a dense table as a 1-D array or series."""
    return safe_indexing(X, position, axis=1)


def null_mask(col):
    """Return which entries of a 1-D column are missing, as a bool array."""
    if is_polars(col):
        missing = col.is_null()
        if col.dtype.is_float():
            missing = missing | col.is_nan().fill_null(True)
        return missing.to_numpy().astype(bool)
    if isinstance(col, np.ndarray) and col.dtype.kind in "biuSU":
        return np.zeros(len(col), dtype=bool)
    return np.asarray(pd.isna(col), dtype=bool)


def all_null(X):
    """Return the rows of `X` in which every column is missing.

    A zero that a sparse matrix does not store is a value, not a missing one.
    """
    if sparse.issparse(X):
        nan = X.copy()
        nan.data = np.isnan(nan.data).astype(np.int64)
        return np.asarray(nan.sum(axis=1)).ravel() == X.shape[1]
    if isinstance(X, np.ndarray):
        return _array_nulls(X).all(axis=1)
    absent = np.ones(X.shape[0], dtype=bool)
    for position in range(X.shape[1]):
        absent &= null_mask(column(X, position))
        if not absent.any():
            break
    return absent


def _array_nulls(X):
    if X.dtype.kind == "f":
        return np.isnan(X)
    if X.dtype.kind in "biuSU":
        return np.zeros(X.shape, dtype=bool)
    return np.asarray(pd.isna(X), dtype=bool).reshape(X.shape)


def kind(col):
    """Return the kind of a 1-D column, one of `KINDS`.

    Decided by dtype alone; object columns by the type of what they hold.
    Numbers written as text stay text.
    """
    if is_polars(col):
        return _polars_kind(col.dtype)
    if isinstance(col, np.ndarray) and col.dtype != object:
        return _numpy_kind(col.dtype)
    dtype = getattr(col, "dtype", np.dtype(object))
    if isinstance(dtype, pd.CategoricalDtype):
        return "category"
    if pd.api.types.is_bool_dtype(dtype):
        return "boolean"
    if pd.api.types.is_numeric_dtype(dtype):
        return "other" if dtype.kind == "c" else "number"
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return "date"
    if pd.api.types.is_timedelta64_dtype(dtype):
        return "duration"
    if isinstance(dtype, pd.ArrowDtype):
        return _arrow_kind(dtype)
    if isinstance(dtype, pd.StringDtype):
        return "string"
    return _object_kind(col)


def _numpy_kind(dtype):
    kinds = {"b": "boolean", "M": "date", "m": "duration", "U": "string"}
    return kinds.get(dtype.kind, "number" if dtype.kind in "iuf" else "other")


def _polars_kind(dtype):
    name = dtype.base_type().__name__
    if dtype.is_numeric():
        return "number"
    kinds = {
        "Boolean": "boolean",
        "Categorical": "category",
        "Enum": "category",
        "String": "string",
        "Date": "date",
        "Datetime": "date",
        "Duration": "duration",
        "Null": "number",
    }
    return kinds.get(name, "other")


def _arrow_kind(dtype):
    name = str(dtype.pyarrow_dtype)
    if "dictionary" in name:
        return "category"
    if name in {"string", "large_string", "string_view"}:
        return "string"
    if name.startswith(("timestamp", "date")):
        return "date"
    if name.startswith("duration"):
        return "duration"
    if name.startswith("decimal") or name == "null":
        return "number"
    return "other"


def _object_kind(col):
    inferred = pd.api.types.infer_dtype(col, skipna=True)
    kinds = {
        "string": "string",
        "boolean": "boolean",
        "integer": "number",
        "floating": "number",
        "mixed-integer-float": "number",
        "decimal": "number",
        "empty": "number",
        "datetime": "date",
        "datetime64": "date",
        "date": "date",
        "timedelta": "duration",
        "timedelta64": "duration",
        "categorical": "category",
    }
    return kinds.get(inferred, "other")


def to_float(col):
    """Return a number, boolean or duration column as floats, NaN where missing.

    Durations come as seconds. Raises ValueError for what is no number.
    """
    missing = null_mask(col)
    if kind(col) == "duration":
        return _nanoseconds(col, missing, "m8[ns]") / 1e9
    if isinstance(col, np.ndarray) and col.dtype.kind in "biuf":
        return col.astype(np.float64)
    values = np.full(len(col), np.nan)
    present = _objects(col)[~missing]
    values[~missing] = [float(v) for v in present] if len(present) else []
    return values


def to_seconds(col):
    """Return a date column as local seconds since 1970, NaN where missing."""
    return _nanoseconds(col, null_mask(col), "M8[ns]") / 1e9


def _nanoseconds(col, missing, dtype):
    values = np.full(len(col), np.nan)
    raw = _objects(col)[~missing]
    naive = [_naive(v) for v in raw]
    values[~missing] = np.array(naive, dtype=dtype).astype(np.int64)
    return values


def _naive(value):
    if isinstance(value, pd.Timestamp):
        return value.tz_localize(None).to_datetime64()
    if isinstance(value, pd.Timedelta):
        return value.to_timedelta64()
    if isinstance(value, datetime):
        return np.datetime64(value.replace(tzinfo=None))
    if isinstance(value, date):
        return np.datetime64(value)
    return value


def to_objects(col):
    """Return a column as an object array of str, float or bool, None where missing.

    The same column gives the same objects from every container.
    """
    values = _objects(col)
    missing = null_mask(col)
    out = np.empty(len(values), dtype=object)
    out[~missing] = [_plain(v) for v in values[~missing]]
    return out


def _plain(value):
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float | Decimal):
        return str(int(value)) if value == int(value) else str(float(value))
    return str(value)


def _objects(col):
    if is_polars(col):
        values = np.empty(len(col), dtype=object)
        values[:] = col.to_list()
        return values
    if is_pandas(col):
        return col.astype(object).to_numpy()
    return np.asarray(col, dtype=object)
