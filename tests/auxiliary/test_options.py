"""What parameters say together; that they are refused is tested with the joiner."""

import numpy as np
import pytest

from mmensemble import AuxiliaryJoiner
from mmensemble.auxiliary._options import read_format, read_options


def options(**given):
    return read_options(AuxiliaryJoiner(None, prefix="aux", **given))


def test_pairs_of_columns():
    """One name for both tables, or a pair."""
    got = options(on={"a": "b"}, time="t", nearest=["lat", "lon"])
    assert got.pairs() == [
        ("on", "a", "b"),
        ("time", "t", "t"),
        ("nearest", "lat", "lat"),
        ("nearest", "lon", "lon"),
    ]
    assert got.read_columns() == {"b", "t", "lat", "lon"}
    assert options(time=["t", "u"]).time == [("t", "u")]


@pytest.mark.parametrize(
    ("given", "age", "distance"),
    [
        ({"time": "t", "tolerance": "3h"}, "3h", np.inf),
        ({"nearest": "x", "tolerance": 5}, None, 5.0),
        ({"nearest": "x", "time": "t", "tolerance": ("3h", 5)}, "3h", 5.0),
        ({"nearest": "x", "time": "t", "tolerance": (None, 5)}, None, 5.0),
        ({"nearest": "x", "time": "t"}, None, np.inf),
        ({"on": "k"}, None, np.inf),
    ],
)
def test_tolerance(given, age, distance):
    """An age with times, a distance with places, both as a pair."""
    got = options(**given)
    assert (got.age, got.distance) == (age, distance)


@pytest.mark.parametrize(
    ("given", "haversine"),
    [
        ({"nearest": "x"}, False),
        ({"nearest": ["a", "b"]}, True),
        ({"nearest": ["a", "b"], "metric": "euclidean"}, False),
        ({"nearest": ["a", "b", "c"]}, False),
        ({"on": "k"}, False),
    ],
)
def test_metric(given, haversine):
    """Two columns are a place on the globe, unless told otherwise."""
    assert options(**given).haversine == haversine


def test_a_gap_of_nothing_needs_no_time():
    """The default, and other words for it."""
    for gap in ("0s", 0, "0h"):
        assert options(on="k", gap=gap).gap == gap
    with pytest.raises(ValueError, match="'gap' and 'exact_time' go with 'time'"):
        options(on="k", gap=None)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (
            {"separator": ";"},
            "names 'separator'.* it says sep, decimal, encoding, dates",
        ),
        ({"decimals": ","}, "names 'decimals'; did you mean 'decimal'"),
        ({"sep": ";;"}, "file_format: sep=';;' must be one character"),
        ({"decimal": 0}, "file_format: decimal=0 must be a text"),
        ({"encoding": "cp12"}, "encoding='cp12' is not known; such are"),
    ],
)
def test_formats_that_mean_nothing(given, match):
    """What is named is one of four, and each is what it must be."""
    assert read_format(None) == {}
    assert read_format({"sep": ";"}) == {"sep": ";"}
    with pytest.raises(ValueError, match=match):
        read_format(given)
