"""Columns read for their encoders, with errors that name them."""

import numpy as np
from scipy import sparse

from mmensemble import _frame
from mmensemble._instants import local_seconds, read_instants

#: Which kinds a column may have later, by the kind that `fit` saw.
_ACCEPTED = {
    "number": {"number", "boolean"},
    "duration": {"duration"},
    "boolean": {"boolean", "number"},
    "category": {"category", "string", "boolean", "number"},
    "text": {"string", "category"},
    "date": {"date"},
}

_READ = {
    "category": _frame.to_objects,
    "text": _frame.to_objects,
}


def read_column(X, position, kind, name, zone=None):
    """Return a column as an encoder of `kind` takes it.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    position : int
    kind : {"number", "duration", "boolean", "category", "text", "date"}
        What training took the column for.
    name : str
        For messages.
    zone : str or None, default=None
        Of dates: the time zone of the column in training.

    Returns
    -------
    values : ndarray of shape (n_samples,)
        Floats with NaN where missing, or str objects with None where missing.

    Raises
    ------
    ValueError
        If the column holds something else now, or dates with a time zone where it
        had none, or the other way round.
    """
    column = _frame.column(X, position)
    now = _frame.kind(column)
    if now not in _ACCEPTED[kind]:
        if _frame.null_mask(column).all():
            column = np.full(len(column), np.nan)
        else:
            raise ValueError(
                f"Column {name!r} was a {kind} column in fit and is a {now} column "
                f"now (dtype {getattr(column, 'dtype', 'object')})."
            )
    if kind == "date":
        try:
            return local_seconds(column, zone)
        except ValueError as error:
            raise ValueError(f"Column {name!r} {error}.") from error
    return _READ.get(kind, _frame.to_float)(column)


def time_zone(X, position, name):
    """Return the time zone of a column of dates, None where it has none.

    Raises
    ------
    ValueError
        Where some of the dates have one and some have none.
    """
    try:
        return read_instants(_frame.column(X, position)).zone
    except ValueError as error:
        raise ValueError(f"Column {name!r} {error}.") from error


def read_numbers(X, positions, kinds, names):
    """Return columns of numbers, durations or booleans side by side.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    positions : ndarray of int of shape (n_read,)
    kinds, names : list of str of length n_read
        See `read_column`.

    Returns
    -------
    values : ndarray or CSR matrix of shape (n_samples, n_read)
        Floats, NaN where missing.

    Raises
    ------
    ValueError
        As `read_column` does, and for infinite numbers.
    """
    if sparse.issparse(X):
        values = X if len(positions) == X.shape[1] else X[:, positions]
        stored = values.data
    else:
        values = stored = _dense_numbers(X, positions, kinds, names)
    if stored.dtype.kind == "f" and np.isinf(stored).any():
        _refuse_infinity(values, names)
    return values


def _dense_numbers(X, positions, kinds, names):
    if len(positions) < X.shape[1]:
        X = _frame.take_columns(X, positions)
    pairs = zip(kinds, _frame.kinds(X), strict=True)
    if all(now in _ACCEPTED[kind] for kind, now in pairs):
        return _frame.to_floats(X)
    columns = [
        read_column(X, i, kind, name)
        for i, (kind, name) in enumerate(zip(kinds, names, strict=True))
    ]
    return np.column_stack(columns)


def _refuse_infinity(values, names):
    if sparse.issparse(values):
        values = values.tocoo()
        infinite = np.unique(values.col[np.isinf(values.data)])
    else:
        infinite = np.flatnonzero(np.isinf(values).any(axis=0))
    raise ValueError(
        f"Column {names[infinite[0]]!r} contains infinity, as do "
        f"{len(infinite) - 1} others. Replace infinite values by missing or finite "
        "ones."
    )
