"""Columns are found by name or position, or missed in words that help."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.auxiliary._columns import (
    find,
    labels_of,
    pairs_of,
    position_of,
    read_column,
    title_of,
)

pl = pytest.importorskip("polars")

FRAME = pd.DataFrame({"origin": [1, 2], "dest": [3, 4]})


def test_pairs():
    """Names that both share, lists of them, and dicts of different ones."""
    assert pairs_of(None, "on") == []
    assert pairs_of(["a", "b"], "on") == [("a", "a"), ("b", "b")]
    assert pairs_of(("a", "b"), "on") == [("a", "a"), ("b", "b")]
    assert pairs_of({0: "a"}, "on") == [(0, "a")]


@pytest.mark.parametrize("spec", [[], {}, 1.5, [None], [True], {"a": None}])
def test_pairs_that_are_none(spec):
    """The message says what may be written."""
    with pytest.raises(ValueError, match=r"on=.* names no columns. Write a column, a"):
        pairs_of(spec, "on")


@pytest.mark.parametrize("spec", [[], None, 1.5, {"a": "b"}, [None]])
def test_labels_that_are_none(spec):
    """Lists of columns only."""
    with pytest.raises(ValueError, match=r"ids=.* names no columns"):
        labels_of(spec, "ids")
    assert labels_of("a", "ids") == ["a"]


@pytest.mark.parametrize("table", [FRAME, pl.from_pandas(FRAME), FRAME.to_numpy()])
def test_find(table):
    """Names in frames, positions everywhere, from the end too."""
    assert list(find(table, 1, "on")) == [3, 4]
    assert list(find(table, -1, "on")) == [3, 4]
    assert position_of(table, -1, "on") == 1
    if not isinstance(table, np.ndarray):
        assert list(find(table, "dest", "on")) == [3, 4]
        assert position_of(table, "dest", "on") == 1
        assert title_of(table, 1) == "dest"
    else:
        assert title_of(table, 1) == 1


def test_what_is_not_found():
    """The nearest names, the first ones, or the positions."""
    with pytest.raises(
        ValueError, match="on='orign' is no column of X; did you mean 'or"
    ):
        find(FRAME, "orign", "on")
    with pytest.raises(
        ValueError, match="is no column of the table; there are 'origin',"
    ):
        find(FRAME, "zzz", "on", "the table")
    with pytest.raises(ValueError, match="has no names but the positions 0 to 1"):
        find(FRAME.to_numpy(), "origin", "on")
    with pytest.raises(ValueError, match="on=2 is no column"):
        find(FRAME, 2, "on")


def test_errors_of_reading_name_the_column():
    """Parameter, column and table stand in front of what is wrong."""

    def refuse(col):
        raise ValueError("holds nothing good")

    with pytest.raises(
        ValueError, match="on: column 'dest' of X holds nothing good\\."
    ):
        read_column(FRAME, 1, "on", refuse)
