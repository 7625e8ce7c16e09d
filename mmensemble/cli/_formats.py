"""How a table is written in its file: options, and what its columns hold."""

import codecs
import re
from dataclasses import dataclass, replace

import pandas as pd

from mmensemble._text_columns import SCAN_ROWS, SYMBOLS, WORDS, is_text, text_columns
from mmensemble.cli._dates import need_dates, parse_option
from mmensemble.cli._errors import CommandError

_UNNAMED = re.compile(r"Unnamed: \d+(\.\d+)?|__index_level_\d+__|level_\d+|index")

#: Signs in cp1252, among them those of euro and dash, and none in latin-1.
_CONTROL = re.compile(r"[\x80-\x9f]")


@dataclass(frozen=True)
class TableFormat:
    """How a CSV or TSV file is written.

    Parameters
    ----------
    sep : str or None
        None goes by the ending of the file.
    decimal : str
    encoding : str
    na : tuple of str or None
        What stands for missing beside an empty cell, in every column; None knows
        the usual signs, and takes words such as "NA" for missing only beside
        numbers and booleans: among texts they may be a class.
    dtype : tuple of (str, str)
        Types of columns.
    dates : tuple of (str, str or None)
        Columns of dates and their format, also of a Parquet file; None for ISO 8601.
    sheet : str or None
        Of an Excel file.
    """

    sep: str | None = None
    decimal: str = "."
    encoding: str = "utf-8"
    na: tuple | None = None
    dtype: tuple = ()
    dates: tuple = ()
    sheet: str | None = None

    def options(self, path, sep, nrows=None):
        """Return what pandas needs to read a file, its columns looked at.

        Parameters
        ----------
        path : str or Path
        sep : str
            Of this ending, unless the user gave another.
        nrows : int, default=None
            Rows that are looked at; None for all. Ids are searched in all.

        Returns
        -------
        options : dict of str to object
        """
        options = self.plain(sep)
        dates = dict.fromkeys(name for name, _ in self.dates)
        dtype = dict(self.dtype) | dict.fromkeys(dates, str)
        symbols = list(SYMBOLS if self.na is None else ("", *self.na))
        usual = [*symbols, *WORDS] if self.na is None else symbols
        options |= {"keep_default_na": False, "na_values": usual, "dtype": dtype}
        # piece by piece, pieces of digits in a column of text would be numbers
        table = pd.read_csv(path, nrows=nrows, low_memory=False, **options)
        need_dates(dates, table.columns)
        unknown = sorted(set(dtype) - set(table.columns))
        if unknown:
            raise CommandError(f"--dtype names {unknown[0]!r}, which is no column")
        text = set(text_columns(path, table, options, known=dates))
        na = {name: symbols if name in text else usual for name in table.columns}
        # rows of digits in a column of text are text, too
        return options | {"na_values": na, "dtype": dict.fromkeys(text, str) | dtype}

    def na_unseen(self, path, sep):
        """Return the texts of `na` that stand in no cell.

        Parameters
        ----------
        path : str or Path
        sep : str
            Of this ending, unless the user gave another.

        Returns
        -------
        unseen : list of str
        """
        unseen = [text for text in self.na or () if text]
        if not unseen:
            return []
        how = self.plain(sep) | {"dtype": str, "keep_default_na": False}
        with pd.read_csv(path, chunksize=SCAN_ROWS, **how) as reader:
            for chunk in reader:
                cells = pd.unique(chunk.to_numpy(dtype=object).ravel())
                numbers = set(pd.to_numeric(pd.Series(cells), errors="coerce").dropna())
                cells = set(cells)
                unseen = [
                    text
                    for text in unseen
                    if text not in cells and _as_number(text) not in numbers
                ]
        return unseen

    def part(self, names):
        """Return the format of a table that has only some of the columns."""
        kept = {
            field: tuple(pair for pair in getattr(self, field) if pair[0] in set(names))
            for field in ("dtype", "dates")
        }
        return replace(self, **kept)

    def with_dates(self, dates, names):
        """Return the format with dates that it does not tell of by itself.

        Parameters
        ----------
        dates : tuple of (str, str or None)
        names : iterable of str
            Columns that there are.
        """
        told = {name for name, _ in (*self.dates, *self.dtype)}
        more = [pair for pair in dates if pair[0] in set(names) - told]
        return replace(self, dates=(*self.dates, *more))

    def plain(self, sep):
        """Return what pandas needs to read the header."""
        sep = self.sep or sep
        return {"sep": sep, "decimal": self.decimal, "encoding": self.encoding}


def _as_number(text):
    """Return the number that a text stands for, None for none: -9 is -9.0 in a cell."""
    try:
        return float(text)
    except ValueError:
        return None


