"""Files that cells name or hold, read with care."""

import os
from pathlib import Path

from mmensemble.features.cells._values import CellError

#: Bytes of a file that are read at most.
MOST_BYTES = 200_000_000


def file_bytes(cell, root):
    """Return the bytes that a cell holds, or those of the file that it names.

    Parameters
    ----------
    cell : str, path or bytes-like
    root : str, path or None
        Folder in which paths must lie, links followed; relative paths begin there.

    Returns
    -------
    content : bytes, or None for a cell that is neither

    Raises
    ------
    CellError
        For files outside of `root`, missing or too large ones, and what is no file.
    """
    if isinstance(cell, bytes | bytearray | memoryview):
        return _small_enough(bytes(cell))
    if not isinstance(cell, str | os.PathLike):
        return None
    path = _resolved(cell, root)
    if not path.is_file():
        raise CellError(f"there is no file {str(cell)!r}{_below(root)}.")
    try:
        with open(path, "rb") as file:
            return _small_enough(file.read(MOST_BYTES + 1))
    except OSError as error:
        raise CellError(f"{str(cell)!r} cannot be opened: {error}.") from error


def _resolved(cell, root):
    try:
        if root is None:
            return Path(cell).resolve()
        base = Path(root).resolve()
        path = (base / cell).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise CellError(f"{str(cell)!r} is no path: {error}.") from error
    if not path.is_relative_to(base):
        raise CellError(
            f"the path {str(cell)!r} leads outside of root={str(root)!r}, where no "
            "file is read."
        )
    return path


def _below(root):
    return "" if root is None else f" in root={str(root)!r}"


def _small_enough(content):
    if len(content) > MOST_BYTES:
        raise CellError(
            f"it has more than {MOST_BYTES:,} bytes, which are not read. Make it "
            "smaller."
        )
    return content
