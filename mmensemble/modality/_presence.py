"""Which modality is present in which row."""

import numpy as np
from scipy import sparse
from sklearn.pipeline import Pipeline

from mmensemble._frame import all_null
from mmensemble.modality._columns import select


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
        ~_missing_rows(extractor, _two_dimensional(select(X, columns)))
        for _, extractor, columns in resolved
    ]
    return np.column_stack(present)


def first_step(extractor):
    """Return what reads a modality's columns: an extractor, or a pipeline's first."""
    return extractor.steps[0][1] if isinstance(extractor, Pipeline) else extractor


def _missing_rows(extractor, part):
    find = getattr(first_step(extractor), "missing_rows", all_null)
    return find(part)


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
