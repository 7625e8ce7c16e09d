"""What a row's own dates, places and ids tell."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from mmensemble import _frame
from mmensemble._calendar import DAY, calendar_parts, positions_in_cycles
from mmensemble._compat import check_feature_names_in, fit_context
from mmensemble._instants import Instants, local_seconds, read_instants
from mmensemble.auxiliary._appender import ColumnAppender
from mmensemble.auxiliary._columns import (
    is_label,
    labels_of,
    position_of,
    read_column,
    title_of,
)
from mmensemble.auxiliary._containers import Values
from mmensemble.auxiliary._keys import KeyCoder
from mmensemble.auxiliary._matching import coordinates, keys_of
from mmensemble.auxiliary._records import Records
from mmensemble.auxiliary._sphere import bearing, check_latitude, haversine


class MetadataFeatures(ColumnAppender):
    """Turn dates, places and ids of a table into numbers.

    - **timestamps**: year, month, day, weekday (Monday is 0) and hour, sine and
      cosine of the place in the year, the week and the day, and with `holidays`
      whether the day is one and how many days the nearest is ahead (behind, if
      negative). By the clock on the wall, in the time zone that the column
      had in `fit`.
    - **points**: distance in km along a great circle, and sine and cosine of the
      direction in which the way begins, clockwise from north.
    - **ids**: frequency and recency, never a column an id. With `time`, how often
      the id came up in training rows before the row's time, and how long ago the
      last of them was; otherwise its share of the training rows, without recency.

    Missing values stay missing. An id that training rows have not seen has the
    frequency 0.

    Parameters
    ----------
    timestamps : str or list of str, default=None
        Columns of dates, or of texts in ISO 8601 (those with an offset are read in
        UTC).
    points : dict of str to ((latitude, longitude), (latitude, longitude))
        Name of each way and its two ends: columns, or floats for a fixed place, in
        degrees. Default: None.
    ids : str or list of str, default=None
        Columns of ids.
    time : str, default=None
        Column of the time of a row, dates or numbers, which makes frequency and
        recency of ids those of earlier rows.
    holidays : list of dates, default=None
        Days that count as holidays, as dates or texts in ISO 8601.
    drop : bool, default=True
        Whether the columns of timestamps and ids leave the table, so that no later
        step takes them for categories. Coordinates stay, being numbers.
    prefix : str, default="metadata"
        Name of the modality.

    Attributes
    ----------
    with_times_ : dict of str to bool
        Whether training rows of each timestamp have a time of day.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of str of shape (`n_features_in_`,)
        Names of the columns, if they are all strings.

    See Also
    --------
    AuxiliaryJoiner : Another table, as it was known in time.
    HistoryFeatures : Outcomes of earlier rows with the same key.

    Notes
    -----
    The fitted state, and so a saved model, holds the ids of the training rows, and
    with `time` when each came up.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.auxiliary import MetadataFeatures
    >>> X = pd.DataFrame(
    ...     {
    ...         "sold": pd.to_datetime(["2024-12-24", "2024-12-27"]),
    ...         "user": ["u1", "u1"],
    ...         "lat": [48.2, 47.1],
    ...         "lon": [16.4, 15.4],
    ...     }
    ... )
    >>> features = MetadataFeatures(
    ...     timestamps="sold",
    ...     ids="user",
    ...     time="sold",
    ...     points={"shop": (("lat", "lon"), (48.2, 16.4))},
    ...     holidays=["2024-12-25"],
    ... )
    >>> Xt = features.fit_transform(X)
    >>> Xt[["metadata__sold_days_to_holiday", "metadata__user_frequency"]]
       metadata__sold_days_to_holiday  metadata__user_frequency
    0                             1.0                       0.0
    1                            -2.0                       1.0
    >>> Xt["metadata__shop_distance"].round().tolist()
    [0.0, 143.0]
    """

    _parameter_constraints = {
        "timestamps": [str, int, list, tuple, None],
        "points": [dict, None],
        "ids": [str, int, list, tuple, None],
        "time": [str, int, None],
        "holidays": "no_validation",
        "drop": ["boolean"],
        "prefix": [str],
    }

    def __init__(
        self,
        *,
        timestamps=None,
        points=None,
        ids=None,
        time=None,
        holidays=None,
        drop=True,
        prefix="metadata",
    ):
        self.timestamps = timestamps
        self.points = points
        self.ids = ids
        self.time = time
        self.holidays = holidays
        self.drop = drop
        self.prefix = prefix

    def fit(self, X, y=None):
        """Learn which timestamps have times, and how often ids come up.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            The training table.
        y : Ignored
            Not used, present for API consistency by convention.

        Returns
        -------
        self : object
        """
        self._fit(X)
        return self

    @fit_context(prefer_skip_nested_validation=True)
    def _fit(self, X):
        X = self._open(X)
        self._check_parameters()
        self._dates = self._listed(X, "timestamps")
        self._seen = self._listed(X, "ids")
        self._holidays = _read_holidays(self.holidays)
        self._ways = [
            (name, [self._end(end, X, name) for end in _ends(name, ends)])
            for name, ends in (self.points or {}).items()
        ]
        names = check_feature_names_in(self)
        self._zones = {
            label: read_column(X, label, "timestamps", _time_zone)
            for label in self._dates
        }
        self.with_times_ = {
            str(names[label]): _has_times(self._wall_seconds(X, label))
            for label in self._dates
        }
        self._time = None if self.time is None else position_of(X, self.time, "time")
        self._ids = [self._learn_id(X, label) for label in self._seen]
        ends = [part for _, way in self._ways for end in way for part in end]
        self._read = [at for at in [*self._dates, *self._seen, *ends] if is_label(at)]
        if self._time is not None:
            self._read.append(self._time)
        added = self._named(self._features(X))
        self._learn_names(added, [*self._dates, *self._seen] if self.drop else ())
        return self

    def _check_parameters(self):
        if self.timestamps is None and self.points is None and self.ids is None:
            raise ValueError(
                "There is nothing to turn into numbers: give 'timestamps', 'points' or "
                "'ids'."
            )
        if self.holidays is not None and self.timestamps is None:
            raise ValueError("'holidays' goes with 'timestamps'.")
        if self.time is not None and self.ids is None:
            raise ValueError(
                "'time' goes with 'ids'. For parts of a date, give 'timestamps'."
            )

    def _listed(self, X, parameter):
        spec = getattr(self, parameter)
        labels = [] if spec is None else labels_of(spec, parameter)
        return [position_of(X, label, parameter) for label in labels]

    def _end(self, end, X, name):
        """Return the columns of a place by position; fixed ones stay floats."""
        return [
            position_of(X, part, f"points[{name!r}]") if is_label(part) else part
            for part in end
        ]

    def _learn_id(self, X, label):
        keys = keys_of(X, [label], "ids", "X in fit")
        if self._time is None:
            coder = KeyCoder(keys, X.shape[0])
            counts = np.bincount(coder.codes_[coder.codes_ >= 0])
            coder.codes_ = None
            return Shares(coder, counts / max(counts.sum(), 1))
        times = read_column(X, self._time, "time", read_instants)
        moments = {"time": _in_days(times)}
        return Records.make(keys, times, f"{title_of(X, self._time)!r} in fit", moments)

    def transform(self, X):
        """Return the table with what its dates, places and ids tell.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            A frame is addressed by the names that `fit` saw; their order, and
            further columns, do not matter, and those that no option names may be
            missing.

        Returns
        -------
        Xt : ndarray or dataframe of shape (n_samples, n_features_out)
        """
        check_is_fitted(self)
        given, X = X, self._aligned(X)
        columns = self._named(self._features(X))
        added = {name: Values("number", column) for name, column in columns.items()}
        return self._close(X, added, given)

    def _features(self, X):
        """Return all new columns by name."""
        found, names = {}, check_feature_names_in(self)
        for label in self._dates:
            seconds = self._wall_seconds(X, label)
            parts = date_parts(seconds, self.with_times_[names[label]], self._holidays)
            found |= {f"{names[label]}_{part}": v for part, v in parts.items()}
        for name, ends in self._ways:
            parts = self._way(X, name, ends)
            found |= {f"{name}_{part}": values for part, values in parts.items()}
        for label, known in zip(self._seen, self._ids, strict=True):
            parts = self._id_features(X, label, known)
            found |= {f"{names[label]}_{part}": v for part, v in parts.items()}
        return found

    def _wall_seconds(self, X, label):
        zone = self._zones[label]
        return read_column(X, label, "timestamps", _wall_seconds, "X", zone)

    def _way(self, X, name, ends):
        parameter = f"points[{name!r}]"
        places = [
            np.full(X.shape[0], part)
            if isinstance(part, float)
            else read_column(X, part, parameter, coordinates)
            for end in ends
            for part in end
        ]
        check_latitude(places[0], f"{parameter}: the first latitude")
        check_latitude(places[2], f"{parameter}: the second latitude")
        distance, direction = haversine(*places), bearing(*places)
        moves = np.where(distance == 0, 0.0, 1.0) * (1 + 0 * distance)
        return {
            "distance": distance,
            "bearing_sin": moves * np.sin(direction),
            "bearing_cos": moves * np.cos(direction),
        }

    def _id_features(self, X, label, known):
        keys = keys_of(X, [label], "ids")
        if self._time is None:
            codes = known.coder.match(keys, X.shape[0])
            shares = np.append(known.shares, 0.0)[codes]
            return {"frequency": np.where(keys[0].missing, np.nan, shares)}
        times = read_column(X, self._time, "time", read_instants)
        start, stop = known.before(keys, times, f"{title_of(X, self._time)!r} of X")
        lost = keys[0].missing | times.missing
        last = np.append(known.values["time"], np.nan)[
            np.where(start < stop, stop - 1, -1)
        ]
        return {
            "frequency": np.where(lost, np.nan, stop - start),
            "recency": np.where(lost, np.nan, _in_days(times) - last),
        }


@dataclass
class Shares:
    """How often each id comes up.

    Parameters
    ----------
    coder : KeyCoder
    shares : ndarray of shape (n_ids,)
    """

    coder: KeyCoder
    shares: np.ndarray


def date_parts(seconds, with_times, holidays=None):
    """Return what the calendar says of dates.

    Parameters
    ----------
    seconds : ndarray of shape (n_samples,)
        Local seconds since 1970, NaN where missing.
    with_times : bool
        Whether to give the time of day.
    holidays : ndarray of int64, default=None
        Days since 1970, sorted.

    Returns
    -------
    parts : dict of str to ndarray of shape (n_samples,)
        NaN where missing.
    """
    known = ~np.isnan(seconds)
    given = seconds[known]
    parts = calendar_parts(given)
    if not with_times:
        del parts["hour"]
    angles = 2 * np.pi * positions_in_cycles(given, with_times)
    for cycle, angle in zip(("year", "week", "day"), angles.T, strict=False):
        parts[f"{cycle}_sin"], parts[f"{cycle}_cos"] = np.sin(angle), np.cos(angle)
    if holidays is not None:
        days = np.floor(given / DAY).astype(np.int64)
        parts["days_to_holiday"] = _days_to(holidays, days).astype(float)
        parts["is_holiday"] = (parts["days_to_holiday"] == 0).astype(float)
    for part, values in parts.items():
        parts[part] = np.full(len(seconds), np.nan)
        parts[part][known] = values
    return parts


def _days_to(holidays, days):
    """Return how far the nearest holiday is ahead; of equally near ones, that ahead."""
    after = np.searchsorted(holidays, days)
    ahead = holidays[np.minimum(after, len(holidays) - 1)] - days
    behind = holidays[np.maximum(after - 1, 0)] - days
    return np.where(np.abs(behind) < np.abs(ahead), behind, ahead)


def _time_zone(col):
    return read_instants(col).zone if _is_date(col) else None


def _wall_seconds(col, zone):
    if not _is_date(col):
        return np.full(len(col), np.nan)
    return local_seconds(col, zone)


def _is_date(col):
    """Tell whether a column holds dates, not nothing; raise ValueError if neither."""
    kind = _frame.kind(col)
    if kind in ("date", "string"):
        return True
    if _frame.null_mask(col).all():
        return False
    raise ValueError(
        f"holds {kind} values (dtype {getattr(col, 'dtype', 'object')}), not dates or "
        "ISO 8601 texts"
    )


def _has_times(seconds):
    return bool(np.any(seconds[~np.isnan(seconds)] % DAY != 0))


def _in_days(times: Instants):
    """Return times as floats: days, or what they are as numbers."""
    if times.unit is None:
        return np.where(times.missing, np.nan, times.ticks.astype(float))
    return times.seconds() / DAY


def _ends(name, ends):
    """Return the two ends of a way."""
    good = isinstance(ends, list | tuple) and len(ends) == 2
    good = good and all(isinstance(e, list | tuple) and len(e) == 2 for e in ends)
    if not good or not all(
        is_label(part) or isinstance(part, float) for end in ends for part in end
    ):
        raise ValueError(
            f"points[{name!r}]={ends!r} must be two places, ((latitude, longitude), "
            "(latitude, longitude)), of columns, or floats in degrees."
        )
    kinds = {type(part) for end in ends for part in end if is_label(part)}
    if str in kinds and len(kinds) > 1:
        raise ValueError(
            f"points[{name!r}]={ends!r} mixes names of columns with whole numbers, "
            "which would be positions of columns: write degrees as floats, as in 48.0."
        )
    return ends


def _read_holidays(holidays):
    """Return days since 1970, sorted; None for no list."""
    if holidays is None:
        return None
    try:
        given = [holidays] if isinstance(holidays, str) else list(holidays)
        days = [_read_day(day).tz_localize(None) for day in given]
        moments = np.array([day.to_datetime64() for day in days], dtype="M8[D]")
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"holidays={holidays!r} must be a list of dates: {error}."
        ) from error
    if not len(moments) or np.isnat(moments).any():
        raise ValueError("holidays must be a list of dates, none of them missing.")
    return np.unique(moments.astype(np.int64))


def _read_day(day):
    """Return a date; of texts only ISO 8601, since 05.12. is May for pandas."""
    if isinstance(day, str):
        return pd.to_datetime(day, format="ISO8601")
    return pd.Timestamp(day)
