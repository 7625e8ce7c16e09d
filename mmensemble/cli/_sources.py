"""Tables that are no file of text or Parquet: standard input, and sheets."""

import shutil
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from mmensemble._excel import sheet_to_csv
from mmensemble._table_files import EXCEL, table_ending
from mmensemble.cli._errors import CommandError

#: The name of a table that comes from standard input.
STDIN = "-"
TABLE_HELP = (
    "CSV, TSV, Parquet or Excel file, one sample a row, or - for CSV from standard "
    "input"
)


def shown(path):
    """Return how messages call a table.

    Examples
    --------
    >>> shown("t.csv"), shown("-")
    ("'t.csv'", 'standard input')
    """
    return title_of(path) if path == STDIN else repr(path)


def title_of(path):
    """Return how pages call a table."""
    return "standard input" if path == STDIN else path


def kind_of(path):
    """Return the ending that says how a table is read; standard input is CSV.

    Raises
    ------
    CommandError
        When the ending is not known.
    """
    try:
        return table_ending(path if path != STDIN else "stdin.csv")
    except ValueError as error:
        raise CommandError(str(error)) from None


@contextmanager
def as_file(path, form, partial=False):
    """Give a file that can be read more than once, and how it is written.

    Standard input, and the sheet of a workbook as CSV, are copied into a temporary
    file, which ends with the context.

    Parameters
    ----------
    path : str
        Or "-" for standard input.
    form : TableFormat
    partial : bool, default=False
        Whether `form` may name a sheet that is another table's.

    Yields
    ------
    file : str
    form : TableFormat

    Raises
    ------
    CommandError
        When there is no such file, a sheet cannot be read, or `form` names one of
        what has none.
    """
    kind = kind_of(path)
    if form.sheet is not None and kind not in EXCEL and not partial:
        raise CommandError(
            f"--sheet names a sheet of an Excel file, and {shown(path)} is none"
        )
    if path != STDIN and not Path(path).is_file():
        raise CommandError(f"cannot read {path!r}: there is no such file")
    if path != STDIN and kind not in EXCEL:
        yield path, form
        return
    with TemporaryDirectory(prefix="mmensemble-") as folder:
        copy = str(Path(folder, "table.csv"))
        if path == STDIN:
            with open(copy, "wb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file)
        else:
            form = _copy_sheet(path, copy, form)
        yield copy, form


def _copy_sheet(path, copy, form):
    """Write a sheet as CSV; return the format of that file."""
    try:
        with open(copy, "w", encoding="utf-8", newline="") as file:
            notes = sheet_to_csv(
                path,
                file,
                sheet=form.sheet,
                decimal=form.decimal,
                several="name one with --sheet",
            )
    except (ValueError, OSError) as error:
        reason = " ".join(str(error).split())
        raise CommandError(f"cannot read {path!r}: {reason}") from error
    for note in notes:
        print(note)
    return replace(form, sep=",", encoding="utf-8")


def read_once(paths):
    """Raise CommandError where standard input is to serve more than once.

    Parameters
    ----------
    paths : list of (str or None)
    """
    if list(paths).count(STDIN) > 1:
        raise CommandError("standard input can be read once only, and is named twice")
