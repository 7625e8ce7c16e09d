"""Records of rows: found by key and time, without the rows themselves."""

import numpy as np
import pandas as pd
import pytest

from mmensemble._instants import Instants, read_instants
from mmensemble.auxiliary._keys import read_key
from mmensemble.auxiliary._records import Records, latest


def key(values):
    return read_key(pd.Series(values, dtype=object), "k", "X")


def numbers(ticks):
    return read_instants(np.array(ticks, dtype=float))


def make(rows=None):
    return Records.make(
        [key(["a", "b", "a", None, "a"])],
        numbers([3, 1, 1, 2, np.nan]),
        "'t' in fit",
        {"v": np.arange(5.0)},
        rows,
    )


def test_values_stand_in_order():
    """By key and time; rows without either are gone."""
    records = make()
    assert records.values["v"].tolist() == [2.0, 0.0, 1.0]
    start, stop = records.before([key(["a", "b", "z"])], numbers([9, 9, 9]), "'t' of X")
    found = [
        records.values["v"][a:b].tolist() for a, b in zip(start, stop, strict=True)
    ]
    assert found == [[2.0, 0.0], [1.0], []]


def test_gap_and_window():
    """Strictly before the gap, back to the window."""
    records = make()
    asked = [key(["a"] * 4)], numbers([3, 4, 4, np.nan]), "'t' of X"
    start, stop = records.before(*asked)
    assert (stop - start).tolist() == [1, 2, 2, 0]
    start, stop = records.before(*asked, gap=1, window=1)
    assert (stop - start).tolist() == [1, 0, 0, 0]


def test_some_rows_only():
    """What is not kept leaves no trace, its key neither."""
    records = make(np.array([True, False, True, True, True]))
    assert records.values["v"].tolist() == [2.0, 0.0]
    assert "b" not in records.coder.levels[0][0]


def test_no_records_and_other_times():
    """Nothing to find is no error; times of another kind are."""
    nothing = make(np.zeros(5, dtype=bool))
    start, stop = nothing.before([key(["a"])], numbers([9]), "'t' of X")
    assert (start.tolist(), stop.tolist()) == ([0], [0])
    moments = read_instants(pd.Series(pd.to_datetime(["2024-01-01"])))
    with pytest.raises(
        ValueError, match="'t' of X holds times without a zone, and 't'"
    ):
        make().before([key(["a"])], moments, "'t' of X")


def test_the_later_of_two():
    """In the finer unit; missing where either is."""
    none = np.zeros(2, dtype=bool)
    one = Instants(np.array([1, 5]), none, "us")
    other = Instants(np.array([1_001, 4_000]), np.array([False, True]), "ns")
    both = latest(one, other)
    assert both.unit == "ns"
    assert both.ticks.tolist() == [1_001, 5_000]
    assert both.missing.tolist() == [False, True]
