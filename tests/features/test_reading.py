"""Columns that changed since training, and infinite numbers."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from mmensemble.features._date_texts import DateStyle
from mmensemble.features._reading import read_column, read_numbers, time_zone

FRAME = pd.DataFrame(
    {
        "number": [1.5, np.nan],
        "boolean": [True, False],
        "string": ["1", None],
        "category": pd.Series(["1", None], dtype="category"),
        "date": pd.to_datetime(["2020-01-01", None]),
        "duration": pd.to_timedelta([1, None], unit="s"),
        "nothing": pd.Series([None, None], dtype=str),
    }
)
ACCEPTED = {
    ("number", "boolean"): [1, 0],
    ("number", "nothing"): [np.nan, np.nan],
    ("number", "string"): [1, np.nan],
    ("number as text", "number"): [1.5, np.nan],
    ("number as text", "boolean"): [1, 0],
    ("number as text", "string"): ["1", None],
    ("number as text", "category"): ["1", None],
    ("number as text", "nothing"): [None, None],
    ("boolean", "number"): [1.5, np.nan],
    ("boolean", "nothing"): [np.nan, np.nan],
    ("duration", "nothing"): [np.nan, np.nan],
    ("date", "nothing"): [np.nan, np.nan],
    ("category", "string"): ["1", None],
    ("category", "boolean"): ["True", "False"],
    ("category", "number"): ["1.5", None],
    ("category", "nothing"): [None, None],
    ("text", "string"): ["1", None],
    ("text", "category"): ["1", None],
    ("text", "nothing"): [None, None],
}
KINDS = ["number", "boolean", "category", "text", "date", "duration"]
KINDS += ["number as text"]


@pytest.mark.parametrize("now", FRAME.columns)
@pytest.mark.parametrize("kind", KINDS)
def test_column_of_another_kind(kind, now):
    """A column may change its kind where values keep their meaning."""
    position = FRAME.columns.get_loc(now)
    if kind == now:
        read_column(FRAME, position, kind, now)
    elif (kind, now) == ("date", "string"):
        with pytest.raises(ValueError, match="Column 'string' holds texts that are no"):
            read_column(FRAME, position, kind, now)
    elif (kind, now) in ACCEPTED:
        got = read_column(FRAME, position, kind, now)
        assert_array_equal(got, np.array(ACCEPTED[kind, now], dtype=got.dtype))
    else:
        match = rf"Column '{now}' was a {kind} column in fit and is a {now} column now"
        match += r"( \(dtype .*\). Write it as in fit|: 1 of its texts)"
        with pytest.raises(ValueError, match=match):
            read_column(FRAME, position, kind, now)


def test_numbers_that_became_text():
    """Numbers in text are read where all can be, else the first is named."""
    X = pd.DataFrame({"a": [1.0, 2.0], "b": ["1.5", " 2e1 "]})
    got = read_numbers(X, np.arange(2), ["number", "number"], list("ab"))
    assert_array_equal(got, [[1, 1.5], [2, 20]])
    X["b"] = ["1.5", "<2"]
    with pytest.raises(ValueError, match="1 of its texts are no number, such as '<2'"):
        read_numbers(X, np.arange(2), ["number", "number"], list("ab"))


def test_dates_that_were_text():
    """Dates are read as training had them, from texts or as dates; null is null."""
    style = DateStyle(True, 1.0)
    X = pd.DataFrame({"text": ["03/04/2020", "soon"], "none": [None, "x"]}, dtype=str)
    X["date"] = pd.to_datetime(["2020-04-03", None])
    seconds = [pd.Timestamp("2020-04-03").timestamp(), np.nan]
    for position, expected in ((0, seconds), (1, [np.nan] * 2), (2, seconds)):
        got = read_column(X, position, "date as text", "d", None, style)
        assert_array_equal(got, expected)
    assert time_zone(X, 0, "d", style) is None
    match = "Column 'd' was a date as text column in fit and is a number column now"
    with pytest.raises(ValueError, match=match):
        read_column(pd.DataFrame({"d": [1, 2]}), 0, "date as text", "d", None, style)


def test_numbers_side_by_side():
    """Columns are checked one by one where a table is not all numbers."""
    got = read_numbers(FRAME, [5, 6, 1], ["duration", "number", "boolean"], list("abc"))
    assert_array_equal(got, [[1, np.nan, 1], [np.nan, np.nan, 0]])
    with pytest.raises(ValueError, match="Column 'b' was a number column in fit and i"):
        read_numbers(FRAME, [0, 4], ["number", "number"], ["a", "b"])


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("container", [np.array, sparse.csr_array, pd.DataFrame])
def test_infinity_names_its_column(container, sign):
    """The first infinite column is named, the others are counted."""
    X = container(np.array([[1.0, 0, sign * np.inf], [0, 1, np.inf]]))
    match = "Column 'c' contains infinity, as do 0 others"
    with pytest.raises(ValueError, match=match):
        read_numbers(X, np.arange(3), ["number"] * 3, list("abc"))


def test_some_sparse_columns():
    """Columns of a sparse matrix are taken by position."""
    X = sparse.csr_array(np.eye(3))
    got = read_numbers(X, np.array([2]), ["number"], ["c"])
    assert_array_equal(got.toarray(), [[0], [0], [1]])
