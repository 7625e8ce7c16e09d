"""Frames as lists that JSON can hold."""

import json

import numpy as np
import pandas as pd

from mmensemble._records import plain, records


def test_records_are_plain():
    """NumPy's types become Python's; what is not finite is null."""
    frame = pd.DataFrame(
        {
            "name": ["a", None],
            "value": [0.5, np.nan],
            "count": np.array([1, 2], dtype=np.int32),
            "flag": [True, False],
        }
    )
    found = records(frame)
    assert json.loads(json.dumps(found)) == [
        {"name": "a", "value": 0.5, "count": 1, "flag": True},
        {"name": None, "value": None, "count": 2, "flag": False},
    ]
    assert plain(np.inf) is None
    assert plain(np.bool_(True)) is True


def test_records_hold_plain_values():
    """Dates and labels become text, what is missing null."""
    frame = pd.DataFrame(
        {"a": [pd.Timestamp("2020-01-01"), pd.NaT], "b": [np.bool_(True), pd.NA]}
    )
    assert records(frame) == [
        {"a": "2020-01-01 00:00:00", "b": True},
        {"a": None, "b": None},
    ]
