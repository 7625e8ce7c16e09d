"""Columns read alike from every container, and put beside a table of any."""

import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmensemble import _frame
from mmensemble._instants import Instants, read_instants
from mmensemble._optional import optional_module
from mmensemble.modality._stack import polars_to_pandas


@dataclass
class Values:
    """A column's values, the same from every container.

    Parameters
    ----------
    kind : {"number", "string", "category", "date"}
        Booleans and durations (in seconds) are numbers.
    data : ndarray or Instants of shape (n_samples,)
        Floats with NaN, str objects with None, or instants.
    """

    kind: str
    data: object

    def take(self, rows):
        """Return the values at `rows`, nothing where a row is -1."""
        absent = rows < 0
        if self.kind == "date":
            data = self.data
            if not len(data.ticks):
                return nothing(len(rows), self)
            missing = absent | data.missing[rows]
            return Values("date", Instants(data.ticks[rows], missing, *_scale(data)))
        if not len(self.data):
            return nothing(len(rows), self)
        taken = self.data[rows]
        taken[absent] = np.nan if self.kind == "number" else None
        return Values(self.kind, taken)


def _scale(instants):
    return instants.unit, instants.zone


def nothing(n_rows, like):
    """Return missing values, of the kind of others."""
    if like.kind == "date":
        ticks, missing = np.zeros(n_rows, dtype=np.int64), np.ones(n_rows, dtype=bool)
        return Values("date", Instants(ticks, missing, *_scale(like.data)))
    if like.kind == "number":
        return Values("number", np.full(n_rows, np.nan))
    return Values(like.kind, np.full(n_rows, None, dtype=object))


def read_values(col, kind=None):
    """Return a column as `Values`.

    Parameters
    ----------
    col : 1-D column of any container
    kind : str, default=None
        What the column was taken for in fit; None takes it by its dtype.

    Raises
    ------
    ValueError
        For a column that holds nothing that can be joined, or another kind than
        in fit. A column without any value fits every kind.
    """
    now = _frame.kind(col)
    now = "number" if now in ("boolean", "duration") else now
    if now == "other":
        raise ValueError(
            f"holds neither numbers, booleans, categories, dates nor text (dtype "
            f"{getattr(col, 'dtype', 'object')})"
        )
    if kind is not None and now != kind and {now, kind} != {"string", "category"}:
        if not _frame.null_mask(col).all():
            raise ValueError(
                f"was a {kind} column in fit and is a {now} column now (dtype "
                f"{getattr(col, 'dtype', 'object')})"
            )
        return nothing(len(col), empty(kind))
    kind = now if kind is None else kind
    if kind == "date":
        return Values("date", read_instants(col))
    if kind == "number":
        return Values("number", np.array(_frame.to_float(col)))
    return Values(kind, _frame.to_objects(col))


def empty(kind):
    """Return values without a row."""
    if kind == "date":
        none = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
        return Values("date", Instants(*none, "us"))
    return Values(kind, np.zeros(0, dtype=float if kind == "number" else object))


def append_columns(X, added):
    """Return a table with further columns at its end.

    Parameters
    ----------
    X : ndarray or dataframe of shape (n_samples, n_columns)
    added : dict of str to Values

    Returns
    -------
    table : ndarray or dataframe of shape (n_samples, n_columns + n_added)
        An array of numbers stays one while only numbers are added.
    """
    if _frame.is_polars(X):
        return X.with_columns([_polars(name, v) for name, v in added.items()])
    if _frame.is_pandas(X):
        new = {name: _pandas(values, X.index) for name, values in added.items()}
        return pd.concat([X, pd.DataFrame(new, index=X.index)], axis=1)
    numbers = all(values.kind == "number" for values in added.values())
    if numbers and X.dtype.kind in "biuf":
        return np.column_stack([X, *(values.data for values in added.values())])
    columns = [
        _pandas(values, None).astype(object) if values.kind == "date" else values.data
        for values in added.values()
    ]
    return np.column_stack([X.astype(object), *(c.astype(object) for c in columns)])


def _pandas(values, index):
    data = values.data
    if values.kind == "category":
        data = pd.Categorical(data)
    elif values.kind == "date":
        data = _moments(data)
    elif values.kind == "string":
        # the dtype of text is object in pandas 2, and str from pandas 3 on
        return pd.Series(data, index=index, dtype=pd.Series(["text"]).dtype)
    return pd.Series(data, index=index)


def _moments(instants):
    moments = instants.ticks.astype(f"M8[{instants.unit}]")
    moments[instants.missing] = "NaT"
    if instants.zone is None:
        return moments
    aware = pd.DatetimeIndex(moments).tz_localize("UTC")
    try:
        return aware.tz_convert(instants.zone)
    except (ValueError, KeyError):  # a zone without a name that all know
        return aware


def _polars(name, values):
    polars = sys.modules["polars"]
    if values.kind == "number":
        return polars.Series(name, values.data).fill_nan(None)
    if values.kind != "date":
        kind = polars.Categorical if values.kind == "category" else polars.String
        return polars.Series(name, values.data.tolist(), dtype=polars.String).cast(kind)
    data = values.data
    ticks = polars.Series(name, data.ticks).set(polars.Series(data.missing), None)
    moments = ticks.cast(polars.Datetime(data.unit))
    if data.zone is None:
        return moments
    aware = moments.dt.replace_time_zone("UTC")
    try:
        return aware.dt.convert_time_zone(data.zone)
    except polars.exceptions.ComputeError:  # polars knows zones by name only
        return aware


def to_container(X, container):
    """Return a table as the container that ``set_output`` asks for.

    Parameters
    ----------
    X : ndarray or dataframe of shape (n_samples, n_columns)
    container : {"default", "pandas", "polars"}

    Returns
    -------
    table : ndarray or dataframe of shape (n_samples, n_columns)
        As it is, where it may stay.
    """
    if container == "pandas" and not _frame.is_pandas(X):
        return polars_to_pandas(X) if _frame.is_polars(X) else _named(X)
    if container == "polars" and not _frame.is_polars(X):
        polars = optional_module("polars", "set_output(transform='polars')")
        X = X if _frame.is_pandas(X) else _named(X)
        columns = [_frame.column(X, position) for position in range(X.shape[1])]
        return polars.DataFrame(
            [_to_polars(str(n), c) for n, c in zip(X.columns, columns, strict=True)]
        )
    return X


def _named(X):
    return pd.DataFrame(X, columns=[f"x{position}" for position in range(X.shape[1])])


def _to_polars(name, col):
    import polars

    if isinstance(col.dtype, np.dtype) and col.dtype.kind in "biuf":
        return polars.Series(name, col.to_numpy())
    return _polars(name, read_values(col))
