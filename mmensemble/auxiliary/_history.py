"""What became of earlier rows with the same key, as far as it was known."""

import warnings

import numpy as np
import pandas as pd
from sklearn.utils import check_consistent_length, column_or_1d
from sklearn.utils.validation import check_is_fitted

from mmensemble._compat import StrOptions, check_feature_names_in, fit_context
from mmensemble._instants import minus, read_instants, read_span
from mmensemble.auxiliary._aggregates import OF_NUMBERS, SpanStatistics
from mmensemble.auxiliary._appender import ColumnAppender
from mmensemble.auxiliary._columns import labels_of, position_of, read_column, title_of
from mmensemble.auxiliary._containers import Values, read_values
from mmensemble.auxiliary._keys import check_zones
from mmensemble.auxiliary._matching import keys_of
from mmensemble.auxiliary._records import Records, latest

_WORDS = (*OF_NUMBERS, "count", "last")


class HistoryFeatures(ColumnAppender):
    """Summarise the outcomes of earlier rows with the same key.

    A row at time t sees the outcomes that were known before t − `gap`: those of
    rows whose own time, and whose `known_at`, lie before it. A flight that should
    have left at 9 and came in at 14 tells nothing to one that leaves at 12. No row
    sees its own outcome, nor that of a row at its own time or later. Rows with
    nothing known in any window have missing values only, and lack the modality.

    The outcomes are a column of X, or the target: with ``value=None``, `y` as it
    is given to `fit`. In `fit_transform`, each training row sees what was known of
    the other training rows before its time. `transform` goes on from the training
    rows that are kept, and never reads outcomes: in frames for `transform`, the
    columns of `value` and `known_at` may be missing.

    Parameters
    ----------
    on : str, list of str or None, default=None
        Columns that make the key; None: all rows share one history.
    time : str
        Column of the time for which a row is predicted: dates, texts in ISO 8601,
        or plain numbers.
    known_at : str
        Column of the time at which the row's outcome became known; may be that of
        `time`. Missing: never.
    value : str or list of str, default=None
        Columns of outcomes; None is the target `y` of `fit`. Numbers and booleans
        are summarised as they are. Of text, each category becomes an outcome of 0
        and 1, so that means are shares; of two categories, the second alone.
    windows : str, timedelta, number, None or a list of them, default=None
        How far back before t − gap outcomes count, by when they became known, such
        as ``["1D", "30D"]``; None is everything.
    aggregate : str or list of str, default=("mean", "count")
        "mean", "sum", "min", "max", "count" (of outcomes) and "last".
    gap : str, timedelta or number, default="0s"
        How long before its time a row is predicted.
    keep : "all", str, timedelta or number, default="all"
        Which training rows are kept for `transform`: all, as needed when rows of
        the training period are predicted, as in cross-validation over groups; or
        those that became known in this last span before the latest of them, which
        is enough for later rows where it is as long as the longest window.
    drop : bool, default=True
        Whether the columns of outcomes, and `known_at`, leave the table, since no
        model may see them. False for all but the last of several of these.
    prefix : str, default="history"
        Name of the modality. Columns come out as
        ``prefix__outcome_word_window``.

    Attributes
    ----------
    records_ : Records
        What is kept of the training rows: keys, times and outcomes.
    outcomes_ : list of str
        Names of the outcomes.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of str of shape (`n_features_in_`,)
        Names of the columns, if they are all strings.

    Warns
    -----
    UserWarning
        In `fit_transform`, when no training row sees an outcome.

    See Also
    --------
    AuxiliaryJoiner : Another table, as it was known in time.
    sklearn.preprocessing.TargetEncoder : Means of the target without times.

    Notes
    -----
    The fitted state, and so a saved model, holds keys, times and outcomes of the
    training rows that are kept.

    Outcomes that become known after `fit` count only when it is fitted again. A
    model that is to see them at once takes them from a table that grows, with
    :class:`AuxiliaryJoiner` (`aggregate`, `window`, and the time at which they
    became known as the time of the table).

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.auxiliary import HistoryFeatures
    >>> flights = pd.DataFrame(
    ...     {
    ...         "plane": ["N1", "N1", "N1", "N2"],
    ...         "sched": [1, 5, 9, 9],
    ...         "landed": [4, 10, 12, 12],
    ...         "late": [30, 90, 0, 0],
    ...     }
    ... )
    >>> history = HistoryFeatures(
    ...     "plane", time="sched", known_at="landed", value="late"
    ... )
    >>> history.fit_transform(flights)
      plane  sched  history__late_mean_all  history__late_count_all
    0    N1      1                     NaN                      NaN
    1    N1      5                    30.0                      1.0
    2    N1      9                    30.0                      1.0
    3    N2      9                     NaN                      NaN
    """

    _parameter_constraints = {
        "on": [str, int, list, tuple, None],
        "time": [str, int],
        "known_at": [str, int],
        "value": [str, int, list, tuple, None],
        "windows": "no_validation",
        "aggregate": [StrOptions(set(_WORDS)), list, tuple],
        "gap": "no_validation",
        "keep": "no_validation",
        "drop": ["boolean"],
        "prefix": [str],
    }

    def __init__(
        self,
        on=None,
        *,
        time,
        known_at,
        value=None,
        windows=None,
        aggregate=("mean", "count"),
        gap="0s",
        keep="all",
        drop=True,
        prefix="history",
    ):
        self.on = on
        self.time = time
        self.known_at = known_at
        self.value = value
        self.windows = windows
        self.aggregate = aggregate
        self.gap = gap
        self.keep = keep
        self.drop = drop
        self.prefix = prefix

    def fit(self, X, y=None):
        """Remember what is to be known of the training rows.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            The training table.
        y : array-like of shape (n_samples,), default=None
            The outcomes where `value` is None, otherwise ignored.

        Returns
        -------
        self : object
        """
        self._fit(X, y)
        return self

    def fit_transform(self, X, y=None):
        """Fit, and return the training table with what each row could know.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            The training table.
        y : array-like of shape (n_samples,), default=None
            The outcomes where `value` is None, otherwise ignored.

        Returns
        -------
        Xt : ndarray or dataframe of shape (n_samples, n_features_out)
        """
        return self._look_back(*self._fit(X, y), fitting=True)

    @fit_context(prefer_skip_nested_validation=True)
    def _fit(self, X, y):
        """Return the table and the records of all of its rows."""
        X = self._open(X)
        self._words = _words(self.aggregate)
        self._on = [
            position_of(X, label, "on")
            for label in ([] if self.on is None else labels_of(self.on, "on"))
        ]
        self._time = position_of(X, self.time, "time")
        known_at = position_of(X, self.known_at, "known_at")
        outcomes, read = self._outcomes(X, y)
        self.outcomes_ = list(outcomes)
        times = read_column(X, self._time, "time", read_instants)
        known = read_column(X, known_at, "known_at", read_instants)
        if not (times.missing.all() or known.missing.all()):
            names = [f"{title_of(X, label)!r} of X" for label in (self._time, known_at)]
            check_zones(times, known, *names)
        # an outcome tells nothing before its row's own time, even if it was known
        known = latest(times, known)
        self._spans = _read_windows(self.windows, known.unit)
        read_span(self.gap, known.unit, "gap")
        keys = keys_of(X, self._on, "on", "X in fit")
        rows = self._kept_rows(known)
        name = f"{title_of(X, known_at)!r} in fit"
        everything = Records.make(keys, known, name, outcomes)
        self.records_ = everything
        if not rows.all():
            self.records_ = Records.make(keys, known, name, outcomes, rows)
        spoilers = [known_at, *read]
        self._read = [self._time, *self._on]
        names = [
            f"{outcome}_{word}_{label}"
            for label in self._spans
            for outcome in outcomes
            for word in self._words
        ]
        dropped = set(spoilers) - set(self._read) if self.drop else ()
        self._learn_names(self._named(dict.fromkeys(names)), dropped)
        return X, everything

    def _outcomes(self, X, y):
        """Return the outcomes as floats by name, and the columns they are read from."""
        if self.value is None:
            if y is None:
                raise ValueError(
                    f"{type(self).__name__} requires y to be passed, but the target y "
                    "is None. Give a column of outcomes as 'value' otherwise."
                )
            y = column_or_1d(y, warn=True)
            check_consistent_length(X, y)
            return _as_numbers("y", read_values(y)), []
        found, labels = {}, labels_of(self.value, "value")
        labels = [position_of(X, label, "value") for label in labels]
        for label in labels:
            name = check_feature_names_in(self)[label]
            found |= _as_numbers(name, read_column(X, label, "value", read_values))
        return found, labels

    def _kept_rows(self, known):
        """Return which training rows are kept for later."""
        if (isinstance(self.keep, str) and self.keep == "all") or known.missing.all():
            return np.ones(len(known.missing), dtype=bool)
        span = read_span(self.keep, known.unit, "keep")
        end = known.ticks[~known.missing].max(keepdims=True)
        return known.missing | (known.ticks >= minus(end, span))

    def transform(self, X):
        """Return the table with what was known from the training rows.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            A frame is addressed by the names that `fit` saw; their order, and
            further columns, do not matter, and all but those of `on` and `time`
            may be missing.

        Returns
        -------
        Xt : ndarray or dataframe of shape (n_samples, n_features_out)
            Nothing in it comes from outcomes in `X`.
        """
        check_is_fitted(self)
        return self._look_back(self._aligned(X), self.records_, X)

    def _look_back(self, X, records, given=None, fitting=False):
        times = read_column(X, self._time, "time", read_instants)
        keys, name = keys_of(X, self._on, "on"), f"{title_of(X, self._time)!r} of X"
        gap = read_span(self.gap, times.unit, "gap") if _any(times) else 0
        found = np.zeros(X.shape[0], dtype=bool)
        columns = {}
        for label, window in self._spans.items():
            span = None
            if window is not None and _any(times):
                span = read_span(window, times.unit, "windows")
            start, stop = records.before(keys, times, name, gap, span)
            for outcome in self.outcomes_:
                statistics = SpanStatistics(records.values[outcome])
                found |= statistics.count(start, stop) > 0
                for word in self._words:
                    column = f"{outcome}_{word}_{label}"
                    columns[column] = _statistic(statistics, word, start, stop)
        if fitting and not found.any():
            warnings.warn(
                f"{type(self).__name__} of prefix {self.prefix!r}: no training row "
                "sees an outcome of an earlier one, and all lack the modality. Look at "
                "'on', 'time', 'known_at', 'windows' and 'gap'.",
                UserWarning,
            )
        for column in columns.values():
            column[~found] = np.nan
        added = {name: Values("number", column) for name, column in columns.items()}
        return self._close(X, self._named(added), given)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = self.value is None
        return tags


