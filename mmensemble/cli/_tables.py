"""Tables of the command line: CSV and Parquet, in and out."""

from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from mmensemble.cli._errors import CommandError

_SEPARATORS = {".csv": ",", ".tsv": "\t"}
_PARQUET = (".parquet", ".pq")
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_table(path):
    """Return the table in a CSV, TSV (also compressed) or Parquet file.

    Raises
    ------
    CommandError
        When the file cannot be read, has no rows, or names a column twice.
    """
    kind = _kind(path)
    if not Path(path).is_file():
        raise CommandError(f"cannot read {path!r}: there is no such file")
    try:
        if kind in _PARQUET:
            _require_pyarrow(path)
            table = pd.read_parquet(path)
        else:
            table = pd.read_csv(path, sep=_SEPARATORS[kind])
            _check_header(path, _SEPARATORS[kind])
    except (ValueError, OSError) as error:
        # pandas' and pyarrow's own errors are ValueErrors
        reason = " ".join(str(error).split())
        raise CommandError(f"cannot read {path!r}: {reason}") from error
    if not len(table):
        raise CommandError(f"{path!r} has no rows")
    return table.rename(columns=str)


def _kind(path):
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    while suffixes and suffixes[-1] in {".gz", ".bz2", ".xz", ".zip"}:
        suffixes.pop()
    kind = suffixes[-1] if suffixes else ""
    if kind not in (*_SEPARATORS, *_PARQUET):
        known = ", ".join((*_SEPARATORS, *_PARQUET))
        raise CommandError(f"{path!r} has no known ending; known are {known}")
    return kind


def _require_pyarrow(path):
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise CommandError(
            f"{path!r} is a Parquet file, which needs pyarrow: "
            "pip install 'mmensemble[parquet]'"
        ) from error


def _check_header(path, separator):
    """pandas renames a column that comes twice; we refuse it."""
    header = pd.read_csv(path, sep=separator, header=None, nrows=1, dtype=str)
    names = header.iloc[0].dropna().tolist()
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CommandError(f"{path!r} names columns twice: {', '.join(twice)}")


def read_header(path):
    """Return the columns of a table without reading its rows.

    Raises
    ------
    CommandError
        When the file cannot be read, or names a column twice.
    """
    kind = _kind(path)
    if not Path(path).is_file():
        raise CommandError(f"cannot read {path!r}: there is no such file")
    try:
        if kind in _PARQUET:
            return _parquet_header(path)
        _check_header(path, _SEPARATORS[kind])
        return list(pd.read_csv(path, sep=_SEPARATORS[kind], nrows=0).columns)
    except (ValueError, OSError) as error:
        reason = " ".join(str(error).split())
        raise CommandError(f"cannot read {path!r}: {reason}") from error


def _parquet_header(path):
    _require_pyarrow(path)
    from pyarrow import parquet

    names = parquet.read_schema(path).names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CommandError(f"{path!r} names columns twice: {', '.join(twice)}")
    # pandas keeps an index as a column of this name
    return [name for name in names if not name.startswith("__index_level_")]


def check_out(path, option="--out"):
    """Fail before the work where `path` cannot be written."""
    path = Path(path)
    if path.is_dir():
        raise CommandError(f"{option} {str(path)!r} is a folder; name a file in it")
    if not path.parent.is_dir():
        raise CommandError(f"the folder of {option} {str(path)!r} does not exist")


def check_table_out(path):
    """Fail before the work where no table can be written to `path`."""
    check_out(path)
    if _kind(path) in _PARQUET:
        _require_pyarrow(path)


def write_table(table, path):
    """Write a table; text that a spreadsheet would run gets a ' in front (CSV)."""
    kind = _kind(path)
    if kind in _PARQUET:
        table.to_parquet(path, index=False)
        return
    safe = table.rename(columns=disarm)
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name].dtype):
            safe[name] = safe[name].map(disarm)
    safe.to_csv(path, sep=_SEPARATORS[kind], index=False)


def disarm(cell):
    """Return a cell, with ' in front where it is text that looks like a formula.

    Examples
    --------
    >>> [disarm(cell) for cell in ("=1+1", "yes", -1)]
    ["'=1+1", 'yes', -1]
    """
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell


def need_column(table, name, option):
    """Raise CommandError, with the nearest names, where a column is missing."""
    need_name(name, list(table.columns), option)


def need_name(name, names, option):
    """Raise CommandError, with the nearest names, where `name` is none of them."""
    if name not in names:
        raise CommandError(
            f"{option} {name!r} is no column of the table{nearest(name, names)}"
        )


def nearest(name, names):
    """Return what the user may have meant, as the end of a message."""
    close = get_close_matches(name, list(names), n=3, cutoff=0.5)
    if close:
        return f"; did you mean {', '.join(map(repr, close))}?"
    shown = ", ".join(map(repr, list(names)[:8]))
    more = " ..." if len(names) > 8 else ""
    return f"; there are {shown}{more}"
