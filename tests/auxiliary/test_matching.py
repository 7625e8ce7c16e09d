"""Matches of rows; whole joins are tested with the joiner."""

import numpy as np
import pandas as pd
import pytest

from mmensemble import AuxiliaryJoiner
from mmensemble.auxiliary._matching import Matches, coordinates, keys_of, match_rows
from mmensemble.auxiliary._options import read_options


def test_last():
    """The end of each span, -1 for an empty one, of an empty table too."""
    matches = Matches(np.array([5, 3]), np.array([0, 1, 0]), np.array([2, 1, 1]))
    assert matches.last().tolist() == [3, -1, 5]
    assert matches.found.tolist() == [True, False, True]
    nothing = Matches(np.zeros(0, dtype=int), *np.zeros((2, 2), dtype=int))
    assert nothing.last().tolist() == [-1, -1]


def test_match_rows():
    """Positions of the main table, names of the other."""
    options = read_options(
        AuxiliaryJoiner(None, on={0: "k"}, time=(1, "t"), prefix="aux")
    )
    X = np.array([[1.0, 5.0], [1.0, 1.0], [np.nan, 5.0], [2.0, np.nan]])
    frame = pd.DataFrame({"k": [1, 1, 2], "t": [1, 4, 0]})
    assert match_rows(options, X, frame).last().tolist() == [1, -1, -1, -1]


def test_keys_are_named_by_their_column():
    """Messages speak of names, not of positions."""
    (key,) = keys_of(pd.DataFrame({"who": ["a"]}), [0], "on")
    assert key.name.startswith("'who' of X holds text")


def test_coordinates():
    """Finite numbers, or an end of a message."""
    assert coordinates(pd.Series([1, 2])).tolist() == [1.0, 2.0]
    with pytest.raises(
        ValueError, match=r"holds string values \(dtype .*\), not numbers"
    ):
        coordinates(pd.Series(["a"]))
    with pytest.raises(ValueError, match="holds infinite numbers"):
        coordinates(pd.Series([np.inf]))
