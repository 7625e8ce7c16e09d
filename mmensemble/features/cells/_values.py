"""What cells hold: which are empty, what reading them may refuse."""

import os

import numpy as np
import pandas as pd

#: Longest piece of a cell that an error shows.
_SHOWN = 60


class CellError(ValueError):
    """What is wrong with one cell, without its place in the table."""

    def __init__(self, message, row=None):
        super().__init__(message)
        self.row = row


def read_cell(read, cells, row):
    """Return what `read` makes of a cell, which an error names by its row.

    A text or path is told too, so that the file is found.

    Parameters
    ----------
    read : callable
        From a cell to what it holds; may raise `CellError`.
    cells : sequence of cells
    row : int
    """
    cell = cells[row]
    try:
        return read(cell)
    except CellError as error:
        named = not isinstance(cell, str | os.PathLike) or shown(cell) in str(error)
        message = str(error) if named else f"{shown(cell)}: {error}"
        raise CellError(message, int(row)) from error


def cell_objects(column, is_empty):
    """Return the cells of a column, None where they are empty.

    Parameters
    ----------
    column : array or series of shape (n_samples,)
    is_empty : callable
        Takes a cell; see `is_empty`.

    Returns
    -------
    cells : ndarray of objects of shape (n_samples,)
    """
    cells = np.empty(len(column), dtype=object)
    for row, cell in enumerate(_listed(column)):
        cells[row] = None if is_empty(cell) else cell
    return cells


def _listed(column):
    return column.to_list() if hasattr(column, "to_list") else list(column)


def is_empty(cell):
    """Tell whether a cell holds nothing: null, or of no length.

    Examples
    --------
    >>> [is_empty(cell) for cell in (None, "", " ", b"", [], float("nan"), 0)]
    [True, True, True, True, True, True, False]
    """
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return True
    if isinstance(cell, str):
        return not cell.strip()
    if isinstance(cell, float | np.floating):
        return bool(np.isnan(cell))
    if isinstance(cell, np.ndarray):
        return cell.size == 0
    return hasattr(cell, "__len__") and len(cell) == 0


def shown(cell):
    """Return a short text of a cell for an error."""
    if isinstance(cell, bytes | bytearray | memoryview):
        return f"{len(cell)} bytes"
    if isinstance(cell, np.ndarray):
        return f"an array of {cell.dtype} of shape {cell.shape}"
    text = repr(str(cell) if isinstance(cell, os.PathLike) else cell)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
