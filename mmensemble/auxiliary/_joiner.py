"""A table joined to another one, as it was known in time."""

import re
import warnings
from copy import copy

import numpy as np
from sklearn.utils.validation import check_is_fitted

from mmensemble import _frame
from mmensemble._compat import StrOptions, fit_context
from mmensemble._did_you_mean import nearest
from mmensemble.auxiliary._aggregates import (
    SHARE,
    read_aggregate,
    summarise,
    unseen_shares,
)
from mmensemble.auxiliary._appender import ColumnAppender
from mmensemble.auxiliary._columns import find, find_pair, read_column, title_of
from mmensemble.auxiliary._containers import read_values
from mmensemble.auxiliary._matching import TABLE, is_text_key, match_rows
from mmensemble.auxiliary._options import read_format, read_options
from mmensemble.auxiliary._sources import TableHandle, read_source

#: What pandas calls columns of files that have no name.
_UNNAMED = re.compile(r"Unnamed: \d+")


class AuxiliaryJoiner(ColumnAppender):
    """Join the columns of an auxiliary table, as it was known at each row's time.

    It stands in front of the estimators, in a pipeline. Its columns are called
    ``prefix__name``, so that ``modalities="auto"`` makes a modality of them; a row
    without a match has nothing but missing values there, which is a row that
    lacks the modality. The rows of the table stay as they are, in number and
    order, however many rows of the auxiliary table match.

    With `time`, a row of the auxiliary table is known to a row at time t if its
    own time lies before t − `gap`; exactly then only with ``exact_time=True``. Of
    the known rows with the same keys, the last one is joined (of several with the
    same time, or without `time` of all with the same keys, the one that stands
    last in the table), or `aggregate` summarises them. Missing keys and times
    match nothing.

    Parameters
    ----------
    table : dataframe, str, path or callable
        The auxiliary table: a pandas or polars frame, the path of a CSV, TSV or
        Parquet file, or a function without arguments that returns a frame. Files
        and functions are read anew by every `fit` and `transform`, so that a model
        in production sees today's table. Keys of text files are read as those of X
        are, so that "NA" and "007" are keys where X has text, and other columns as in
        `fit`. Text files have the separator of their ending and are in UTF-8, unless
        `file_format` says otherwise. See the notes for models that are saved.
    on : str, list of str or dict, default=None
        Key columns that both tables share; a dict gives {column of X: column of
        the table}. Positions stand for columns of arrays. Text matches text,
        numbers match numbers.
    time : str or (str, str), default=None
        Column of times in X, and in the table: dates, texts in ISO 8601, or plain
        numbers. Times that know their zone are compared as instants, those that
        don't as they are, and the two kinds never meet.
    gap : str, timedelta or number, default="0s"
        How long before the row's time the table is looked at, such as ``"2h"``; a
        number where times are numbers.
    tolerance : str, timedelta, number or pair, default=None
        With `time`, the oldest row that is still joined lies this far before t −
        gap. With `nearest` alone, the largest distance, in km for coordinates.
        With both, a pair of the two, in which None sets no limit.
    exact_time : bool, default=False
        Whether a row of the table at exactly t − gap is known.
    aggregate : str, list of str or dict, default=None
        "mean", "sum", "min", "max" (of numbers), "count" (of values), "last" (the
        last value that is not missing), "share:<category>" (of the values that are
        not missing), "size" (number of rows). Words go to every column that they
        suit; a dict names columns. Columns come out as ``prefix__name_word``.
    window : str, timedelta or number, default=None
        With `aggregate` and `time`: rows from t − gap − window on count. None:
        everything before.
    nearest : str, list of str or dict, default=None
        Columns by which the nearest place of the table is found, written as `on`
        is: one column of numbers, or latitude and longitude in degrees. With `on`,
        among places with the same keys; with `time`, the nearest place of which a
        row is known. Of two places equally near, the one with the smaller
        coordinates.
    metric : {"haversine", "euclidean"}, default=None
        How `nearest` measures; None is "haversine" for two columns and "euclidean"
        otherwise.
    columns : list of str, default=None
        Columns of the table that are joined, or aggregated; None takes all that
        serve neither as key, time or place.
    prefix : str
        Name of the modality.
    file_format : dict of str to str, default=None
        How a CSV or TSV file is written: any of "sep", "decimal" and "encoding", as
        `pandas.read_csv` takes them, and "dates", the format of the column of times,
        as in ``{"sep": ";", "decimal": ",", "dates": "%d.%m.%Y %H:%M"}``.

    Attributes
    ----------
    schema_ : dict of str to str
        Kind of every column that is joined: "number", "string", "category" or
        "date".
    match_rate_ : float
        Share of the training rows that found a match.
    n_features_in_ : int
        Number of columns of the table X.
    feature_names_in_ : ndarray of str of shape (`n_features_in_`,)
        Names of the columns, if they are all strings.

    Warns
    -----
    UserWarning
        When no training row finds a match, a category whose share is asked for is in
        no row of the table, a column of a file has no name, which is then not
        joined, or the table has no rows in `transform`.

    See Also
    --------
    HistoryFeatures : Outcomes of earlier rows of the same table.
    MetadataFeatures : What a row's own dates, places and ids tell.

    Notes
    -----
    The fitted state holds the schema, and nothing of the table. Clones and copies
    share a frame, they do not copy it. A pickle does not hold a frame's rows
    either: within the process that made it, and the workers of its parallel
    searches, the frame is found again (it waits in a temporary file that nobody
    else can read, and that goes with the process). A model that is loaded
    elsewhere says so and asks for ``set_params(table=...)``; a model for
    production names a path or a function, which needs neither.

    Numbers, booleans and durations (in seconds) come out as floats, times with
    the zone of the table.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble import AuxiliaryJoiner
    >>> flights = pd.DataFrame(
    ...     {
    ...         "origin": ["JFK", "LGA", "JFK"],
    ...         "sched": pd.to_datetime(["2013-05-01 09:30"] * 3),
    ...     }
    ... )
    >>> weather = pd.DataFrame(
    ...     {
    ...         "origin": ["JFK", "JFK", "JFK"],
    ...         "at": pd.to_datetime(
    ...             ["2013-05-01 06:00", "2013-05-01 08:00", "2013-05-01 10:00"]
    ...         ),
    ...         "wind": [5.0, 9.0, 12.0],
    ...     }
    ... )
    >>> joiner = AuxiliaryJoiner(
    ...     weather, on="origin", time=("sched", "at"), gap="2h", prefix="weather"
    ... )
    >>> joiner.fit_transform(flights)
      origin               sched  weather__wind
    0    JFK 2013-05-01 09:30:00            5.0
    1    LGA 2013-05-01 09:30:00            NaN
    2    JFK 2013-05-01 09:30:00            5.0
    """

    _parameter_constraints = {
        "table": "no_validation",
        "on": "no_validation",
        "time": [str, int, tuple, list, None],
        "gap": "no_validation",
        "tolerance": "no_validation",
        "exact_time": ["boolean"],
        "aggregate": [str, list, tuple, dict, None],
        "window": "no_validation",
        "nearest": "no_validation",
        "metric": [StrOptions({"haversine", "euclidean"}), None],
        "columns": [list, tuple, None],
        "prefix": [str],
        "file_format": [dict, None],
    }

    def __init__(
        self,
        table,
        *,
        on=None,
        time=None,
        gap="0s",
        tolerance=None,
        exact_time=False,
        aggregate=None,
        window=None,
        nearest=None,
        metric=None,
        columns=None,
        prefix,
        file_format=None,
    ):
        self.table = table
        self.on = on
        self.time = time
        self.gap = gap
        self.tolerance = tolerance
        self.exact_time = exact_time
        self.aggregate = aggregate
        self.window = window
        self.nearest = nearest
        self.metric = metric
        self.columns = columns
        self.prefix = prefix
        self.file_format = file_format

    def fit(self, X, y=None):
        """Check that the tables fit together, and learn the schema.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            The main table.
        y : Ignored
            Not used, present for API consistency by convention.

        Returns
        -------
        self : object
        """
        self._fit(X)
        return self

    def fit_transform(self, X, y=None):
        """Fit, and return the table with the joined columns.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            The main table.
        y : Ignored
            Not used, present for API consistency by convention.

        Returns
        -------
        Xt : ndarray or dataframe of shape (n_samples, n_columns + n_joined)
        """
        return self._join(*self._fit(X))

    @fit_context(prefer_skip_nested_validation=True)
    def _fit(self, X):
        """Learn the schema; return the table, the auxiliary one, and the matches."""
        X = self._open(X)
        options = read_options(self)
        frame = self._read_table(X, options)
        if not frame.shape[0]:
            raise ValueError("The table to join has no rows.")
        for role in ("on", "time", "nearest"):
            pairs = getattr(options, role)
            found = [find_pair(X, frame, pair, role, TABLE) for pair in pairs]
            found = [(at, aux) for at, (_, aux) in zip(found, pairs, strict=True)]
            setattr(options, role, found)
        values = {
            label: read_column(frame, label, "columns", read_values, TABLE)
            for label in self._value_columns(frame, options.read_columns())
        }
        self.schema_ = {label: column.kind for label, column in values.items()}
        self._statistics = None
        if self.aggregate is not None:
            self._statistics = read_aggregate(self.aggregate, self.schema_)
            self._warn_of_categories(values)
        names = list(self._statistics_names())
        if not names:
            raise ValueError(
                "There is nothing to join: the table has no column but keys and times, "
                "or 'columns' or 'aggregate' name none. Name some in 'columns', or ask "
                "for aggregate='size'."
            )
        self._learn_names(self._named(dict.fromkeys(names)))
        self._options = options
        self._read = [main for _, main, _ in options.pairs()]
        matches = match_rows(options, X, frame)
        self.match_rate_ = float(np.mean(matches.found))
        if self.match_rate_ == 0:
            self._warn_of_nothing(X, frame)
        return X, frame, matches

    def _read_table(self, X, options, schema=None):
        """Return the auxiliary table.

        A text file does not say of "007" or "NA" what it is: its keys are read as
        the main table's are, other columns as in fit.
        """
        text, other = set(), {aux for _, aux in [*options.time, *options.nearest]}
        for label, kind in (schema or {}).items():
            (text if kind == "string" else other).add(label)
        for main, aux in options.on:
            if is_text_key(X, main):
                text.add(aux)
            else:
                other.add(aux)
        # in transform all columns that are looked at are known
        known = {"text": text, "other": other - text, "guess": schema is None}
        # models of older versions say nothing of it
        form = read_format(getattr(self, "file_format", None))
        return read_source(self.table, form=form, times=options.time, **known)

    def _value_columns(self, frame, read):
        """Return the labels of the columns that are joined."""
        labels = [label for label in frame.columns if label not in read]
        if self.columns is None and not isinstance(self.aggregate, dict):
            labels = self._with_names(labels)
        if self.columns is not None:
            for label in self.columns:
                find(frame, label, "columns", TABLE)
            labels = list(self.columns)
        if isinstance(self.aggregate, dict):
            for label in self.aggregate:
                find(frame, label, "aggregate", TABLE)
            odd = set(self.aggregate) ^ set(labels) if self.columns is not None else ()
            if odd:
                raise ValueError(
                    f"'columns' and 'aggregate' do not name the same columns: only one "
                    f"of them has {sorted(map(str, odd))}. Leave 'columns' out."
                )
            labels = list(self.aggregate)
        return labels

    def _with_names(self, labels):
        """Return the labels without those that pandas made up; say so."""
        unnamed = [label for label in labels if _UNNAMED.fullmatch(str(label))]
        if unnamed:
            warnings.warn(
                f"The table of prefix {self.prefix!r} has columns without a name, "
                f"which are not joined: {unnamed}. Such is the index of a frame that "
                "was written with it; to join one, name it in 'columns'."
            )
        return [label for label in labels if label not in unnamed]

    def _statistics_names(self):
        if self._statistics is None:
            return self.schema_
        return [statistic.name for statistic in self._statistics]

    def _warn_of_categories(self, values):
        for word, known in unseen_shares(self._statistics, values).items():
            category = word.removeprefix(SHARE)
            warnings.warn(
                f"aggregate={word!r}: no row of the table of prefix {self.prefix!r} "
                f"holds {category!r}{nearest(category, sorted(known))}"
            )

    def _warn_of_nothing(self, X, frame):
        hints = [
            f"{title_of(X, main)!r} of X has {_example(X, main)}, {aux!r} of the table "
            f"{_example(frame, aux)}"
            for _, main, aux in self._options.pairs()
        ]
        limits = {"gap": self.gap, "tolerance": self.tolerance, "window": self.window}
        given = ", ".join(f"{k}={v!r}" for k, v in limits.items() if v is not None)
        timed = f" Only rows before the row's own time count, by {given}."
        warnings.warn(
            f"No training row finds a match in the table of prefix {self.prefix!r}: "
            f"{'; '.join(hints)}.{timed if self._options.time else ''}"
        )

    def transform(self, X):
        """Return the table with the joined columns.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            A frame is addressed by the names that `fit` saw; their order, and
            further columns, do not matter, and those that no option names may be
            missing.

        Returns
        -------
        Xt : ndarray or dataframe of shape (n_samples, n_columns + n_joined)
            The columns that `fit` saw, and those of the auxiliary table as it is
            now.
        """
        check_is_fitted(self)
        given, X = X, self._aligned(X)
        frame = self._read_table(X, self._options, self.schema_)
        needed = {*self._options.read_columns(), *self.schema_}
        missing = sorted(map(str, needed - set(frame.columns)))
        if missing:
            raise ValueError(
                f"The table of prefix {self.prefix!r} lacks columns that it had in "
                f"fit: {missing}; it has {list(map(str, frame.columns))[:20]} now."
            )
        if not frame.shape[0]:
            warnings.warn(
                f"The table of prefix {self.prefix!r} has no rows now: nothing is "
                "joined to any row."
            )
        return self._join(X, frame, match_rows(self._options, X, frame), given)

    def _join(self, X, frame, matches, given=None):
        values = {
            label: read_column(frame, label, "columns", read_values, TABLE, kind)
            for label, kind in self.schema_.items()
        }
        if self._statistics is None:
            last = matches.last()
            added = {label: column.take(last) for label, column in values.items()}
        else:
            added = {
                statistic.name: summarise(statistic, values, matches)
                for statistic in self._statistics
            }
        return self._close(X, self._named(added), given)

    def __getstate__(self):
        state = super().__getstate__()
        handle = self._handle()
        if handle is not None:
            state["table"] = handle
        state.pop("_shared", None)
        return state

    def __setstate__(self, state):
        super().__setstate__(state)
        if isinstance(self.table, TableHandle) and self.table.table is not None:
            self._shared, self.table = self.table, self.table.table

    def __sklearn_clone__(self):
        lent = self._with_handle()
        new = super(AuxiliaryJoiner, lent).__sklearn_clone__()
        if lent is not self:
            new.table, new._shared = self.table, lent.table
        return new

    def __repr__(self, N_CHAR_MAX=700):
        return super(AuxiliaryJoiner, self._with_handle()).__repr__(N_CHAR_MAX)

    def _with_handle(self):
        """Return this estimator, or a shallow copy with a handle for its frame."""
        handle = self._handle()
        if handle is None:
            return self
        lent = copy(self)
        lent.table = handle
        return lent

    def _handle(self):
        """Return what copies of this estimator share; None for what needs none."""
        if not _frame.is_frame(self.table):
            return None
        shared = vars(self).get("_shared")
        if shared is None or shared.table is not self.table:
            self._shared = shared = TableHandle(self.table)
        return shared


def _example(table, label):
    """Return a value of a column, for a message."""
    values = _frame.to_objects(find(table, label, "on"))
    known = [value for value in values[:1000] if value is not None]
    return f"{known[0]!r}" if known else "no value"
