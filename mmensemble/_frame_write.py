"""Numbers put into tables, in the place of some columns."""

import sys

import numpy as np

from mmensemble._frame import is_pandas, is_polars


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
