"""Columns that an earlier step has pruned."""

import pandas as pd
import pytest

from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._pruned import note_pruned


def pruned_frame():
    """Return a frame that tells that `b` and `d` were pruned."""
    X = pd.DataFrame({"a": [1.0], "c": [2.0]})
    note_pruned(X, ["a", "b", "c", "d"])
    return X


def test_pruned_columns_are_passed_over():
    """Names that a pruner dropped are no mistake; what selects nothing else goes."""
    modalities = [
        ("one", "auto", ["a", "b"]),
        ("two", "auto", ["b", "d"]),
        ("three", "auto", "d"),
        ("four", "auto", "c"),
        ("five", "auto", [True, False]),
        ("six", "auto", slice("a", "c")),
        ("seven", "auto", slice("b", "d")),
        ("eight", "auto", slice("d", None)),
    ]
    resolved = resolve_modalities(modalities, pruned_frame())
    assert [(name, columns) for name, _, columns in resolved] == [
        ("one", ["a"]),
        ("four", "c"),
        ("five", ["a"]),
        ("six", ["a", "c"]),
        ("seven", ["c"]),
    ]


def test_a_column_that_is_there_is_not_pruned():
    """What a pruner noted ends where a column of that name comes back."""
    again = pruned_frame().assign(b=3.0)
    columns = ["a", "b", "c", "d"]
    assert resolve_modalities([("one", "auto", columns)], again) == [
        ("one", "auto", ["a", "b", "c"])
    ]
    assert resolve_modalities([("one", "auto", "b")], again)[0][2] == "b"


def test_notes_of_two_pruners_add_up():
    """The second pruner's note keeps the first one's, in the first table's order."""
    X = pruned_frame()[["c"]].assign(e=4.0)
    note_pruned(X, ["a", "c", "e"])
    modalities = [("one", "auto", slice("a", "b")), ("two", "auto", slice("b", "e"))]
    modalities += [("three", "auto", slice("b", "d"))]
    assert resolve_modalities(modalities, X) == [
        ("two", "auto", ["c", "e"]),
        ("three", "auto", ["c"]),
    ]


def test_other_missing_columns_are_refused():
    """Only the names that were pruned may be missing."""
    match = r"'one': the table has no column 'e'; there .* parameter 'pruner'"
    with pytest.raises(ValueError, match=match):
        resolve_modalities([("one", "auto", ["a", "e"])], pruned_frame())
