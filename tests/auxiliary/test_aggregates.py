"""Statistics of spans against NumPy on slices."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmensemble.auxiliary._aggregates import (
    SpanStatistics,
    Statistic,
    read_aggregate,
    summarise,
)
from mmensemble.auxiliary._containers import read_values
from mmensemble.auxiliary._matching import Matches

KINDS = {"temp": "number", "sky": "string", "at": "date"}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.floats(-1e150, 1e150), st.just(np.nan)), max_size=40),
    st.randoms(use_true_random=False),
)
def test_spans_equal_slices(values, random):
    """Every span of every length, scales from 1e-150 to 1e150."""
    values = np.array(values, dtype=float)
    ends = [sorted(random.choices(range(len(values) + 1), k=2)) for _ in range(20)]
    start, stop = np.array(ends).T
    spans = SpanStatistics(values)
    for word in ("sum", "mean", "min", "max", "count", "last"):
        got = getattr(spans, word)(start, stop)
        for k, (a, b) in enumerate(ends):
            known = values[a:b][~np.isnan(values[a:b])]
            if word == "count":
                assert got[k] == len(known)
            elif word == "last":
                at = np.flatnonzero(~np.isnan(values[a:b]))
                assert got[k] == (a + at[-1] if len(at) else -1)
            elif not len(known):
                assert np.isnan(got[k])
            else:
                scale = np.abs(known).sum() if word in ("sum", "mean") else 0
                assert got[k] == pytest.approx(
                    getattr(np, word)(known), rel=1e-12, abs=1e-13 * scale
                )


def test_a_sum_is_no_difference_of_larger_ones():
    """A huge value before a span takes no digit from it."""
    spans = SpanStatistics(np.array([1e20, 1.0, 2.0, 3.0]))
    assert spans.sum(np.array([1]), np.array([4])).tolist() == [6.0]


def test_infinite_values():
    """They stay in their spans, and cancel to nothing known."""
    spans = SpanStatistics(np.array([np.inf, 1.0, -np.inf]))
    start, stop = np.array([0, 1, 1, 0]), np.array([2, 2, 3, 3])
    assert spans.sum(start, stop)[:3].tolist() == [np.inf, 1.0, -np.inf]
    assert np.isnan(spans.sum(start, stop)[3])
    assert spans.max(start, stop).tolist() == [np.inf, 1.0, 1.0, np.inf]


def test_words_go_where_they_suit():
    """Numbers have means; everything has a count and a last value."""
    names = [s.name for s in read_aggregate(["mean", "size", "last"], KINDS)]
    assert names == ["size", "temp_mean", "temp_last", "sky_last", "at_last"]
    given = {"sky": ["share:rain", "size"], "temp": "max"}
    names = [s.name for s in read_aggregate(given, KINDS)]
    assert names == ["sky_share_rain", "size", "temp_max"]
    twice = read_aggregate({"temp": ["max", "max"]}, KINDS)
    assert twice == [Statistic("temp", "max")]


@pytest.mark.parametrize(
    ("aggregate", "match"),
    [
        ("median", r"aggregate='median' is unknown; there are mean, sum"),
        ("share:", "aggregate='share:' is unknown"),
        ({"temp": None}, "aggregate=None is unknown"),
        ({"tmp": "mean"}, r"names the column 'tmp', which is none of \['temp'"),
        ({"at": "mean"}, "'mean' does not suit the column 'at', which is of the kind"),
        ([], "suits none of the columns"),
    ],
)
def test_refusals(aggregate, match):
    """Words that are none, and that do not suit."""
    with pytest.raises(ValueError, match=match):
        read_aggregate(aggregate, KINDS)


def test_summaries_of_matches():
    """Rows without a match are missing, matches without a value count 0."""
    columns = {
        "temp": read_values(pd.Series([1.0, None, 3.0])),
        "sky": read_values(pd.Series(["rain", None, "sun"], dtype=object)),
        "at": read_values(pd.Series(pd.to_datetime(["2024-01-01", None, None]))),
    }
    matches = Matches(np.array([2, 1, 0]), np.array([0, 1, 1]), np.array([3, 2, 1]))

    def result(column, word):
        return list(summarise(Statistic(column, word), columns, matches).data)

    assert result("temp", "mean")[:1] == [2.0]
    assert result("temp", "count")[:2] == [2.0, 0.0]
    assert result(None, "size")[:2] == [3.0, 1.0]
    assert np.isnan(result("temp", "count")[2])
    assert result("sky", "share:rain")[:1] == [0.5]
    assert result("sky", "last") == ["rain", None, None]
    assert result("at", "count")[:2] == [1.0, 0.0]