def add_format(parser):
    """Add the options that tell how a CSV or TSV file is written."""
    group = parser.add_argument_group("how the table is written")
    group.add_argument("--sep", help="what separates columns (default: by the ending)")
    group.add_argument("--decimal", default=".", help="decimal point (default: .)")
    group.add_argument("--encoding", default="utf-8", help="default: utf-8")
    group.add_argument(
        "--na",
        action="append",
        metavar="TEXT",
        help="what stands for a missing value, in all columns; once for each (default: "
        "empty cells, NaN and the like, and NA, None, null in columns of numbers)",
    )
    group.add_argument(
        "--dtype",
        action="append",
        metavar="COLUMN=TYPE",
        help="type of a column, as in code=str; once for each",
    )
    group.add_argument(
        "--dates",
        action="append",
        metavar="COLUMN[=FORMAT]",
        help="column of dates, as in when or, where they are not written as "
        "2024-03-31, when=%%d.%%m.%%Y; once for each, also of a Parquet file",
    )
    group.add_argument(
        "--sheet", metavar="NAME", help="of an Excel file that has several"
    )


def read_format(args):
    """Return the format that the options of `add_format` name.

    Raises
    ------
    CommandError
        For options that mean nothing.
    """
    sep = None if args.sep is None else args.sep.replace("\\t", "\t")
    for option, value in (("--sep", sep), ("--decimal", args.decimal)):
        if value is not None and len(value) != 1:
            raise CommandError(f"{option} {value!r} must be one character")
    try:
        "".encode(args.encoding)
    except LookupError as error:
        raise CommandError(f"--encoding {args.encoding!r} is not known") from error
    dtype = tuple(_parse_dtype(entry) for entry in args.dtype or ())
    na = None if args.na is None else tuple(args.na)
    dates = tuple(parse_option(entry) for entry in args.dates or ())
    both = sorted({name for name, _ in dates} & {name for name, _ in dtype})
    if both:
        raise CommandError(f"--dates and --dtype both name {both[0]!r}")
    return TableFormat(sep, args.decimal, args.encoding, na, dtype, dates, args.sheet)


def format_words(args):
    """Return the options that were given, as parts of a command."""
    parts = []
    defaults = {"sep": None, "decimal": ".", "encoding": "utf-8", "sheet": None}
    for option, default in defaults.items():
        if getattr(args, option) != default:
            parts += [f"--{option}", getattr(args, option)]
    for option in ("na", "dtype", "dates"):
        for value in getattr(args, option) or ():
            parts += [f"--{option}", value]
    return parts


def _parse_dtype(entry):
    name, sign, kind = entry.rpartition("=")
    if not sign or not name:
        raise CommandError(f"--dtype {entry!r} is not COLUMN=TYPE, as in code=str")
    try:
        pd.api.types.pandas_dtype(kind)
    except TypeError as error:
        raise CommandError(f"--dtype {entry!r}: there is no type {kind!r}") from error
    return name, kind


def words_as_text(table):
    """Return a sentence for each column in which a word for missing is text."""
    told = []
    for name in table.columns:
        if not is_text(table[name]):
            continue
        found = [word for word in WORDS if (table[name] == word).any()]
        if found:
            told.append(
                f"{name!r} holds {', '.join(map(repr, found))} as text; "
                f"--na {found[0]} takes it for missing"
            )
    return told


def signs_lost(table, encoding):
    """Return a sentence for each column with a sign that latin-1 has no letter for.

    Parameters
    ----------
    table : DataFrame
    encoding : str
        What the file is read in; of others than latin-1 nothing is told.

    Returns
    -------
    told : list of str
    """
    if codecs.lookup(encoding).name != "iso8859-1":
        return []
    told = []
    for name in table.columns:
        texts = table[name].dropna() if is_text(table[name]) else ()
        found = next((t for t in texts if _CONTROL.search(str(t))), None)
        if found is not None:
            told.append(
                f"{name!r} holds signs that are none in {encoding}, as in {found!r}; "
                "--encoding cp1252 reads them, the euro sign for one"
            )
    return told


def is_index(table, name, first):
    """Tell whether a column is the index of a frame that was written with it.

    Parameters
    ----------
    table : DataFrame
        Some rows at least, from the first.
    name : str
    first : bool
        Whether no other column stands in front of it.

    Returns
    -------
    is_index : bool
        True where its name is one that pandas made up, and it stands first or
        counts the rows.
    """
    if not _UNNAMED.fullmatch(name):
        return False
    return (first and name.startswith(("Unnamed", "__index"))) or counts_rows(
        table[name]
    )


def counts_rows(column):
    """Tell whether a column holds 0, 1, 2, ... or 1, 2, 3, ..."""
    if not pd.api.types.is_integer_dtype(column.dtype) or column.isna().any():
        return False
    values = column.to_numpy()
    start = values[0]
    return bool(start in (0, 1) and (values == range(start, start + len(values))).all())
