"""Columns of strings that hold numbers, dates or durations, as plain numbers."""

from dataclasses import dataclass

import numpy as np

from mmensemble import _frame
from mmensemble._frame_write import replace_columns
from mmensemble.features._reading import read_column, time_zone
from mmensemble.features._strings import OPTIONS, kind_of_strings


@dataclass(frozen=True)
class WrittenColumn:
    """How a column of strings reads as numbers: those that "auto" would scale.

    Parameters
    ----------
    name : str
    kind : {"number as text", "date as text", "duration as text"}
    style : NumberStyle, DateStyle or DurationStyle
    zone : str or None
        Of dates.
    """

    name: str
    kind: str
    style: object
    zone: str | None = None

    def read(self, X, position):
        """Return a column as floats of shape (n_samples,), NaN where there is none.

        Dates and durations are seconds, and a limit such as ``"<0.5"`` is its number.
        """
        given = self.zone, self.style
        values = read_column(X, position, self.kind, self.name, *given)
        return self.style.read(values)[0] if values.dtype == object else values


def written_column(X, position, name, weight):
    """Return how a column of strings reads as numbers, as "auto" decides it.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    position : int
    name : str
        Of the column.
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    column : WrittenColumn or None
        None where it holds categories or text, and for columns of no strings.
    """
    column = _frame.column(X, position)
    if _frame.kind(column) != "string":
        return None
    kind, style = kind_of_strings(_frame.to_objects(column), weight, name, **OPTIONS)
    if not kind.endswith("as text"):
        return None
    dates = kind.startswith("date")
    zone = time_zone(X, position, name, style) if dates else None
    return WrittenColumn(name, kind, style, zone)


def with_numbers(X, weight=None):
    """Return a table whose strings are numbers where "auto" takes them for such.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    table : table of shape (n_samples, n_columns)
        `X` itself where there are none.

    Examples
    --------
    >>> import pandas as pd
    >>> with_numbers(pd.DataFrame({"price": ["$3,000", "n/a"], "size": ["S", "M"]}))
        price size
    0  3000.0    S
    1     NaN    M
    """
    weight = np.ones(X.shape[0]) if weight is None else weight
    names = _frame.column_names(X) or [f"x{k}" for k in range(X.shape[1])]
    read = {}
    for position, kind in enumerate(_frame.kinds(X)):
        if kind == "string":
            found = written_column(X, position, names[position], weight)
            if found is not None:
                read[position] = found.read(X, position)
    if not read:
        return X
    return replace_columns(X, list(read), np.column_stack(list(read.values())))
