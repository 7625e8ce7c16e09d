"""Dates as exact points in time: whole ticks, and whether they know their zone.

Where `_frame.to_seconds` reads what the clock on the wall showed, these are the
instants themselves, so that columns of different time zones can be compared.
"""

import re
import sys
import warnings
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral

import numpy as np
import pandas as pd

from mmensemble import _frame

#: Ticks of a second, by unit.
PER_SECOND = {"us": 10**6, "ns": 10**9}
_MICROSECONDS = {"s": 10**6, "ms": 10**3, "us": 1}
_LEAST, _MOST = np.iinfo(np.int64).min, np.iinfo(np.int64).max
#: The end of an ISO 8601 text that tells its distance from UTC.
_OFFSET = re.compile(r"[T ]\d{2}.*(?:Z|[+-]\d{2}(?::?\d{2})?)$")
#: A span that names no unit; pandas takes it for nanoseconds.
_UNITLESS = re.compile(r"\s*[+-]?\d+\s*")


@dataclass
class Instants:
    """A column of points in time.

    Parameters
    ----------
    ticks : ndarray of int64 or float64 of shape (n_samples,)
        Since 1970 (in UTC where `zone` is known); plain numbers where `unit` is
        None. Anything where missing.
    missing : ndarray of bool of shape (n_samples,)
    unit : {"us", "ns"} or None
        None for times that are plain numbers.
    zone : str or None
        The column's time zone; None for times that don't know theirs.
    """

    ticks: np.ndarray
    missing: np.ndarray
    unit: str | None
    zone: str | None = None

    @property
    def words(self):
        """What kind of time it is, for messages."""
        if self.unit is None:
            return "numbers"
        return _zone_words(self.zone)

    def seconds(self):
        """Return seconds since 1970 as floats, NaN where missing."""
        return np.where(self.missing, np.nan, self.ticks / PER_SECOND[self.unit])


def read_instants(col):
    """Return a column of dates, ISO 8601 texts or numbers as instants.

    Parameters
    ----------
    col : 1-D column of any container

    Returns
    -------
    instants : Instants

    Raises
    ------
    ValueError
        For a column of another kind, texts that are no ISO 8601 dates, and
        columns in which some values know their time zone and some do not.
    """
    kind = _frame.kind(col)
    if kind == "number":
        return _numbers(col)
    if kind in ("string", "category"):
        return _parse_texts(_frame.to_objects(col))
    if kind != "date":
        raise ValueError(
            f"holds {kind} values (dtype {getattr(col, 'dtype', 'object')}), not "
            "dates, ISO 8601 texts or numbers"
        )
    if _frame.is_polars(col) and col.dtype.is_temporal():
        return _from_polars(col)
    if _frame.is_pandas(col):
        if isinstance(col.dtype, pd.DatetimeTZDtype):
            naive = col.dt.tz_convert("UTC").dt.tz_localize(None)
            return _from_moments(naive.to_numpy(), _zone_name(col.dtype.tz))
        if isinstance(col.dtype, pd.ArrowDtype):
            return _from_arrow(col)
    if isinstance(col.dtype, np.dtype) and col.dtype.kind == "M":
        return _from_moments(np.asarray(col))
    return _from_objects(col)


def local_seconds(col, zone):
    """Return points in time as seconds since 1970 by the clocks of a zone.

    Parameters
    ----------
    col : 1-D column of any container
        Dates, or ISO 8601 texts.
    zone : str or None
        The zone of the column that was learnt from, whatever that of `col`; None
        where it had none.

    Returns
    -------
    seconds : ndarray of shape (n_samples,)
        NaN where missing.

    Raises
    ------
    ValueError
        As `read_instants` does, and where one of the two has a zone and the other
        has none.
    """
    instants = read_instants(col)
    if instants.missing.all():
        return np.full(len(instants.missing), np.nan)
    if (instants.zone is None) != (zone is None):
        raise ValueError(
            f"held {_zone_words(zone)} in fit and holds {_zone_words(instants.zone)} "
            "now: which instants they are cannot be told. Give both a time zone "
            "(`dt.tz_localize`) or none"
        )
    if zone is None:
        return instants.seconds()
    moments = instants.ticks.astype(f"M8[{instants.unit}]")
    moments[instants.missing] = np.datetime64("NaT")
    there = pd.DatetimeIndex(moments).tz_localize("UTC").tz_convert(zone)
    ticks = there.tz_localize(None).to_numpy().astype(np.int64)
    return Instants(ticks, instants.missing, instants.unit).seconds()


