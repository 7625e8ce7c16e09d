"""Strings that are numbers, dates or durations: read as plain numbers."""

import numpy as np
import pandas as pd
import pytest

from mmensemble import _frame
from mmensemble.features import AutoExtractor
from mmensemble.features._written_numbers import with_numbers, written_column

pl = pytest.importorskip("polars")
WRITTEN = pd.DataFrame(
    {
        "price": ["$3,000", "$1,250.50", "n/a", None],
        "day": ["31.12.2020", None, "1.2.2021", "soon"],
        "wait": ["0:01:30", "1 days 00:00:01", None, None],
        "crp": ["<0.5", "12,6", "3,4", "high"],
        "sex": ["f", "m", None, "f"],
        "age": [1.0, 2.0, np.nan, 4.0],
    },
    index=[3, 5, 7, 9],
)
DAYS = pd.to_datetime(["2020-12-31", None, "2021-02-01", None])
PARSED = {
    "price": [3000, 1250.5, np.nan, np.nan],
    "day": (DAYS - pd.Timestamp(0)).total_seconds(),
    "wait": [90, 86401, np.nan, np.nan],
    "crp": [0.5, 12.6, 3.4, np.nan],
}


@pytest.fixture(autouse=True)
def easy(monkeypatch):
    """Take a column for numbers also where a quarter of its few values are none."""
    place = "mmensemble.features._written_numbers.OPTIONS"
    options = {"min_parsed": 0.6, "day_first": None, "max_categories": 100}
    monkeypatch.setattr(place, options)


@pytest.mark.parametrize("container", [pd.DataFrame, pl.from_pandas, np.asarray])
def test_numbers_from_every_container(container):
    """As parsed by hand; categories and numbers stay, and so does the input."""
    X = container(WRITTEN)
    found = with_numbers(X)
    assert type(found) is type(X)
    for position, name in enumerate(WRITTEN):
        column = _frame.column(found, position)
        if name in PARSED:
            np.testing.assert_array_equal(_frame.to_float(column), PARSED[name])
        else:
            expected = _frame.to_objects(_frame.column(X, position))
            assert _frame.to_objects(column).tolist() == expected.tolist()
    if container is pd.DataFrame:
        assert found.index.tolist() == [3, 5, 7, 9]
        assert X.equals(WRITTEN)
        assert with_numbers(found) is found


def test_what_auto_takes_for_numbers():
    """The same columns, by the same weights; numbers are no strings."""
    X = WRITTEN.drop(columns="wait")
    auto = AutoExtractor(min_parsed=0.6).fit(X)
    found = [written_column(X, k, name, np.ones(4)) for k, name in enumerate(X)]
    kinds = [column.kind if column else None for column in found]
    assert kinds == [k if k.endswith("as text") else None for k in auto.kinds_]
    assert written_column(X, 2, "crp", np.array([1, 1, 1, 9.0])) is None
    given = with_numbers(X, np.array([1, 1, 1, 9.0]))
    assert given["crp"].tolist() == X["crp"].tolist()


def test_dates_keep_their_clocks():
    """Of rows that are read later too, in the zone that was seen first."""
    X = pd.DataFrame({"t": ["2024-01-01T12:00+01:00", "2024-06-01T12:00+01:00"]})
    column = written_column(X, 0, "t", np.ones(2))
    other = pd.DataFrame({"t": ["2024-01-01T11:00Z"]})
    assert column.read(other, 0)[0] == column.read(X, 0)[0]
