"""The one door to tables: arrays, sparse matrices, pandas and polars frames.

Nothing else in the package touches a container's own methods.
"""

import sys
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.utils import check_array

from mmensemble._compat import safe_indexing
from mmensemble._lazy import refuse_lazy

#: What `kind` can answer.
KINDS = ("number", "boolean", "category", "string", "date", "duration", "other")
#: Polars types whose values are texts.
_POLARS_TEXTS = {"String", "Categorical", "Enum"}


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
    # lazy polars frames have no shape
    return (is_pandas(X) or is_polars(X)) and len(getattr(X, "shape", "2d")) == 2


def as_table(X, estimator="this estimator"):
    """Return `X` as a two-dimensional table that the package can address.

    Frames and sparse matrices stay what they are (a pandas column MultiIndex
    is flattened to ``"first__second"``, sparse becomes CSR); a pyarrow table
    becomes a pandas frame, anything else an array.

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
    if _is_arrow(X):
        X = X.to_pandas().reset_index(drop=True)
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


def _is_arrow(X):
    """Tell whether `X` is a pyarrow table, without importing pyarrow."""
    pyarrow = sys.modules.get("pyarrow")
    return pyarrow is not None and isinstance(X, pyarrow.Table | pyarrow.RecordBatch)


def _refuse_views(X, estimator):
    if sparse.issparse(X):  # one of them, DOK, is a dict
        return
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
    refuse_lazy(X, estimator)


def _as_array(X, estimator):
    array = np.asarray(X)
    if array.dtype.kind == "U" and isinstance(X, list | tuple):
        # numbers beside text would have become text
        array = np.array(X, dtype=object)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported by {estimator}:\n{array[:2]}")
    return array


def _checked_frame(X, estimator):
    if is_pandas(X) and isinstance(X.columns, pd.MultiIndex):
        X = X.set_axis([flat_name(key) for key in X.columns], axis=1)
    names = labels(X)
    twice = sorted(str(name) for name, count in Counter(names).items() if count > 1)
    if twice:
        raise ValueError(
            f"Column names must be unique, got {twice} more than once in the frame "
            f"given to {estimator}."
        )
    return _checked_size(X, estimator)


def flat_name(label):
    """Return a column label, that of a MultiIndex as ``"first__second"``.

    Examples
    --------
    >>> flat_name(("rna", "g1")), flat_name("g1"), flat_name(3)
    ('rna__g1', 'g1', 3)
    """
    return "__".join(map(str, label)) if isinstance(label, tuple) else label


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


def labels(X):
    """Return the labels of a frame's columns, a list of what they are."""
    # pandas' own list of them takes a quarter of the time of iterating
    return X.columns.tolist() if is_pandas(X) else list(X.columns)


def column_names(X):
    """Return the column names of a frame as a list of str, or None.

    None stands for a table without names: arrays, sparse matrices and frames
    whose names are not all strings.
    """
    if not is_frame(X):
        return None
    names = labels(X)
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
    if scalar:
        return column(X, columns[0])
    if is_polars(X):
        return X[:, [int(position) for position in columns]]
    if is_pandas(X):
        return X.take(columns, axis=1)
    return safe_indexing(X, columns, axis=1)


def column(X, position):
    """Return one column of a dense table as a 1-D array or series."""
    if is_polars(X):
        return X.to_series(int(position))
    if is_pandas(X):
        return X.iloc[:, position]
    return safe_indexing(X, position, axis=1)


def null_mask(col):
    """Return which entries of a 1-D column are missing, as a bool array.

    An empty text is missing, as it is in a CSV file.
    """
    if is_polars(col):
        missing = col.is_null().to_numpy().astype(bool)
        if col.dtype.base_type().__name__ in _POLARS_TEXTS:
            empty = col.cast(sys.modules["polars"].String) == ""
            return missing | empty.fill_null(False).to_numpy()
        return missing | np.isnan(to_float(col)) if col.dtype.is_float() else missing
    if isinstance(col, np.ndarray) and col.dtype.kind in "biuSU":
        return col == "" if col.dtype.kind == "U" else np.zeros(len(col), dtype=bool)
    held = col.array if is_pandas(col) else col  # no series is made of the mask
    missing = np.asarray(pd.isna(held), dtype=bool)
    if getattr(getattr(col, "dtype", None), "kind", "") in ("O", "U"):
        empty = [isinstance(text, str) and not text for text in held]
        return missing | np.array(empty, dtype=bool)
    if isinstance(getattr(col, "dtype", None), pd.api.extensions.ExtensionDtype):
        # pandas may hold a NaN beside its own missing value
        kind = "f" if isinstance(col.dtype, pd.SparseDtype) else col.dtype.kind
        return missing | np.isnan(to_float(col)) if kind == "f" else missing
    return missing


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


def kinds(X):
    """Return the kind of every column of a table, a list of str."""
    if sparse.issparse(X):
        return ["number"] * X.shape[1]
    if isinstance(X, np.ndarray) and X.dtype != object:
        return [_numpy_kind(X.dtype)] * X.shape[1]
    if is_pandas(X):
        return _pandas_kinds(X)
    return [kind(column(X, position)) for position in range(X.shape[1])]


