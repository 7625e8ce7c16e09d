"""Parts of dates against pandas; cycles are tested with their encoder."""

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

from mmensemble._calendar import calendar_parts, positions_in_cycles


def seconds(moments):
    return (moments - pd.Timestamp("1970-01-01")) / pd.Timedelta("1s")


def test_parts_equal_pandas():
    """Leap years, years before 1970 and times of day."""
    moments = pd.date_range("1896-02-27 01:30", periods=900, freq="1000h11min")
    parts = calendar_parts(seconds(moments).to_numpy())
    assert list(parts) == ["year", "month", "day", "weekday", "hour"]
    for name in ("year", "month", "day"):
        assert_allclose(parts[name], getattr(moments, name))
    assert_allclose(parts["weekday"], moments.day_of_week)
    assert_allclose(parts["hour"], moments.hour + moments.minute / 60)


def test_positions_without_times():
    """Whole days have two cycles, of which each begins at 0."""
    monday_and_new_year = np.array([seconds(pd.Timestamp("2024-01-01"))])
    assert positions_in_cycles(monday_and_new_year, False).tolist() == [[0.0, 0.0]]
