"""Which modality is present in which row."""

import numpy as np
from scipy import sparse
from sklearn.pipeline import Pipeline

from mmensemble._frame import column, is_frame, null_mask, take_columns
from mmensemble.modality._columns import positions_of, select


def presence_mask(X, resolved):
    """Return which row has which modality.

    A row lacks a modality when all its columns there are missing. What a sparse
    matrix does not store is zero, not missing. An extractor that has a method
    ``missing_rows(part)`` says itself which rows have nothing that it could read.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    resolved : list of (name, extractor, columns)
        As `resolve_modalities` returns them.

    Returns
    -------
    presence : ndarray of bool of shape (n_samples, n_modalities)
    """
    if _has_no_null(X):
        return np.ones((X.shape[0], len(resolved)), dtype=bool)
    present = [
        ~_missing_rows(extractor, X, columns) for _, extractor, columns in resolved
    ]
    return np.column_stack(present)


def first_step(extractor):
    """Return what reads a modality's columns: an extractor, or a pipeline's first."""
    return extractor.steps[0][1] if isinstance(extractor, Pipeline) else extractor


def _missing_rows(extractor, X, columns):
    find = getattr(first_step(extractor), "missing_rows", None)
    if find is None:
        return all_null(X, positions_of(X, columns))
    return find(_two_dimensional(select(X, columns)))


def all_null(X, columns):
    """Return the rows of `X` in which every one of some columns is missing.

    A zero that a sparse matrix does not store is a value, not a missing one.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    columns : list of int
        Positions.

    Returns
    -------
    absent : ndarray of bool of shape (n_samples,)
    """
    if not is_frame(X):
        X = take_columns(X, columns)
    if sparse.issparse(X):
        nan = X.copy()
        nan.data = np.isnan(nan.data).astype(np.int64)
        return np.asarray(nan.sum(axis=1)).ravel() == X.shape[1]
    if isinstance(X, np.ndarray):
        return _array_nulls(X).all(axis=1)
    absent = np.ones(X.shape[0], dtype=bool)
    for position in columns:
        absent &= null_mask(column(X, position))
        if not absent.any():
            break
    return absent


def _array_nulls(X):
    if X.dtype.kind == "f":
        return np.isnan(X)
    if X.dtype.kind in "biuS":
        return np.zeros(X.shape, dtype=bool)
    columns = [null_mask(X[:, position]) for position in range(X.shape[1])]
    return np.column_stack(columns)


def _has_no_null(X):
    """One pass without a mask: the sum of floats is finite only if all are."""
    if not isinstance(X, np.ndarray) or X.dtype.kind not in "fiu":
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(X.sum()))


def _two_dimensional(part):
    """Return a bare column as a table of one column."""
    if len(part.shape) == 2:  # polars frames have no ndim
        return part
    if isinstance(part, np.ndarray):
        return part.reshape(-1, 1)
    if sparse.issparse(part):  # one column of a sparse array
        return part.reshape((part.shape[0], 1)).tocsr()
    return part.to_frame()