def _zone_words(zone):
    return "times without a zone" if zone is None else f"times in {zone}"


def _numbers(col):
    missing = _frame.null_mask(col)
    whole = whole_numbers(col, missing)
    ticks = _frame.to_float(col) if whole is None else whole
    return Instants(np.where(missing, 0, ticks), missing, None)


def whole_numbers(col, missing):
    """Return a column of integers as int64, 0 where missing; else None."""
    if _frame.is_polars(col):
        if not col.dtype.is_integer():
            return None
        return col.fill_null(0).cast(sys.modules["polars"].Int64).to_numpy()
    dtype = getattr(col, "dtype", None)
    if isinstance(dtype, pd.CategoricalDtype):
        levels = whole_numbers(dtype.categories, np.zeros(len(dtype.categories), bool))
        # the code of a missing value is -1, which is the last
        return None if levels is None else np.append(levels, 0)[col.cat.codes]
    if isinstance(dtype, np.dtype) and dtype.kind == "O":
        return _whole_objects(np.asarray(col), missing)
    if dtype is None or not pd.api.types.is_integer_dtype(dtype):
        return None
    if isinstance(dtype, np.dtype):
        return np.asarray(col).astype(np.int64)
    return (
        col.fillna(0).to_numpy(dtype=np.int64)
        if missing.any()
        else col.to_numpy(dtype=np.int64)
    )


def _whole_objects(values, missing):
    """Return Python's or the database's whole numbers as int64, or None."""
    found = np.zeros(len(values), dtype=np.int64)
    for place in np.flatnonzero(~missing):
        value = values[place]
        whole = isinstance(value, Integral)
        if isinstance(value, Decimal):
            whole = value.is_finite() and value == value.to_integral_value()
        if not whole or not _LEAST <= value <= _MOST:
            return None
        found[place] = int(value)
    return found


def _from_moments(moments, zone=None):
    missing = np.isnat(moments)
    unit = np.datetime_data(moments.dtype)[0]
    if unit == "ns":
        return Instants(moments.astype(np.int64), missing, "ns", zone)
    if unit not in _MICROSECONDS:
        moments, unit = moments.astype("M8[us]"), "us"
    ticks = np.where(missing, 0, moments.astype(np.int64))
    return Instants(_times(ticks, _MICROSECONDS[unit]), missing, "us", zone)


def _from_polars(col):
    missing = _frame.null_mask(col)
    if col.dtype == sys.modules["polars"].Date:
        days = col.to_physical().fill_null(0).to_numpy().astype(np.int64)
        return Instants(_times(days, 86_400 * 10**6), missing, "us")
    ticks = col.to_physical().fill_null(0).to_numpy().astype(np.int64)
    zone = col.dtype.time_zone
    if col.dtype.time_unit == "ns":
        return Instants(ticks, missing, "ns", zone)
    return Instants(
        _times(ticks, _MICROSECONDS[col.dtype.time_unit]), missing, "us", zone
    )


def _from_arrow(col):
    kind = col.dtype.pyarrow_dtype
    if not hasattr(kind, "tz"):  # days without a time
        return _from_objects(col)
    unit = "ns" if kind.unit == "ns" else "us"
    nothing = np.datetime64("NaT")
    moments = col.to_numpy(dtype=f"M8[{unit}]", na_value=nothing)
    return _from_moments(moments, kind.tz)


def _from_objects(col):
    values = _frame.to_python(col)
    missing = _frame.null_mask(col)
    zones = {_zone(value) for value in values[~missing]}
    if None in zones and len(zones) > 1:
        raise ValueError("mixes times with and without a time zone")
    zone = zones.pop() if len(zones) == 1 else "UTC" if zones else None
    stamps = [_to_utc(value) for value in values[~missing]]
    moments = np.full(len(values), "NaT", dtype="M8[us]")
    if any(stamp.unit == "ns" for stamp in stamps):
        moments = moments.astype("M8[ns]")
    moments[~missing] = [stamp.to_datetime64() for stamp in stamps]
    return _from_moments(moments, zone)


def _zone(value):
    zone = getattr(value, "tzinfo", None)
    return None if zone is None else _zone_name(zone)


