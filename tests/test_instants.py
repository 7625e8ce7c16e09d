"""Instants of every container against pandas' own timestamps."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from mmensemble._instants import (
    Instants,
    minus,
    read_instants,
    read_span,
    to_unit,
    whole_numbers,
)

pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

MOMENTS = ["2024-03-31 01:30", "1969-12-31 23:59:59.123456", None]
WORLD = pd.Series(pd.to_datetime(MOMENTS, format="ISO8601"))
ZONED = WORLD.dt.tz_localize("UTC").dt.tz_convert("America/New_York")
TICKS = [1711848600 * 10**6, -876544]
TWO = timezone(timedelta(hours=2))


def check(instants, unit, zone, ticks=TICKS):
    factor = 1_000 if unit == "ns" else 1
    assert (instants.unit, instants.zone) == (unit, zone)
    assert instants.missing.tolist() == [False, False, True]
    assert instants.ticks[:2].tolist() == [tick * factor for tick in ticks]


@pytest.mark.parametrize(
    ("column", "unit", "zone"),
    [
        (WORLD.astype("datetime64[us]"), "us", None),
        (WORLD.astype("datetime64[ns]"), "ns", None),
        (WORLD.astype("datetime64[ns]").to_numpy(), "ns", None),
        (ZONED.astype("datetime64[us, America/New_York]"), "us", "America/New_York"),
        (ZONED.astype("datetime64[ns, UTC]"), "ns", "UTC"),
        (ZONED.astype(pd.ArrowDtype(pa.timestamp("us", "UTC"))), "us", "UTC"),
        (WORLD.astype(pd.ArrowDtype(pa.timestamp("ns"))), "ns", None),
        (pl.from_pandas(WORLD).cast(pl.Datetime("us")), "us", None),
        (pl.from_pandas(WORLD).cast(pl.Datetime("ns")), "ns", None),
        (
            pl.from_pandas(ZONED).cast(pl.Datetime("us", "America/New_York")),
            "us",
            "America/New_York",
        ),
        (pd.Series([*WORLD[:2].dt.to_pydatetime(), None], dtype=object), "us", None),
        (
            pd.Series(list(ZONED.astype("datetime64[us, UTC]")), dtype=object),
            "us",
            "UTC",
        ),
        (
            pd.Series([m and m.replace(" ", "T") for m in MOMENTS], dtype=object),
            "us",
            None,
        ),
        (pd.Series([m and f"{m}Z" for m in MOMENTS], dtype=object), "us", "UTC"),
        (pl.Series([m and f"{m}Z" for m in MOMENTS]), "us", "UTC"),
    ],
)
def test_every_container(column, unit, zone):
    """Zoned times are instants, others what the clock shows."""
    check(read_instants(column), unit, zone)


def test_mixed_zones_are_instants():
    """Offsets that differ within a column, in objects and texts."""
    moments = [
        datetime(2024, 1, 1, 12, tzinfo=TWO),
        datetime(2024, 1, 1, 10, tzinfo=UTC),
    ]
    for column in (
        pd.Series(moments, dtype=object),
        pd.Series([m.isoformat() for m in moments], dtype=object),
    ):
        got = read_instants(column)
        assert (got.zone, len(set(got.ticks))) == ("UTC", 1)


def test_days():
    """Dates without times, in every container; coarse units too."""
    days = [date(2024, 1, 2), date(1960, 5, 1), None]
    expected = [1704153600 * 10**6, -305164800 * 10**6]
    for column in (
        pd.Series(days, dtype=object),
        pl.Series(days),
        pd.Series(days, dtype=pd.ArrowDtype(pa.date32())),
        np.array(["2024-01-02", "1960-05-01", "NaT"], dtype="M8[D]"),
        pd.Series(np.array(["2024-01-02", "1960-05-01", "NaT"], dtype="M8[s]")),
        pl.Series(days).cast(pl.Datetime("ms")),
    ):
        check(read_instants(column), "us", None, expected)


def test_objects_of_nanoseconds():
    """Timestamps of nanoseconds keep them."""
    stamp = pd.Timestamp("2024-01-01 00:00:00.000000001")
    got = read_instants(pd.Series([stamp, None], dtype=object))
    assert got.unit == "ns"
    assert got.ticks[0] == stamp.value


def test_numbers():
    """Plain numbers are times as they are; whole ones stay exact."""
    got = read_instants(pd.Series([2**60 + 1, None], dtype="Int64"))
    assert got.unit is None
    assert got.ticks[0] == 2**60 + 1
    assert got.missing.tolist() == [False, True]
    got = read_instants(np.array([1.5, np.nan]))
    assert got.ticks[0] == 1.5
    assert got.missing.tolist() == [False, True]
    assert read_instants(pd.Series([Decimal("1.5")], dtype=object)).ticks[0] == 1.5


def test_whole_numbers():
    """Integer dtypes, and integers in columns of objects and of categories."""
    none = np.zeros(2, dtype=bool)
    assert whole_numbers(np.array([1.0, 2.0]), none) is None
    assert whole_numbers(pl.Series([1.0, 2.0]), none) is None
    assert whole_numbers(pl.Series([1, None]), none).tolist() == [1, 0]
    assert whole_numbers(pd.Series([1, 2], dtype="Int64"), none).tolist() == [1, 2]
    assert whole_numbers([1, 2], none) is None
    large = [2**60, 2**60 + 1]
    lost = np.array([False, True])
    for values in (large, [Decimal(n) for n in large], [np.int64(n) for n in large]):
        objects = pd.Series(values, dtype=object)
        assert whole_numbers(objects, none).tolist() == large
        assert whole_numbers(objects.to_numpy(), none).tolist() == large
    assert whole_numbers(pd.Series(large).astype("category"), none).tolist() == large
    gap = pd.Series([2**60, None], dtype="Int64").astype("category")
    assert whole_numbers(gap, lost).tolist() == [2**60, 0]
    assert whole_numbers(pd.Series([7, None], dtype=object), lost).tolist() == [7, 0]
    for values in ([1, 1.5], [Decimal("0.5"), 1], [Decimal("inf"), 1], [2**63, 1]):
        assert whole_numbers(pd.Series(values, dtype=object), none) is None
    assert whole_numbers(pd.Series(["a", "b"], dtype="category"), none) is None


def test_the_end_of_the_scale():
    """Years beyond nanoseconds keep their order."""
    years = np.array(["9999-01-01", "0001-01-01", "2024-01-01"], dtype="M8[us]")
    ticks = to_unit(read_instants(years).ticks, "us", "ns", up=True)
    assert ticks[0] == np.iinfo(np.int64).max
    assert ticks[1] == np.iinfo(np.int64).min
    assert ticks[2] == 1704067200 * 10**9
    assert minus(ticks, 10)[1] == np.iinfo(np.int64).min
    assert minus(np.array([1.5]), 1)[0] == 0.5


@pytest.mark.parametrize("tick", [-1001, -1000, -999, 0, 1, 999, 1000, 1001])
def test_rounding_keeps_before_and_after(tick):
    """t < x if and only if t < x rounded up; t <= x if and only if t <= x down."""
    up, down = (to_unit(np.array([tick]), "ns", "us", u)[0] for u in (True, False))
    for known in range(-3, 4):
        assert (known * 1000 < tick) == (known < up)
        assert (known * 1000 <= tick) == (known <= down)


@pytest.mark.parametrize(
    ("column", "match"),
    [
        (pd.Series([True]), "holds boolean values .*, not dates"),
        (
            pd.Series(["2024-01-01", None, "31.12.2024"], dtype=object),
            r"no ISO 8601 dates, such as '31\.12\.2024'\. Convert it",
        ),
        (pd.Series(["2024-01-01", "2024-01-01T00:00Z"], dtype=object), "mixes times"),
        (
            pd.Series(
                [datetime(2024, 1, 1), datetime(2024, 1, 1, tzinfo=TWO)], dtype=object
            ),
            "mixes times",
        ),
    ],
)
def test_columns_that_are_no_times(column, match):
    """The message can follow the name of the column."""
    with pytest.raises(ValueError, match=match):
        read_instants(column)


def test_seconds_and_words():
    """Seconds for the calendar, words for messages."""
    got = read_instants(ZONED)
    assert_array_equal(got.seconds(), [1711848600, -0.876544, np.nan])
    assert got.words == "times in America/New_York"
    assert read_instants(WORLD).words == "times without a zone"
    assert Instants(np.zeros(1), np.zeros(1, bool), None).words == "numbers"


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("2h", "us", 7_200_000_000),
        (timedelta(minutes=1), "ns", 60 * 10**9),
        (np.timedelta64(3, "D"), "us", 3 * 86_400 * 10**6),
        (pd.Timedelta("1ns"), "us", 1),
        (0, "us", 0),
        ("0s", None, 0),
        ("0", "us", 0),
        ("1:30:00", "us", 5_400_000_000),
        (np.float64(2.5), None, 2.5),
        (7, None, 7),
    ],
)
def test_spans(value, unit, expected):
    """Words, timedeltas and numbers; rounded up to whole ticks."""
    assert read_span(value, unit, "gap") == expected


@pytest.mark.parametrize(
    ("value", "unit", "match"),
    [
        ("-1h", "us", "gap='-1h' must not be negative: it would look ahead"),
        (-1, None, "must not be negative"),
        (float("nan"), None, "must not be negative"),
        (3, "us", "gap=3 is a number, and the times are dates"),
        ("1h", None, "gap='1h' is a duration, and the times are plain numbers"),
        ("soon", "us", "gap='soon' is no span of time"),
        ("2", "us", "gap='2' is no span of time such as .* it names no unit"),
        (" 15 ", None, "it names no unit"),
        (None, "us", "gap=None is no span of time"),
        (True, "us", "gap=True is no span of time"),
    ],
)
def test_spans_that_are_none(value, unit, match):
    """The message names the parameter."""
    with pytest.raises(ValueError, match=match):
        read_span(value, unit, "gap")
