"""Empty cells, and how cells are shown."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmensemble.features.cells._values import (
    CellError,
    cell_objects,
    is_empty,
    read_cell,
    shown,
)

pl = pytest.importorskip("polars")


@pytest.mark.parametrize(
    "cell",
    [
        None,
        np.nan,
        pd.NA,
        pd.NaT,
        "",
        "  ",
        b"",
        [],
        (),
        np.array([]),
        np.float32("nan"),
    ],
)
def test_empty_cells(cell):
    """Nulls and what has no length are empty."""
    assert is_empty(cell)


@pytest.mark.parametrize("cell", [0, 0.0, "a", b"\0", [None], np.zeros(1), False])
def test_cells_that_hold_something(cell):
    """Zero is something, and so is one step that is not known."""
    assert not is_empty(cell)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([[1, 2], [3, 4], None]),
        pl.Series([[1, 2], [3, 4], None]),
        np.array([[1, 2], [3, 4], None], dtype=object),
    ],
    ids=["pandas", "polars", "objects"],
)
def test_lists_of_one_length_stay_cells(column):
    """Lists do not become the rows of an array."""
    cells = cell_objects(column, is_empty)
    assert cells.shape == (3,)
    assert list(cells[0]) == [1, 2]
    assert cells[2] is None


def test_cells_are_shown_shortly():
    """A long cell is cut, bytes and arrays are only described."""
    assert shown("a" * 100) == f"'{'a' * 59}…"
    assert shown(b"abc") == "3 bytes"
    assert shown(np.zeros((2, 3))) == "an array of float64 of shape (2, 3)"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("a.png", "'a.png': no picture."),
        (Path("b.png"), "'b.png': no picture."),
        (b"abc", "no picture."),
    ],
)
def test_errors_name_the_file(cell, message):
    """Once, and row numbers stay."""

    def refuse(cell):
        raise CellError("no picture.")

    def name(cell):
        raise CellError(f"there is no file {shown(cell)}.")

    with pytest.raises(CellError) as caught:
        read_cell(refuse, [None, cell], 1)
    assert (str(caught.value), caught.value.row) == (message, 1)
    with pytest.raises(CellError) as caught:
        read_cell(name, [cell], 0)
    assert str(caught.value).count("file") == 1
    assert not str(caught.value).startswith("'")