def _any(times):
    return not times.missing.all()


def _words(aggregate):
    words = [aggregate] if isinstance(aggregate, str) else list(aggregate)
    for word in words:
        if word not in _WORDS:
            raise ValueError(
                f"aggregate={word!r} is unknown; there are {', '.join(_WORDS)}."
            )
    if not words:
        raise ValueError("aggregate=[] asks for nothing; name a statistic.")
    return list(dict.fromkeys(words))


def _read_windows(windows, unit):
    """Return the windows by what they are called in names of columns."""
    given = windows if isinstance(windows, list | tuple) else [windows]
    if not given:
        raise ValueError("windows=[] asks for nothing; None is one of all time.")
    found = {}
    for window in given:
        if window is not None and not read_span(window, unit, "windows"):
            raise ValueError(f"windows={window!r} must be longer than nothing.")
        found[_title(window)] = window
    if len(found) < len(given):
        raise ValueError(f"windows={windows!r} names a window twice.")
    return found


def _title(window):
    if window is None:
        return "all"
    if isinstance(window, str):
        return "".join(window.split())
    if isinstance(window, int | float | np.number):
        return f"{window:g}"
    return pd.Timedelta(window).isoformat()


def _as_numbers(name, values):
    """Return outcomes as floats: categories become one column each, or one of two."""
    if values.kind == "number":
        return {name: values.data}
    if values.kind == "date":
        raise ValueError(f"value={name!r} holds dates, no outcomes.")
    known = np.array([value is not None for value in values.data], dtype=bool)
    classes = sorted(set(values.data[known]))
    shown = classes[1:] if len(classes) == 2 else classes
    return {
        f"{name}_{label}": np.where(known, (values.data == label).astype(float), np.nan)
        for label in shown
    }


def _statistic(statistics, word, start, stop):
    if word != "last":
        return getattr(statistics, word)(start, stop)
    at = statistics.last(start, stop)
    return np.append(statistics.values, np.nan)[at]
