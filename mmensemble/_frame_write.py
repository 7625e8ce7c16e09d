"""Numbers put into tables: beside their columns, or in the place of some."""

import sys

import numpy as np
import pandas as pd

from mmensemble._frame import is_pandas, is_polars


def append_columns(X, names, values):
    """Return a dense table with columns of numbers after its own.

    Parameters
    ----------
    X : {ndarray, dataframe} of shape (n_samples, n_columns)
    names : list of str of length n_new
        Names of the new columns; arrays have none.
    values : ndarray of shape (n_samples, n_new)

    Returns
    -------
    table : {ndarray, dataframe} of shape (n_samples, n_columns + n_new)
        Of the container that `X` is.
    """
    if is_pandas(X):
        return pd.concat([X, pd.DataFrame(values, X.index, names)], axis=1)
    if is_polars(X):
        polars = sys.modules["polars"]
        return X.hstack(polars.DataFrame(values, schema=list(names)))
    return np.concatenate([X, values], axis=1)


def rename_columns(X, names):
    """Return a frame with other column names.

    Parameters
    ----------
    X : dataframe of shape (n_samples, n_columns)
    names : list of str of length n_columns

    Returns
    -------
    table : dataframe of shape (n_samples, n_columns)
    """
    if is_polars(X):
        return X.rename(dict(zip(X.columns, names, strict=True)))
    return X.set_axis(names, axis=1)


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
        names = [X.columns[i] for i in positions]
        return X.assign(**dict(zip(names, np.transpose(values), strict=True)))
    if is_polars(X):
        polars = sys.modules["polars"]
        names = [X.columns[i] for i in positions]
        return X.with_columns(polars.DataFrame(values, schema=names))
    table = X.copy() if X.dtype.kind in "fO" else X.astype(np.float64)
    table[:, list(positions)] = values
    return table
