"""Sheets of Excel workbooks, read as the CSV file that they would make."""

import csv
import re
import warnings
from datetime import datetime, time, timedelta
from zipfile import ZipFile

import pandas as pd

from mmensemble._optional import optional_module

#: What a worksheet may hold that is no value yet.
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
#: Characters that XML, and so a workbook, cannot hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def require_openpyxl(path):
    """Return openpyxl.

    Raises
    ------
    ImportError
        When it is not installed; the message names the extra that brings it.
    """
    return optional_module("openpyxl", f"The Excel file {str(path)!r}")


def sheet_to_csv(path, file, *, sheet=None, decimal=".", several="keep one of them"):
    """Write the cells of a sheet as a CSV file; one reader then serves both.

    Numbers are written in full and dates as ISO 8601, without a time where all
    cells of the column are midnights; text stays as it is. Rows without any cell at
    the end, and columns without any, are left out.

    Parameters
    ----------
    path : str or path
        Of a workbook.
    file : text stream
        Opened with ``newline=""``.
    sheet : str, default=None
        None for the only sheet that holds something.
    decimal : str, default="."
        Decimal point of numbers.
    several : str, default="keep one of them"
        What the user may do about several sheets, for the message.

    Returns
    -------
    notes : list of str
        A sentence for what was left out.

    Raises
    ------
    ImportError
        When openpyxl is not installed.
    ValueError
        For what is no workbook, a sheet that is not there, empty, or one of
        several, a column without a name, and a formula without a stored value.
    """
    openpyxl = require_openpyxl(path)
    with warnings.catch_warnings():
        # of styles and validations, which are not read
        warnings.simplefilter("ignore", UserWarning)
        try:
            workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except Exception as error:
            # whatever the parts of a damaged archive happen to mean
            raise ValueError(f"it is no Excel workbook: {error}") from error
        try:
            name = _chosen(workbook, sheet, several)
            rows, notes = _filled(_rows(workbook[name]))
        finally:
            workbook.close()
        if not rows:
            raise ValueError(f"sheet {name!r} is empty")
        if _has_formulas(path):
            _refuse_unstored(openpyxl, path, name, rows)
    head, *body = rows
    head = [None if isinstance(name, _Error) else name for name in head]
    kept = _named(name, head, body)
    forms = [_date_form(row[place] for row in body) for place in kept]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([_text(head[place], str, decimal) for place in kept])
    for row in body:
        cells = zip(kept, forms, strict=True)
        writer.writerow([_text(row[place], form, decimal) for place, form in cells])
    return notes


def _chosen(workbook, sheet, several):
    """Return the name of the sheet to read."""
    names = [one.title for one in workbook.worksheets]
    shown = ", ".join(map(repr, names))
    if sheet is not None:
        if sheet not in names:
            raise ValueError(f"there is no sheet {sheet!r}; there are {shown}")
        return sheet
    filled = [name for name in names if any(map(_holds, _rows(workbook[name])))]
    if len(filled) > 1:
        shown = ", ".join(map(repr, filled))
        raise ValueError(f"several sheets hold something, {shown}: {several}")
    if not names:
        raise ValueError("it has no sheet of cells")
    return (filled or names)[0]


def _rows(sheet):
    """Yield rows of values; those of cells with errors are `_Error`."""
    sheet.reset_dimensions()  # which some programs write wrongly
    for row in sheet.rows:
        yield [_Error(cell.value) if _is_error(cell) else cell.value for cell in row]


class _Error(str):
    """What a formula has left that could not be computed, such as ``#DIV/0!``."""


def _is_error(cell):
    return getattr(cell, "data_type", "n") == "e"


def _holds(row):
    return any(value not in (None, "") for value in row)


def _filled(rows):
    """Return rows of one length, the empty ones at the end left out, and notes."""
    rows, notes = list(rows), []
    n_rows = len(rows)
    while rows and not _holds(rows[-1]):
        rows.pop()
    if rows and len(rows) < n_rows:
        notes.append(f"left out {n_rows - len(rows)} empty rows at the end")
    errors = [value for row in rows for value in row if isinstance(value, _Error)]
    if errors:
        kinds = ", ".join(sorted(set(errors)))
        notes.append(f"took {len(errors)} cells with errors ({kinds}) for missing")
    width = max(map(len, rows), default=0)
    return [row + [None] * (width - len(row)) for row in rows], notes


def _named(sheet, head, body):
    """Return the places of the columns; each of them but an index has a name."""
    if not _holds(head):
        raise ValueError(f"the first row of sheet {sheet!r} names no column")
    kept = []
    for place, name in enumerate(head):
        if name not in (None, ""):
            kept.append(place)
        elif any(row[place] not in (None, "") for row in body):
            if place:
                raise ValueError(
                    f"column {_letters(place)} of sheet {sheet!r} holds values and "
                    "has no name in the first row, which must name every column "
                    "(merged cells name only one, and a title is no name)"
                )
            kept.append(place)  # as pandas writes an index
    return kept


def _letters(place):
    """Return the letters of a column.

    Examples
    --------
    >>> [_letters(place) for place in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _date_form(values):
    """Return how the dates of a column are written: with times where one has one."""
    times = (value.time() for value in values if isinstance(value, datetime))
    return _day_and_time if any(at != time() for at in times) else _day


def _day(value):
    return value.date().isoformat()


def _day_and_time(value):
    return value.isoformat(sep=" ")


def _text(value, date_form, decimal):
    """Return a cell as a CSV file has it."""
    if value is None or isinstance(value, _Error):
        return ""
    if isinstance(value, datetime):
        return date_form(value)
    if isinstance(value, timedelta):
        return str(pd.Timedelta(value))
    if isinstance(value, float):
        return repr(value).replace(".", decimal)
    return str(value)


def _has_formulas(path):
    with ZipFile(path) as archive:
        sheets = (name for name in archive.namelist() if "worksheets/" in name)
        return any(_FORMULA.search(archive.read(name)) for name in sheets)


def _refuse_unstored(openpyxl, path, sheet, rows):
    """Raise where a formula has no value: a program wrote it and none computed it."""
    workbook = openpyxl.load_workbook(path, read_only=True)
    try:
        workbook[sheet].reset_dimensions()
        # strict=False: rows without a cell at the end are left out in `rows`
        for values, cells in zip(rows, workbook[sheet].rows, strict=False):
            for value, cell in zip(values, cells, strict=False):
                if value is None and getattr(cell, "data_type", "n") == "f":
                    raise ValueError(
                        f"cell {cell.coordinate} of sheet {sheet!r} holds a formula "
                        "without a value: open the file in a spreadsheet program and "
                        "save it"
                    )
    finally:
        workbook.close()


def write_sheet(table, path):
    """Write a table as the only sheet of a workbook.

    Times with a zone, and durations, of which Excel knows nothing, are text.

    Parameters
    ----------
    table : DataFrame
    path : str or path

    Raises
    ------
    ImportError
        When openpyxl is not installed.
    ValueError
        For a table of too many rows or columns, and for text with control
        characters, which a workbook cannot hold.
    """
    require_openpyxl(path)
    table = table.copy()
    for name in table.columns:
        column = table[name]
        foreign = isinstance(column.dtype, pd.DatetimeTZDtype)
        if foreign or pd.api.types.is_timedelta64_dtype(column.dtype):
            table[name] = column.astype(str).where(column.notna(), None)
        elif any(isinstance(v, str) and _CONTROL.search(v) for v in column):
            raise ValueError(
                f"{name!r} holds control characters, which an Excel file cannot: "
                "write a .csv"
            )
    table.to_excel(path, index=False, engine="openpyxl")
