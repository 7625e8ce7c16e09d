"""Cells written into a table: a new table, every other cell bit for bit."""

import sys

import numpy as np
import pandas as pd
from scipy import sparse

from mmensemble._frame import column, is_frame, is_polars, kind, null_mask, to_objects


def with_cells(X, cells):
    """Return a copy of a table with some cells replaced.

    A column keeps its dtype where that can hold the values: numbers are rounded for
    columns of whole numbers, and are True from one half on for columns of booleans.
    A column of nothing but nulls takes the dtype of the values.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
        As `mmensemble._frame.as_table` returns it.
    cells : list of (position, rows, values)
        For each column to be changed its position, the rows, and as many values:
        an array of floats, or of objects.

    Returns
    -------
    table : same container as `X`
    """
    if not is_frame(X):
        return _array_with(X, cells)
    new = {
        position: _column_with(column(X, position), rows, values)
        for position, rows, values in cells
        if len(rows)
    }
    if is_polars(X):
        names = X.columns
        return X.with_columns(
            [values.alias(names[position]) for position, values in new.items()]
        )
    out = X.copy()
    for position, values in new.items():
        out.isetitem(position, values)
    return out


def _array_with(X, cells):
    out = X.copy()
    for position, rows, values in cells:
        if len(rows):
            where = np.full(len(rows), position)
            out[rows, where if sparse.issparse(X) else position] = values
    return out


def _column_with(col, rows, values):
    """Return a column of a frame with values at integer positions `rows`."""
    order = np.arange(len(col))
    order[rows] = len(col) + np.arange(len(rows))
    if is_polars(col):
        polars = sys.modules["polars"]
        new = polars.Series(_suited(col, values).tolist())
        if null_mask(col).all():
            col = col.cast(new.dtype)
        return polars.concat([col, new.cast(col.dtype)])[order]
    new = pd.Series(_suited(col, values))
    if null_mask(col).all():
        col = col.astype(object if new.dtype == object else new.dtype)
    if isinstance(col.dtype, pd.CategoricalDtype):
        known = col.cat.categories
        new = new.replace(dict(zip(to_objects(pd.Series(known)), known, strict=True)))
        col = col.cat.add_categories(pd.unique(new[~new.isin(known)]))
    both = pd.concat([col, new.astype(col.dtype)], ignore_index=True)
    return both.iloc[order].set_axis(col.index)


def _suited(col, values):
    """Return floats as the column's kind has them; objects as they are."""
    if values.dtype == object:
        return values
    if kind(col) == "boolean":
        return values >= 0.5
    return np.round(values) if _is_whole(col) else values


def _is_whole(col):
    """Tell whether a column can hold whole numbers only."""
    if is_polars(col):
        return col.dtype.is_integer()
    return pd.api.types.is_integer_dtype(col.dtype)


def with_null_columns(X, names):
    """Return a frame with columns of nulls added at its end.

    Parameters
    ----------
    X : dataframe of shape (n_samples, n_columns)
    names : list of str

    Returns
    -------
    frame : same container as `X`
    """
    if is_polars(X):
        polars = sys.modules["polars"]
        return X.with_columns([polars.lit(None).alias(name) for name in names])
    nulls = pd.DataFrame(np.nan, index=X.index, columns=names)
    return pd.concat([X, nulls], axis=1)
