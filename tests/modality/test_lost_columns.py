"""Columns that a table lacks."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_selector

from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._lost_columns import lost_names

FRAME = pd.DataFrame(np.zeros((3, 4)), columns=["CRP", "Hb", "C.2", "age"])
PRUNER = "If a pruner in front has dropped them, give it to the model"


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["crp", "Hb"], "no column 'crp'; did you mean 'CRP'?"),
        ("crp", "no column 'crp'; did you mean 'CRP'?"),
        (slice("crp", "age"), "no column 'crp'; did you mean 'CRP'?"),
        (
            ["hb", "crp"],
            "no columns 'hb', 'crp'; did you mean 'Hb' for 'hb', 'CRP' for 'crp'?",
        ),
    ],
)
def test_another_case(columns, expected):
    """The name is told, and no pruner is to blame."""
    with pytest.raises(ValueError, match=re.escape(expected)) as told:
        resolve_modalities([("lab", "auto", columns)], FRAME)
    assert "pruner" not in str(told.value)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["CPR"], "no column 'CPR'; did you mean 'CRP'? "),
        (["zzz"], "no column 'zzz'; there are 'CRP', 'Hb', 'C.2', 'age'. "),
    ],
)
def test_other_names_may_be_pruned(columns, expected):
    """The pruner comes last."""
    with pytest.raises(ValueError, match=re.escape(expected + PRUNER)):
        resolve_modalities([("lab", "auto", columns)], FRAME)


def test_many_lost_names():
    """Eight are told, and eight of the table's."""
    wide = pd.DataFrame(np.zeros((2, 9)), columns=[f"a{k}" for k in range(9)])
    text = lost_names("lab", [f"zzz_zzz_{k}x" for k in range(9)], wide)
    assert "'zzz_zzz_7x', ...; there are 'a0', " in text
    assert "'a7', ... If a pruner" in text


@pytest.mark.parametrize("pattern", ["C*", "*2", "C.*", "*g*"])
def test_patterns_become_selectors(pattern):
    """The selector that is advised selects what the pattern means."""
    with pytest.raises(ValueError, match=r"In Python give a selector: make") as told:
        resolve_modalities([("lab", "auto", [pattern])], FRAME)
    assert "pruner" not in str(told.value)
    advice = re.search(r"make_column_selector\(.*\)", str(told.value))[0]
    select = eval(advice, {"make_column_selector": make_column_selector})
    expected = {"C*": ["CRP", "C.2"], "*2": ["C.2"], "C.*": ["C.2"], "*g*": ["age"]}
    assert select(FRAME) == expected[pattern]


def test_tables_without_names():
    """A step in front may have lost them."""
    with pytest.raises(ValueError, match=r"'lab': the table has no names.*set_output"):
        resolve_modalities([("lab", "auto", ["CRP"])], FRAME.to_numpy())


def test_nothing_is_lost():
    """Other mistakes keep their own words."""
    assert lost_names("lab", ["CRP"], FRAME) == ""
    with pytest.raises(ValueError, match="'lab': No valid specification"):
        resolve_modalities([("lab", "auto", ["CRP", 1])], FRAME)


@pytest.mark.parametrize("given", [{"lab": ["CRP"]}, "lab", None])
def test_modalities_that_are_no_list(given):
    """An example is in the message."""
    expected = r"must be 'auto' or a list of .*\[\('lab', 'auto', \['CRP', 'Hb'\]\)\]"
    with pytest.raises(TypeError, match=expected):
        resolve_modalities(given, FRAME)
    with pytest.raises(TypeError, match=r"One is \('lab', 'auto'"):
        resolve_modalities([("lab", ["CRP"])], FRAME)
