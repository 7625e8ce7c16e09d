"""Tables of the command line: CSV, Parquet and Excel, in and out."""

from contextlib import contextmanager
from lzma import LZMAError
from zipfile import BadZipFile
from zlib import error as ZlibError

import pandas as pd

from mmensemble._did_you_mean import nearest
from mmensemble._excel import require_openpyxl, write_sheet
from mmensemble._table_files import EXCEL, PARQUET, SEPARATORS, import_parquet
from mmensemble.cli._dates import need_dates, parse_dates
from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import (
    TableFormat,
    counts_rows,
    is_index,
    signs_lost,
    words_as_text,
)
from mmensemble.cli._outputs import check_outputs
from mmensemble.cli._reasons import reason_of, refuse_zeros, separator_hint
from mmensemble.cli._sources import as_file, kind_of, shown

#: What reading a file raises that is damaged, or another than its ending says;
#: errors of pandas and pyarrow are ValueErrors.
READ_ERRORS = (ValueError, OSError, EOFError, BadZipFile, LZMAError, ZlibError)
#: Rows that are looked at before a file is read in chunks.
_LOOK_ROWS = 65_536
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_table(
    path,
    form=TableFormat(),  # noqa: B008 - frozen
    *,
    wanted=(),
    partial=False,
    remembered=False,
    dates=(),
):
    """Return the table in a CSV, TSV (also compressed), Parquet or Excel file.

    What was the index of a frame is left out, and said.

    Parameters
    ----------
    path : str
        "-" for the CSV of standard input.
    form : TableFormat
    wanted : iterable of str
        Names that are kept also where they are of an index.
    partial : bool, default=False
        Whether the table may lack columns that `form` names.
    remembered : bool, default=False
        Whether what stands for missing was said of another table.
    dates : tuple of (str, str or None)
        Columns of dates, where the table has them and `form` says nothing of them.

    Raises
    ------
    CommandError
        When the file cannot be read, has no rows, or names a column twice.
    """
    kind = kind_of(path)
    with as_file(path, form, partial) as (file, form), _readable(path):
        if kind in PARQUET:
            import_parquet(path)
            table = _with_levels(pd.read_parquet(file), wanted)
            form = form.part(table.columns) if partial else form
            form = form.with_dates(dates, table.columns)
        else:
            sep = SEPARATORS.get(kind)
            names = _check_header(path, file, form.plain(sep))
            form = form.part(names) if partial else form
            form = form.with_dates(dates, names)
            table = pd.read_csv(file, **form.options(file, sep))
            if not (partial or remembered):
                say_na_unseen(path, file, form)
    if not len(table):
        raise CommandError(f"{shown(path)} has no rows")
    table = table.rename(columns=str)
    table = parse_dates(table, dict(form.dates))
    if kind not in PARQUET:
        _say([*words_as_text(table), *signs_lost(table, form.encoding)])
    return table.drop(columns=_indexes(table, wanted))


@contextmanager
def _readable(path):
    """Make one line of what reading a file raises."""
    try:
        yield
    except READ_ERRORS as error:
        reason = reason_of(error)
        raise CommandError(f"cannot read {shown(path)}: {reason}") from error


def _with_levels(table, wanted):
    """Return a table with those levels of its index that are wanted as columns."""
    levels = [name for name in table.index.names if name in wanted]
    return table.reset_index(levels).reset_index(drop=True)


def _indexes(table, wanted=()):
    """Return the columns that were an index; say so, and which may be one."""
    found, told = [], []
    for place, name in enumerate(table.columns):
        if name in wanted:
            continue
        if is_index(table, name, first=place == len(found)):
            found.append(name)
            told.append(f"left out {name!r}, the index of the frame that was written")
        elif counts_rows(table[name]) and len(table) > 2:
            told.append(
                f"{name!r} counts the rows: leave it out with --modality unless their "
                "order means something"
            )
    _say(told)
    return found


def say_na_unseen(path, file, form):
    """Say which text that is to stand for missing is in no cell of a text file.

    Parameters
    ----------
    path : str
        As the user names it.
    file : str
        Where it is.
    form : TableFormat
    """
    kind = kind_of(path)
    if kind not in PARQUET:
        unseen = form.na_unseen(file, SEPARATORS.get(kind))
        _say(f"--na {text!r} is in no cell of {shown(path)}" for text in unseen)


def _say(told):
    for sentence in told:
        print(sentence)


def _check_header(path, file, options):
    """Return the names; pandas renames a column that comes twice, we refuse it."""
    options = options | {"dtype": str, "keep_default_na": False, "na_values": [""]}
    # with a row more: one of more fields than the header would shift the columns
    header = pd.read_csv(file, header=None, nrows=2, **options)
    names = header.iloc[0].dropna().tolist()
    refuse_zeros(names)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CommandError(f"{shown(path)} names columns twice: {', '.join(twice)}")
    return names


def read_header(
    path,
    form=TableFormat(),  # noqa: B008 - frozen
    *,
    file=None,
    wanted=(),
):
    """Return the columns of a table, and how chunks of a text file are read.

    Parameters
    ----------
    path : str
        As the user names it.
    form : TableFormat
    file : str, default=None
        Where `as_file` has put it; None for `path`.
    wanted : iterable of str
        Names that are kept also where they are of an index.

    Returns
    -------
    columns : list of str
        Without what was the index of a frame.
    options : dict of str to object
        For `pandas.read_csv`, from a look at the first rows.

    Raises
    ------
    CommandError
        When the file cannot be read, or names a column twice.
    """
    kind, file = kind_of(path), path if file is None else file
    with _readable(path):
        if kind in PARQUET:
            names = _parquet_header(path, wanted)
            need_dates(dict(form.dates), names)
            return names, {}
        sep = SEPARATORS.get(kind)
        _check_header(path, file, form.plain(sep))
        options = form.options(file, sep, nrows=_LOOK_ROWS)
        table = pd.read_csv(file, nrows=_LOOK_ROWS, **options)
    if not len(table):
        raise CommandError(f"{shown(path)} has no rows")
    _say([*words_as_text(table), *signs_lost(table, form.encoding)])
    lost = _indexes(table, wanted)
    return [name for name in table.columns if name not in lost], options


def _parquet_header(path, wanted):
    parquet = import_parquet(path)
    schema = parquet.read_schema(path)
    names = schema.names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CommandError(f"{path!r} names columns twice: {', '.join(twice)}")
    # pandas keeps an index as columns; a plain count of rows is told by a dict
    kept = (schema.pandas_metadata or {}).get("index_columns", [])
    index = {name for name in kept if isinstance(name, str)} - set(wanted)
    return [name for name in names if name not in index]


def check_tables_out(outputs, inputs=()):
    """Fail before the work where tables cannot be written.

    Parameters
    ----------
    outputs, inputs : list of (word, path or None)
        As `check_outputs` takes them.
    """
    check_outputs(outputs, inputs)
    for _, path in outputs:
        kind = None if path is None else kind_of(path)
        if kind in PARQUET:
            import_parquet(path)
        elif kind in EXCEL:
            require_openpyxl(path)


def write_table(table, path):
    """Write a table; text that a spreadsheet would run gets a ' in front."""
    kind = kind_of(path)
    if kind in PARQUET:
        table.to_parquet(path, index=False)
        return
    safe = table.rename(columns=disarm)
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name].dtype):
            safe[name] = safe[name].map(disarm)
    if kind in EXCEL:
        write_sheet(safe, path)
    else:
        safe.to_csv(path, sep=SEPARATORS[kind], index=False)


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
            f"{separator_hint(names)}"
        )