def _zone_name(zone):
    """Return the name that gives a zone back, or UTC where it has none."""
    try:
        return str(pd.DatetimeTZDtype(tz=str(zone)).tz)
    except TypeError:
        return "UTC"


def _to_utc(value):
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    stamp = pd.Timestamp(value)
    return stamp if stamp.tz is None else stamp.tz_convert("UTC").tz_localize(None)


def _parse_texts(values):
    texts = pd.Series(values, dtype=object)
    try:
        with warnings.catch_warnings():
            # what pandas 2 warns of, mixed zones, is an error from pandas 3 on
            warnings.simplefilter("error", FutureWarning)
            moments = pd.to_datetime(texts, format="ISO8601")
    except (ValueError, FutureWarning) as error:
        given = [text for text in values if text is not None]
        aware = [_OFFSET.search(text) is not None for text in given]
        if any(aware) and not all(aware):
            raise ValueError("mixes times with and without a time zone") from error
        try:
            moments = pd.to_datetime(texts, format="ISO8601", utc=True)
        except ValueError:
            raise ValueError(
                f"holds texts that are no ISO 8601 dates, such as "
                f"{_first_unread(given)!r}. Convert it to dates first"
            ) from error
    return read_instants(moments)


def _first_unread(texts):
    """Return the first text that is no ISO 8601 date."""
    read = pd.to_datetime(pd.Series(texts), format="ISO8601", utc=True, errors="coerce")
    return texts[int(read.isna().to_numpy().argmax())]


def _times(ticks, factor):
    """Return ticks × factor, at the end of the scale where it would overflow."""
    if factor == 1:
        return ticks
    bound = _MOST // factor
    scaled = np.clip(ticks, -bound, bound) * factor
    return np.where(ticks > bound, _MOST, np.where(ticks < -bound, _LEAST, scaled))


def to_unit(ticks, unit, new, up):
    """Return ticks of one unit in another one, rounded up or down.

    Parameters
    ----------
    ticks : ndarray of int64 or float64
    unit, new : {"us", "ns"} or None
        Both None, or neither.
    up : bool
        Where a tick of the new unit is longer. A time lies before an instant if
        and only if it lies before the instant rounded up, and not after it if and
        only if it is not after the instant rounded down.
    """
    if unit == new:
        return ticks
    if new == "ns":
        return _times(ticks, 1_000)
    return -(-ticks // 1_000) if up else ticks // 1_000


def minus(ticks, span):
    """Return ticks − span, at the beginning of the scale where it would overflow."""
    if ticks.dtype.kind == "f" or isinstance(span, float):
        return ticks - span
    return np.where(ticks < _LEAST + span, _LEAST, ticks - span)


def read_span(value, unit, parameter):
    """Return a span of time in ticks of `unit`, or as a number for times of numbers.

    Parameters
    ----------
    value : str, timedelta or number
        Such as ``"2h"``; a number goes with times that are numbers only.
    unit : {"us", "ns"} or None
    parameter : str
        Whose value it is, for messages.

    Returns
    -------
    span : int or float
        Rounded up to whole ticks.

    Raises
    ------
    ValueError
        For what is no span, is negative, or does not go with the times.
    """
    if isinstance(value, int | float | np.number) and not isinstance(
        value, bool | np.timedelta64
    ):
        if unit is not None and value != 0:
            raise ValueError(
                f"{parameter}={value!r} is a number, and the times are dates: write "
                "it with a unit, as '2h' or '30min'."
            )
        span = value.item() if isinstance(value, np.number) else value
    else:
        span = _duration(value, parameter)
        if unit is None:
            if span != 0:
                raise ValueError(
                    f"{parameter}={value!r} is a duration, and the times are plain "
                    "numbers: give a number."
                )
        elif unit == "us":
            span = -(-span // 1_000)
    if not span >= 0:
        raise ValueError(
            f"{parameter}={value!r} must not be negative: it would look ahead."
        )
    return span


def _duration(value, parameter):
    """Return nanoseconds."""
    try:
        span = pd.Timedelta(value)
        if span is pd.NaT:
            raise ValueError("it is missing")
        if isinstance(value, str) and _UNITLESS.fullmatch(value) and span.value:
            raise ValueError("it names no unit")
        return span.as_unit("ns").value
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(
            f"{parameter}={value!r} is no span of time such as '2h', '30min' or "
            f"'7D': {str(error).rstrip('.')}."
        ) from error
