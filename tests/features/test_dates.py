"""Dates against the calendar and hand-worked angles."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.preprocessing import StandardScaler

from mmensemble.features._dates import DateEncoder, positions_in_cycles


def seconds(*moments):
    epoch = datetime(1970, 1, 1)
    return np.array([(moment - epoch).total_seconds() for moment in moments])


def encoder_of(values, weight=None):
    weight = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=float)
    return DateEncoder(3.0).fit(values, weight)


def test_positions_equal_pandas():
    """Day of year, day of week and time of day are those of pandas."""
    moments = pd.date_range("1969-12-30 01:30", periods=900, freq="67h11min")
    got = positions_in_cycles(seconds(*moments.to_pydatetime()), with_times=True)
    year = (moments.day_of_year - 1) / (365 + moments.is_leap_year)
    day = (moments.hour * 60 + moments.minute) / 1440
    assert_allclose(
        got, np.column_stack([year, moments.day_of_week / 7, day]), atol=1e-9
    )


@pytest.mark.parametrize(
    ("moment", "year", "week", "day"),
    [
        (datetime(2024, 1, 1), (0, 1), (0, 1), (0, 1)),
        (datetime(2024, 7, 2, 12), (0, -1), None, (0, -1)),
        (datetime(2023, 1, 1, 6), (0, 1), None, (1, 0)),
        (datetime(1969, 1, 6, 18), None, (0, 1), (-1, 0)),
    ],
)
def test_angles_by_hand(moment, year, week, day):
    """Monday, new year and midnight are the top of their circles."""
    encoder = encoder_of(seconds(datetime(2020, 1, 1, 5), datetime(2020, 2, 1)))
    got = encoder.transform(seconds(moment))[0]
    for expected, part in zip([year, week, day], [1, 3, 5], strict=True):
        if expected is not None:
            assert_allclose(got[part : part + 2], expected, atol=1e-12)


def test_linear_part_is_scaled():
    """The date itself is standardised, also where all lie within a minute."""
    for step in (timedelta(days=30), timedelta(seconds=1)):
        values = seconds(*[datetime(2020, 1, 1) + i * step for i in range(9)])
        expected = StandardScaler().fit_transform(np.arange(9.0).reshape(-1, 1))
        got = encoder_of(values).transform(values)[:, :1]
        assert_allclose(got, expected, atol=1e-6)


def test_missing_is_median_and_centre():
    """A missing date is the median date, in no part of any cycle."""
    values = seconds(datetime(2020, 1, 1), datetime(2020, 1, 2), datetime(2021, 1, 1))
    encoder = encoder_of(np.append(values, np.nan))
    got = encoder.transform(np.array([values[1], np.nan]))
    assert got[0, 0] == got[1, 0]
    assert_array_equal(got[1, 1:], 0)


def test_all_missing():
    """A column without dates is zero, and gives no time of day."""
    encoder = encoder_of(np.array([np.nan, np.nan]))
    assert_array_equal(encoder.transform(np.array([np.nan])), np.zeros((1, 5)))


def test_times_only_where_training_has_them():
    """The circle of the day is learnt from training."""
    days = seconds(datetime(2020, 1, 1), datetime(2020, 5, 1))
    assert len(encoder_of(days).names("x")) == 5
    assert encoder_of(days).transform(days + 3600).shape == (2, 5)
    assert encoder_of(days + 3600).names("x") == [
        "x_linear",
        "x_year_sin",
        "x_year_cos",
        "x_week_sin",
        "x_week_cos",
        "x_day_sin",
        "x_day_cos",
    ]


def test_weights_equal_repeats():
    """Weights count for the median and the scale."""
    values = seconds(*[datetime(2020, month, 3) for month in range(1, 8)])
    values[2] = np.nan
    weight = np.array([1, 2, 3, 1, 4, 2, 1])
    repeated = encoder_of(values.repeat(weight)).transform(values)
    assert_allclose(encoder_of(values, weight).transform(values), repeated, atol=1e-12)
