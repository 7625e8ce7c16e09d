"""Tables made from tables: other cells in some columns, rows below rows."""

import sys

import numpy as np
import pandas as pd
from scipy import sparse

from mmensemble._frame import column_names, is_pandas, is_polars
from mmensemble._known_columns import take_named


def replace_columns(X, positions, values):
    """Return a copy of a dense table with other numbers in some columns.

    Parameters
    ----------
    X : {ndarray, dataframe} of shape (n_samples, n_columns)
    positions : sequence of int of length n_replaced
    values : ndarray of shape (n_samples, n_replaced)

    Returns
    -------
    table : {ndarray, dataframe} of shape (n_samples, n_columns)
        Of the container that `X` is; replaced columns hold floats.
    """
    if is_pandas(X):
        table = X.copy(deep=False)
        for position, column in zip(positions, np.transpose(values), strict=True):
            table.isetitem(position, column)
        return table
    if is_polars(X):
        polars = sys.modules["polars"]
        names = [X.columns[i] for i in positions]
        return X.with_columns(polars.DataFrame(values, schema=names))
    table = X.copy() if X.dtype.kind in "fO" else X.astype(np.float64)
    table[:, list(positions)] = values
    return table


def move_cells(X, position, rows, sources):
    """Return a copy of a table with cells of one column taken from other rows.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    position : int
        Of the column.
    rows : ndarray of int
        Rows whose cells change.
    sources : ndarray of int
        Rows that the new cells come from, one for each of `rows`.

    Returns
    -------
    table : table of shape (n_samples, n_columns)
        Of the container and types that `X` has.
    """
    index = np.arange(X.shape[0])
    index[rows] = sources
    if is_polars(X):
        return X.with_columns(X.to_series(position).gather(index))
    if is_pandas(X):
        moved = X.iloc[index, position].set_axis(X.index)
        table = X.copy(deep=False)
        table.isetitem(position, moved)
        return table
    if sparse.issparse(X):
        rest = X[:, :position], X[:, position + 1 :]
        table = sparse.hstack([rest[0], X[:, [position]][index], rest[1]])
        return table.asformat(X.format)
    table = X.copy()
    table[:, position] = X[index, position]
    return table


def stack_rows(top, bottom):
    """Return two tables of the same columns, one above the other.

    Parameters
    ----------
    top, bottom : table of shape (n_rows, n_columns)
        As `as_table` returns them. Of frames, columns go by name.

    Raises
    ------
    ValueError
        When columns of `top` are missing in `bottom`, or their numbers differ.
    """
    names = column_names(top)
    if names is not None and column_names(bottom) is not None:
        bottom = take_named(bottom, names, ", in the second table.")
    elif top.shape[1] != bottom.shape[1]:
        raise ValueError(
            f"The second table has {bottom.shape[1]} columns, the first "
            f"{top.shape[1]}; give tables of the same columns."
        )
    if is_polars(top):
        return sys.modules["polars"].concat([top, bottom], how="vertical_relaxed")
    if is_pandas(top):
        return pd.concat([top, bottom], ignore_index=True)
    if sparse.issparse(top):
        return sparse.vstack([top, bottom], format="csr")
    return np.concatenate([top, np.asarray(bottom)])
