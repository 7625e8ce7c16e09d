"""Columns that changed since training, and infinite numbers."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from mmensemble.features._reading import read_column, read_numbers

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


@pytest.mark.parametrize("now", FRAME.columns)
@pytest.mark.parametrize("kind", KINDS)
def test_column_of_another_kind(kind, now):
    """A column may change its kind where values keep their meaning."""
    position = FRAME.columns.get_loc(now)
    if kind == now:
        read_column(FRAME, position, kind, now)
    elif (kind, now) in ACCEPTED:
        got = read_column(FRAME, position, kind, now)
        assert_array_equal(got, np.array(ACCEPTED[kind, now], dtype=got.dtype))
    else:
        match = rf"Column '{now}' was a {kind} column in fit and is a {now} column now"
        with pytest.raises(ValueError, match=match):
            read_column(FRAME, position, kind, now)


def test_numbers_side_by_side():
    """Columns are checked one by one where a table is not all numbers."""
    got = read_numbers(FRAME, [5, 6, 1], ["duration", "number", "boolean"], list("abc"))
    assert_array_equal(got, [[1, np.nan, 1], [np.nan, np.nan, 0]])
    with pytest.raises(ValueError, match="Column 'b' was a number column in fit and i"):
        read_numbers(FRAME, [0, 2], ["number", "number"], ["a", "b"])


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
