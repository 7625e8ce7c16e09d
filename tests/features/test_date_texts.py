"""Dates written as text: against hand-read ones, pandas, and columns of dates."""

from datetime import datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from mmensemble.features import AutoExtractor
from mmensemble.features._date_texts import DateStyle, find_date_style


def objects(*texts):
    return np.array(texts, dtype=object)


def read(text, day_first=False):
    return DateStyle(day_first, 1.0).read(objects(text))[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-01-31", datetime(2020, 1, 31)),
        ("2020-05", datetime(2020, 5, 1)),
        ("20200131", datetime(2020, 1, 31)),
        ("2020-01-31T10:20", datetime(2020, 1, 31, 10, 20)),
        ("2020-01-31 10:20:30.5", datetime(2020, 1, 31, 10, 20, 30, 500_000)),
        ("31.12.2020", datetime(2020, 12, 31)),
        ("1.2.2020", datetime(2020, 2, 1)),
        ("2020/3/4", datetime(2020, 3, 4)),
        ("31 Dec 2020", datetime(2020, 12, 31)),
        ("December 31, 2020 1:05 PM", datetime(2020, 12, 31, 13, 5)),
        ("12/31/69", datetime(2069, 12, 31)),
        ("12/31/70 12:00 am", datetime(1970, 12, 31)),
        ("2020-02-30", None),
        ("2020-13-01", None),
        ("12/31/2020 13:00 PM", None),
        ("31 Dez 2020", None),
        ("1.2.10", None),
        ("2020", None),
        ("12:30", None),
        ("1.5", None),
        ("a note of 2020-01-31 that is longer than any date is", None),
    ],
)
def test_what_texts_mean(text, expected):
    """Dates are read, and nothing else is."""
    assert read(text) == expected


@pytest.mark.parametrize("end", ["Z", " UTC", "+02:00", "-0530"])
def test_zones(end):
    """What follows a time of day is its distance from UTC."""
    shift = {"+02:00": 120, "-0530": -330}.get(end, 0)
    zone = timezone(timedelta(minutes=shift))
    assert read(f"2020-01-31T10:20:00{end}") == datetime(
        2020, 1, 31, 10, 20, tzinfo=zone
    )


def test_order_is_found_by_the_column():
    """One day after the twelfth tells; the same is then done with new rows."""
    texts = objects("3/4/2020", "25/4/2020")
    assert find_date_style(texts, np.ones(2), "d", 0.9) == DateStyle(True, 1.0)
    texts = objects("3/4/2020", "4/25/2020")
    assert find_date_style(texts, np.ones(2), "d", 0.9) == DateStyle(False, 1.0)
    texts = objects("4/4/2020", "2020-01-01")
    assert find_date_style(texts, np.ones(2), "d", 0.9) == DateStyle(None, 1.0)


def test_ambiguous_order_is_told():
    """Where no date tells the order, it is asked for, and can be given."""
    X = pd.DataFrame({"visit": ["1/2/2020", "3/4/2020"] * 10})
    match = "Column 'visit' holds dates such as '1/2/2020' in which day and month cann"
    with pytest.warns(UserWarning, match=match):
        assert AutoExtractor().fit(X).kinds_ == ["category"]
    for day_first in (True, False):
        extractor = AutoExtractor(day_first=day_first).fit(X)
        dates = pd.to_datetime(X["visit"], dayfirst=day_first).to_frame()
        assert extractor.kinds_ == ["date as text"]
        expected = AutoExtractor().fit_transform(dates)
        assert_array_equal(extractor.transform(X), expected)


def test_few_dates_are_no_dates():
    """With a smaller share than wanted the column is what it looks like."""
    texts = objects("2020-01-01", "soon", "later", "n/a")
    assert find_date_style(texts, np.ones(4), "d", 0.5) is None
    assert find_date_style(texts[:2], np.ones(2), "d", 0.5).share == 0.5
    assert find_date_style(objects("n/a"), np.ones(1), "d", 0.5) is None


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y %H:%M", "%d %b %Y"])
def test_text_equals_dates(form):
    """The column gives what the same column of dates gives, for new rows as well."""
    moments = pd.Series(pd.date_range("2019-12-30 01:00", periods=60, freq="25h"))
    moments = pd.to_datetime(moments.dt.strftime(form), format=form)
    texts = moments.dt.strftime(form).astype(object)
    texts[3] = moments[3] = None
    dates, written = moments.to_frame("at"), texts.to_frame("at")
    one, other = AutoExtractor().fit(dates[:40]), AutoExtractor().fit(written[:40])
    assert other.kinds_ == ["date as text"]
    assert_array_equal(other.transform(written), one.transform(dates))
    assert_array_equal(other.transform(dates), one.transform(dates))
    if form == "%Y-%m-%d":
        assert_array_equal(one.transform(written), one.transform(dates))
    assert_array_equal(one.get_feature_names_out(), other.get_feature_names_out())


def test_mixed_zones_are_refused():
    """Times with and without a zone in one column cannot be compared."""
    X = pd.DataFrame({"at": ["2020-01-01T10:00:00Z", "2020-01-01T10:00:00"]})
    with pytest.raises(ValueError, match="Column 'at' mixes times with and without a"):
        AutoExtractor().fit(X)