def _pandas_kinds(X):
    answers = []
    for position, dtype in enumerate(X.dtypes):
        if isinstance(dtype, np.dtype) and dtype.kind != "O":
            answers.append(_numpy_kind(dtype))
        else:
            answers.append(kind(column(X, position)))
    return answers


def to_floats(X):
    """Return a dense table of numbers, booleans and durations as a float array.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)

    Returns
    -------
    values : ndarray of float64 of shape (n_samples, n_columns)
        NaN where missing; durations in seconds. It may share memory with `X`.
    """
    dtypes = [X.dtype] if isinstance(X, np.ndarray) else list(X.dtypes)
    if is_polars(X) and all(_is_plain_polars(dtype) for dtype in dtypes):
        return X.cast(sys.modules["polars"].Float64).to_numpy()
    if not is_polars(X) and all(_is_plain_numpy(dtype) for dtype in dtypes):
        if is_pandas(X):  # asked first, which array methods a frame has costs more
            return X.to_numpy(dtype=np.float64)
        return np.asarray(X, dtype=np.float64)
    values = np.empty(X.shape)
    for position in range(X.shape[1]):
        values[:, position] = to_float(column(X, position))
    return values


def _is_plain_numpy(dtype):
    return isinstance(dtype, np.dtype) and dtype.kind in "biuf"


def _is_plain_polars(dtype):
    return dtype.is_numeric() or dtype.base_type().__name__ in {"Boolean", "Null"}


def to_float(col):
    """Return a number, boolean or duration column as floats, NaN where missing.

    Durations come as seconds. Raises ValueError for what is no number.
    """
    if kind(col) == "duration":
        return _seconds(col, "m8")
    if is_polars(col) and _is_plain_polars(col.dtype):
        return col.cast(sys.modules["polars"].Float64).to_numpy()
    if _is_plain_numpy(col.dtype):
        return np.asarray(col, dtype=np.float64)
    if isinstance(col.dtype, pd.SparseDtype):
        return np.asarray(col, dtype=np.float64)
    if is_pandas(col) and pd.api.types.is_numeric_dtype(col.dtype):
        return col.to_numpy(dtype=np.float64, na_value=np.nan)
    missing = null_mask(col)
    values = np.full(len(col), np.nan)
    values[~missing] = to_python(col)[~missing].astype(np.float64)
    return values


def to_seconds(col):
    """Return a date column as local seconds since 1970, NaN where missing."""
    return _seconds(col, "M8")


_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def _seconds(col, code):
    """Return datetimes (code M8) or durations (m8) as seconds, NaN where missing."""
    if is_polars(col) and col.dtype.is_temporal():
        return _polars_seconds(col)
    if is_pandas(col):
        col = _wall_time(col)
    if isinstance(col.dtype, np.dtype) and col.dtype.kind in "mM":
        moments = np.asarray(col)
        if np.datetime_data(moments.dtype)[0] not in _PER_SECOND:
            moments = moments.astype(f"{code}[s]")
    else:
        missing = null_mask(col)
        moments = np.full(len(missing), "NaT", dtype=f"{code}[us]")
        moments[~missing] = [_naive(value) for value in to_python(col)[~missing]]
    ticks = moments.astype(np.int64) / _PER_SECOND[np.datetime_data(moments.dtype)[0]]
    return np.where(np.isnat(moments), np.nan, ticks)


def _wall_time(col):
    """Return a pandas column of moments without its time zone."""
    if isinstance(col.dtype, pd.DatetimeTZDtype):
        return col.dt.tz_localize(None)
    return col


def _polars_seconds(col):
    polars = sys.modules["polars"]
    if col.dtype == polars.Date:
        return col.cast(polars.Float64).to_numpy() * 86_400.0
    if getattr(col.dtype, "time_zone", None) is not None:
        col = col.dt.replace_time_zone(None)
    ticks = col.to_physical().cast(polars.Float64).to_numpy()
    return ticks / _PER_SECOND[col.dtype.time_unit]


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
    """Return a column as an object array of str, None where missing.

    The same column gives the same objects from every container.
    """
    dtype = col.dtype
    if is_polars(col):
        if dtype.base_type().__name__ in _POLARS_TEXTS:
            return _without_empty(to_python(col.cast(sys.modules["polars"].String)))
    elif isinstance(dtype, pd.CategoricalDtype):
        levels = to_objects(pd.Series(dtype.categories))
        # the code of a missing value is -1, which is the last
        return np.append(levels, None)[col.cat.codes.to_numpy()]
    elif isinstance(dtype, pd.StringDtype):
        return _without_empty(col.to_numpy(dtype=object, na_value=None))
    values = to_python(col)
    missing = null_mask(col)
    out = np.empty(len(values), dtype=object)
    out[~missing] = [_plain(v) for v in values[~missing]]
    return out


def _without_empty(texts):
    """Return an array of str and None in which empty texts are None too."""
    return np.where(texts == "", None, texts)


def _plain(value):
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        whole = isinstance(value, int) or float(value).is_integer()
        return str(int(value)) if whole else str(float(value))
    return str(value)


def to_python(col):
    """Return a column as an array of Python objects, as its container gives them."""
    if is_polars(col):
        values = np.empty(len(col), dtype=object)
        values[:] = col.to_list()
        return values
    if is_pandas(col):
        return col.astype(object).to_numpy()
    return np.asarray(col, dtype=object)
