"""Which rows of an auxiliary table each row of the main table gets."""

from dataclasses import dataclass

import numpy as np

from mmensemble import _frame
from mmensemble._instants import minus, read_instants, read_span
from mmensemble.auxiliary._columns import find, read_column, title_of
from mmensemble.auxiliary._keys import KeyCoder, check_zones, key_family, read_key
from mmensemble.auxiliary._nearest import Places
from mmensemble.auxiliary._spans import RowIndex
from mmensemble.auxiliary._sphere import check_latitude

#: What the auxiliary table is called in messages.
TABLE = "the table"


@dataclass
class Matches:
    """Rows of the auxiliary table by row of the main table.

    Parameters
    ----------
    order : ndarray of int64 of shape (n_kept,)
        Rows of the auxiliary table, sorted by key and time.
    start, stop : ndarray of int64 of shape (n_samples,)
        ``order[start:stop]`` are those of a row, the last one at the end.
    """

    order: np.ndarray
    start: np.ndarray
    stop: np.ndarray

    @property
    def found(self):
        """Which rows have a match."""
        return self.start < self.stop

    def last(self):
        """Return the last match of each row, -1 where there is none."""
        rows = np.append(self.order, -1)
        return np.where(self.found, rows[self.stop - 1], -1)


def match_rows(options, X, frame):
    """Return the matches of every row.

    Parameters
    ----------
    options : JoinOptions
    X : ndarray or dataframe of shape (n_samples, n_columns)
    frame : dataframe of shape (n_rows, n_auxiliary_columns)

    Returns
    -------
    matches : Matches
    """
    theirs = [read_key(find(frame, aux, "on"), aux, TABLE) for _, aux in options.on]
    coder = KeyCoder(theirs, frame.shape[0])
    keys = keys_of(X, [main for main, _ in options.on], "on")
    codes = coder.match(keys, X.shape[0])
    times, spans = None, Spans()
    if options.time:
        times, spans = _read_times(options, X, frame)
        codes[spans.missing] = -1
    if options.nearest:
        return _match_nearest(options, X, frame, coder.codes_, codes, times, spans)
    index = RowIndex(coder.codes_, times)
    return Matches(index.order_, *spans.find(index, codes))


def keys_of(X, labels, parameter, where="X"):
    """Return the keys of the rows of the main table."""
    return [
        read_key(find(X, label, parameter), title_of(X, label), where)
        for label in labels
    ]


def is_text_key(X, label):
    """Tell whether a column of the main table holds keys that are text."""
    try:
        return key_family(find(X, label, "on")) == "text"
    except ValueError:
        return False  # no column, which has an error of its own


@dataclass
class Spans:
    """The span of known times of every row.

    Parameters
    ----------
    missing : ndarray of bool of shape (n_samples,)
    before, since : ndarray of shape (n_samples,) or None
        Ticks; None for no end.
    unit : {"us", "ns"} or None
    inclusive : bool
        Whether what is known at exactly `before` counts.
    """

    missing: np.ndarray | None = None
    before: np.ndarray | None = None
    since: np.ndarray | None = None
    unit: str | None = None
    inclusive: bool = False

    def find(self, index, codes, rows=slice(None)):
        """Return the spans of sorted rows of an index, for some of the rows."""
        ends = (None if e is None else (e[rows], self.unit) for e in self._ends())
        return index.spans(codes, *ends, inclusive=self.inclusive)

    def _ends(self):
        return self.before, self.since


def _read_times(options, X, frame):
    """Return the table's times, and the spans before those of `X`."""
    ((main, aux),) = options.time
    ours = read_column(X, main, "time", read_instants)
    theirs = read_column(frame, aux, "time", read_instants, TABLE)
    if ours.missing.all() or theirs.missing.all():
        return None, Spans(np.ones(X.shape[0], dtype=bool))
    check_zones(ours, theirs, f"{title_of(X, main)!r} of X", f"{aux!r} of {TABLE}")
    before = minus(ours.ticks, read_span(options.gap, ours.unit, "gap"))
    since = None
    for name, span in (("window", options.window), ("tolerance", options.age)):
        if span is not None:
            since = minus(before, read_span(span, ours.unit, name))
    return theirs, Spans(ours.missing, before, since, ours.unit, options.exact_time)


def _match_nearest(options, X, frame, own, codes, times, spans):
    ours = _points(X, [main for main, _ in options.nearest], "X", options.haversine)
    labels = [aux for _, aux in options.nearest]
    theirs = _points(frame, labels, TABLE, options.haversine)
    places = Places(own, theirs, options.haversine)
    index = RowIndex(places.codes_, times)
    start, stop = np.zeros((2, len(codes)), dtype=np.int64)

    def serve(rows, at):
        start[rows], stop[rows] = spans.find(index, at, rows)
        return start[rows] < stop[rows]

    places.visit(codes, ours, options.distance, serve)
    return Matches(index.order_, start, stop)


def _points(table, labels, where, haversine):
    columns = [
        read_column(table, label, "nearest", coordinates, where) for label in labels
    ]
    if haversine:
        check_latitude(columns[0], f"nearest: column {labels[0]!r} of {where}")
    return np.column_stack(columns)


def coordinates(col):
    """Return a column of finite numbers, NaN where missing; ValueError for others."""
    kind = _frame.kind(col)
    if kind != "number":
        raise ValueError(
            f"holds {kind} values (dtype {getattr(col, 'dtype', 'object')}), not "
            "numbers"
        )
    values = np.array(_frame.to_float(col))
    if np.isinf(values).any():
        raise ValueError("holds infinite numbers")
    return values
