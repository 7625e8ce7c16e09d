"""What the parameters of a joiner say together, checked once."""

from dataclasses import dataclass

import numpy as np

from mmensemble._did_you_mean import nearest
from mmensemble._instants import read_span
from mmensemble.auxiliary._columns import pairs_of


@dataclass
class JoinOptions:
    """How rows of two tables find each other.

    Parameters
    ----------
    on, time, nearest : list of (column of X, column of the table)
    gap, window, age : str, timedelta, number or None
        `age` is the tolerance of time.
    distance : float
        The tolerance of distance; infinite for none.
    exact_time, haversine : bool
    """

    on: list
    time: list
    nearest: list
    gap: object
    window: object
    age: object
    distance: float
    exact_time: bool
    haversine: bool

    def pairs(self):
        """Return (parameter, column of X, column of the table) of all columns."""
        roles = {"on": self.on, "time": self.time, "nearest": self.nearest}
        return [(role, *pair) for role, pairs in roles.items() for pair in pairs]

    def read_columns(self):
        """Return the columns of the table that serve to find rows."""
        return {aux for _, _, aux in self.pairs()}


def read_options(joiner):
    """Return the options of a joiner.

    Raises
    ------
    ValueError
        For columns that are none, and parameters that say nothing together.
    """
    on, nearest = (pairs_of(getattr(joiner, p), p) for p in ("on", "nearest"))
    time = _time_pair(joiner.time)
    if not on and not time and not nearest:
        raise ValueError(
            "Nothing says which rows belong together: give 'on', 'time' or 'nearest'."
        )
    if joiner.window is not None and (joiner.aggregate is None or not time):
        raise ValueError(
            "'window' goes with 'aggregate' and 'time': it says how far back rows are "
            "summarised. For the last row alone, give 'tolerance'."
        )
    if not time and (joiner.exact_time or not _is_zero(joiner.gap)):
        raise ValueError("'gap' and 'exact_time' go with 'time'.")
    if isinstance(joiner.window, list | tuple):
        raise ValueError(
            f"window={joiner.window!r} must be one span; join the table once for each, "
            "with another 'prefix'."
        )
    age, distance = _limits(joiner.tolerance, bool(time), bool(nearest))
    if age is not None and joiner.aggregate is not None:
        raise ValueError(
            "A 'tolerance' of time is for the last row alone; with 'aggregate', give "
            "'window'."
        )
    return JoinOptions(
        on,
        time,
        nearest,
        joiner.gap,
        joiner.window,
        age,
        distance,
        joiner.exact_time,
        _is_haversine(joiner.metric, nearest),
    )


def read_format(file_format):
    """Return how a text file is written, as a dict.

    Raises
    ------
    ValueError
        For what nothing is known of, and signs that are none.
    """
    form = dict(file_format or {})
    known = ("sep", "decimal", "encoding", "dates")
    for name, value in form.items():
        if name not in known:
            raise ValueError(
                f"file_format names {name!r}{nearest(str(name), known)}; it says "
                f"{', '.join(known)}."
            )
        if not isinstance(value, str) or not value:
            raise ValueError(f"file_format: {name}={value!r} must be a text.")
        if name in ("sep", "decimal") and len(value) != 1:
            raise ValueError(f"file_format: {name}={value!r} must be one character.")
    _check_encoding(form.get("encoding", "utf-8"))
    return form


def _check_encoding(encoding):
    try:
        "".encode(encoding)
    except LookupError as error:
        raise ValueError(
            f"file_format: encoding={encoding!r} is not known; such are 'utf-8' and "
            "'cp1252'."
        ) from error


def _time_pair(time):
    if isinstance(time, tuple | list):
        if len(time) != 2:
            raise ValueError(
                f"time={time!r} must be one column, or a pair of a column of X and a "
                "column of the table."
            )
        time = {time[0]: time[1]}
    return pairs_of(time, "time")


def _is_zero(gap):
    try:
        return read_span(gap, None, "gap") == 0
    except ValueError:
        return False


def _limits(tolerance, timed, placed):
    """Return the largest age or None, and the largest distance."""
    age = distance = None
    if timed and placed:
        if tolerance is not None:
            if not isinstance(tolerance, tuple | list) or len(tolerance) != 2:
                raise ValueError(
                    f"tolerance={tolerance!r}: with 'time' and 'nearest' it is a pair "
                    "of the largest age and the largest distance, as in ('3h', 50)."
                )
            age, distance = tolerance
    elif isinstance(tolerance, tuple | list):
        raise ValueError(
            f"tolerance={tolerance!r}: a pair is for 'time' and 'nearest' together; "
            "give one span or one distance."
        )
    elif timed:
        age = tolerance
    elif placed:
        distance = tolerance
    elif tolerance is not None:
        raise ValueError("'tolerance' goes with 'time' or 'nearest'.")
    if distance is None:
        return age, np.inf
    number = isinstance(distance, int | float | np.number)
    if not number or isinstance(distance, bool) or not distance >= 0:
        raise ValueError(
            f"tolerance={distance!r} must be a distance of 0 or more: km for "
            "coordinates, otherwise a number in the units of 'nearest'."
        )
    return age, float(distance)


def _is_haversine(metric, nearest):
    if metric is not None and not nearest:
        raise ValueError("'metric' goes with 'nearest'.")
    if metric == "haversine" and len(nearest) != 2:
        raise ValueError(
            "metric='haversine' needs two columns in 'nearest', latitude and longitude "
            f"in degrees, got {len(nearest)}."
        )
    return len(nearest) == 2 if metric is None else metric == "haversine"
