"""Columns read for their encoders, with errors that name them."""

import numpy as np
import pandas as pd
from scipy import sparse

from mmensemble import _frame
from mmensemble._instants import local_seconds, read_instants
from mmensemble.features._duration_texts import DurationStyle
from mmensemble.features._number_texts import NumberStyle

#: Which kinds a column may have later, by the kind that `fit` saw.
_ACCEPTED = {
    "number": {"number", "boolean", "string"},
    "number as text": {"string", "category", "number", "boolean"},
    "duration": {"duration", "string"},
    "duration as text": {"string", "category", "duration"},
    "boolean": {"boolean", "number"},
    "category": {"category", "string", "boolean", "number"},
    "text": {"string", "category"},
    "date": {"date", "string"},
    "date as text": {"string", "category", "date"},
}


class _PlainStyle(NumberStyle):
    """Numbers as programs write them, with a point before fractions."""

    def number(self, matches):
        return super().number({p: m for p, m in matches.items() if p == self.point})


#: How numbers read that were no text in training.
_PLAIN = {
    "number": _PlainStyle("point", 1.0),
    "duration": DurationStyle("point", 1.0),
}

#: So many numbers of which none is a known category are no unseen categories.
_MANY = 5

_READ = {
    "category": _frame.to_objects,
    "text": _frame.to_objects,
}


def read_column(X, position, kind, name, zone=None, style=None):
    """Return a column as an encoder of `kind` takes it.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    position : int
    kind : {"number", "duration", "boolean", "category", "text", "date", \
            "number as text", "duration as text", "date as text"}
        What training took the column for.
    name : str
        For messages.
    zone : str or None, default=None
        Of dates: the time zone of the column in training.
    style : DateStyle or None, default=None
        Of dates as text: how they are written.

    Returns
    -------
    values : ndarray of shape (n_samples,)
        Floats with NaN where missing, or str objects with None where missing.

    Raises
    ------
    ValueError
        If the column holds something else now, texts that cannot be read, or dates
        with a time zone where it had none, or the other way round.
    """
    column = _frame.column(X, position)
    now = _frame.kind(column)
    if now not in _ACCEPTED[kind]:
        if _frame.null_mask(column).all():
            column = np.full(len(column), np.nan)
        else:
            raise ValueError(
                f"Column {name!r} was a {kind} column in fit and is a {now} column "
                f"now (dtype {getattr(column, 'dtype', 'object')}). Write it as in "
                "fit, or fit on columns that are written so."
            )
    if kind in ("date", "date as text"):
        try:
            return local_seconds(_dates(column, style), zone)
        except ValueError as error:
            raise ValueError(f"Column {name!r} {error}.") from error
    if now == "string" and kind in _PLAIN:
        return _plain_numbers(_frame.to_objects(column), kind, name)
    if kind in ("number as text", "duration as text") and now in ("string", "category"):
        return _frame.to_objects(column)
    return _READ.get(kind, _frame.to_float)(column)


def refuse_numbers(X, position, values, encoder, name):
    """Raise where a column of categories holds numbers now that are none of them.

    One whole number may be a level that training has not seen; so many of them, or
    fractions, tell that the column is written in another way now.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    position : int
    values : ndarray of str of shape (n_samples,)
        As `read_column` read them.
    encoder : CategoryEncoder
        Not fitted yet, it knows no levels, and nothing is refused.
    name : str

    Raises
    ------
    ValueError
    """
    levels = getattr(encoder, "levels_", None)
    if levels is None or _frame.kind(_frame.column(X, position)) != "number":
        return
    now = {value for value in values if value is not None}
    if not are_measured(now, levels):
        return
    raise ValueError(
        f"Column {name!r} was a category column in fit and holds numbers now, none of "
        f"which fit saw as a category, such as {min(now)!r}. Write them as in fit, or "
        "fit on numbers."
    )


def are_measured(now, levels):
    """Tell whether distinct numbers, as texts, are too many to be new categories.

    Examples
    --------
    >>> are_measured({"0", "1"}, ["f", "m"]), are_measured({"0.5"}, ["f", "m"])
    (False, True)
    """
    has_fraction = any("." in value for value in now)
    many = len(levels) and len(now) >= _MANY
    return bool((has_fraction or many) and not now & set(levels))


def _dates(column, style):
    """Return a column of dates, those of texts read in their style."""
    if style is None or _frame.kind(column) not in ("string", "category"):
        return column
    dates = style.read(_frame.to_objects(column))
    missing = all(date is None for date in dates)
    return np.full(len(dates), np.datetime64("NaT", "us")) if missing else dates


def _plain_numbers(texts, kind, name):
    """Return the numbers of a column that was none of texts in training."""
    values, limits, words = _PLAIN[kind].read(texts)
    unread = np.flatnonzero(words | (limits != 0))
    if len(unread):
        raise ValueError(
            f"Column {name!r} was a {kind} column in fit and is a string column now: "
            f"{len(unread)} of its texts are no {kind}, such as {texts[unread[0]]!r}. "
            "Mend them, or leave the cells empty."
        )
    return values


def time_zone(X, position, name, style=None):
    """Return the time zone of a column of dates, None where it has none.

    Raises
    ------
    ValueError
        Where some of the dates have one and some have none.
    """
    try:
        return read_instants(_dates(_frame.column(X, position), style)).zone
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
    if all(now in _ACCEPTED[kind] and now != "string" for kind, now in pairs):
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


def unknown_kind(name, column):
    """Return why a column cannot be encoded, and what to do."""
    return (
        f"Column {name!r} (dtype {getattr(column, 'dtype', 'object')}) holds neither "
        "numbers, booleans, categories, dates nor text. "
        f"{_remedy(column)}Choose an extractor for it or drop it."
    )


def _remedy(column):
    """Return what to do with a column of a kind that is often met."""
    inferred = pd.api.types.infer_dtype(_frame.to_python(column), skipna=True)
    known = _frame.to_python(column)[~_frame.null_mask(column)]
    if len(known) and isinstance(known[0], list | tuple | np.ndarray):
        return (
            "Its cells hold several values each: SeriesExtractor reads series of "
            "numbers, AudioExtractor sound, ImageExtractor pictures. "
        )
    if len(known) and isinstance(known[0], bytes):
        return "Its cells hold bytes: ImageExtractor and AudioExtractor read files. "
    if inferred in ("mixed", "mixed-integer"):
        values = _frame.to_python(column)[~_frame.null_mask(column)]
        kinds = {type(value): value for value in values[::-1]}
        shown = " and ".join(repr(value) for value in list(kinds.values())[:2])
        if str in kinds and len(kinds) > 1:
            return (
                f"It mixes text and other values, such as {shown}: make it numbers "
                "(pd.to_numeric(..., errors='coerce')) or text (.astype(str)). "
            )
    if inferred == "period":
        return "Make dates of its periods: .dt.to_timestamp(). "
    if inferred == "time":
        return (
            "Make durations of its times of day: pd.to_timedelta(column.astype(str)). "
        )
    return ""
