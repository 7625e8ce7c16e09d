"""Where an auxiliary table comes from, and how a model that has one is copied."""

import hashlib
import os
import pickle
import shutil
import tempfile
import weakref
from pathlib import Path

import pandas as pd
from pandas.errors import EmptyDataError

from mmensemble import _frame
from mmensemble._excel import sheet_to_csv
from mmensemble._table_files import EXCEL, PARQUET, SEPARATORS, table_ending
from mmensemble._text_columns import read_text_file

#: What cannot be said of a frame, a function, or a file that is no text.
_NO_TEXT = "'file_format' says how a CSV or TSV file is written"


class TableHandle:
    """A frame that copies of a model share.

    A deep copy is the handle itself. A pickle holds no row: the frame goes to a
    file for the time that this process holds the handle, so that worker processes
    can read it, and the pickle says where and with what checksum.

    Parameters
    ----------
    table : dataframe
        Shared, never changed.
    """

    def __init__(self, table):
        self.table = table
        self.place = None

    def __deepcopy__(self, memo):
        return self

    def __repr__(self):
        return f"<a table of {self.shape[0]} rows and {self.shape[1]} columns>"

    @property
    def shape(self):
        """Rows and columns."""
        return self.place["shape"] if self.table is None else self.table.shape

    def __getstate__(self):
        if self.place is None:
            self.place = self._write()
        return {"table": None, "place": self.place}

    def _write(self):
        data = pickle.dumps(self.table, protocol=5)
        folder = tempfile.mkdtemp(prefix="mmensemble-")
        path = os.path.join(folder, "table")
        with open(path, "xb") as file:
            file.write(data)
        weakref.finalize(self, _remove, folder, os.getpid())
        checksum = hashlib.sha256(data).hexdigest()
        return {"path": path, "checksum": checksum, "shape": list(self.table.shape)}

    def read(self):
        """Return the frame.

        Raises
        ------
        ValueError
            When the process that held it has ended, or its file was changed.
        """
        if self.table is not None:
            return self.table
        try:
            data = Path(self.place["path"]).read_bytes()
        except OSError:
            data = b""
        # a checksum that fits: nobody but the maker of this pickle wrote the file
        if hashlib.sha256(data).hexdigest() != self.place["checksum"]:
            raise ValueError(
                f"The table of this AuxiliaryJoiner was a frame in memory "
                f"({self.shape[0]} rows, {self.shape[1]} columns), and saved models "
                "hold no rows of it. Give it again with set_params(table=...), or "
                "make the model with a path or a function, which are read anew."
            )
        self.table = pickle.loads(data)
        return self.table


def _remove(folder, process):
    """Remove a folder, unless this process is a fork of the one that made it."""
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


def read_source(table, *, text=(), other=(), guess=True, form=(), times=()):
    """Return the auxiliary table as a frame, read anew where it is not one.

    Parameters
    ----------
    table : dataframe, str, path, callable or TableHandle
    text, other : set of str, default=()
        Columns of a CSV, TSV or Excel file that are text, and that are none,
        whatever they look like.
    guess : bool, default=True
        Whether it is asked of further columns of such a file what they are.
    form : dict of str to str, default=()
        How a CSV or TSV file is written: ``sep``, ``decimal``, ``encoding``, and
        ``dates``, the format of its `times`.
    times : list of (column of X, column of the table), default=()

    Returns
    -------
    frame : dataframe

    Raises
    ------
    TypeError
        For anything else, and a callable that returns anything else.
    ValueError
        For a file of unknown ending or that cannot be read, repeated column names,
        and a `form` of what is no file of text.
    FileNotFoundError
        When there is no such file.
    """
    if isinstance(table, TableHandle):
        table = table.read()
    if isinstance(table, str | os.PathLike):
        known = {"text": text, "other": other, "guess": guess}
        return _unique(_read_file(table, known, dict(form), times))
    if form:
        raise ValueError(f"{_NO_TEXT}, and the table is none.")
    made = callable(table) and not isinstance(table, type)
    frame = table() if made else table
    if not _frame.is_frame(frame) or type(frame).__name__ == "LazyFrame":
        what = (
            f"table() returned a {type(frame).__name__}"
            if made
            else (f"table is a {type(frame).__name__}")
        )
        raise TypeError(
            f"{what}; give a pandas or polars DataFrame, a path of a CSV, TSV, "
            "Parquet or Excel file, or a function without arguments that returns a "
            "frame."
        )
    return _unique(frame)


def _unique(frame):
    names = [str(name) for name in frame.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"The table has several columns of the same name: {twice}.")
    return frame


def _read_file(path, known, form, times):
    path = Path(path)
    try:
        ending = table_ending(path)
    except ValueError as error:
        raise ValueError(f"table={error}.") from None
    if not path.is_file():
        where = "" if path.is_absolute() else f" in {str(Path.cwd())!r}"
        raise FileNotFoundError(f"table={str(path)!r}: there is no such file{where}.")
    if form and ending not in SEPARATORS:
        raise ValueError(f"{_NO_TEXT}, and {str(path)!r} is none.")
    try:
        if ending in PARQUET:
            return pd.read_parquet(path)
        if ending in EXCEL:
            return _read_sheet(path, known)
        dates = form.pop("dates", None)
        frame = read_text_file(path, SEPARATORS[ending], form=form, **known)
        return _with_dates(_separated(frame), times, dates)
    except (ValueError, OSError) as error:
        raise ValueError(
            f"table={str(path)!r} cannot be read: {why_unread(error)}."
        ) from error


def why_unread(error):
    """Return why a file could not be read, in one line.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    reason : str
    """
    if isinstance(error, EmptyDataError):
        return "it is empty"
    if isinstance(error, UnicodeError):
        return (
            f"it is not written in {getattr(error, 'encoding', 'UTF-8')}; say what it "
            "is written in, as by file_format={'encoding': 'cp1252'} (in --join: "
            "encoding=cp1252)"
        )
    return " ".join(str(error).split()).rstrip(".")


def _separated(frame):
    """Return a frame; refuse one whose single column seems to be several."""
    names = [str(name) for name in frame.columns]
    found = [sign for sign in ";\t|," if len(names) == 1 and sign in names[0]]
    if found:
        raise ValueError(
            f"it has a single column, {names[0]!r}; if {found[0]!r} separates columns, "
            f"say so by file_format={{'sep': {found[0]!r}}} (in --join: sep={found[0]})"
        )
    return frame


def _with_dates(frame, times, form):
    """Return a frame whose columns of times are read by a format."""
    if form is not None and not times:
        raise ValueError(f"dates={form!r} is the format of a time, and time is None")
    for _, name in times if form is not None else ():
        if name not in frame:
            continue  # which is told with what there is
        texts = frame[name].astype(object).where(frame[name].notna(), None)
        read = pd.to_datetime(texts, format=form, errors="coerce")
        wrong = texts[read.isna() & texts.notna()]
        if len(wrong):
            raise ValueError(
                f"{len(wrong)} of {len(frame)} times in {name!r} are not written as "
                f"{form}, such as {wrong.iloc[0]!r} in row {wrong.index[0] + 1}"
            )
        frame = frame.assign(**{name: read})
    return frame


def _read_sheet(path, known):
    with tempfile.TemporaryDirectory(prefix="mmensemble-") as folder:
        copy = os.path.join(folder, "sheet.csv")
        with open(copy, "w", encoding="utf-8", newline="") as file:
            sheet_to_csv(path, file, several="keep one of them, or save it as CSV")
        return read_text_file(copy, ",", **known)
