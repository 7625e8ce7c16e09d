"""Which columns of a text file are text: words, and ids that begin with a zero."""

import re

import pandas as pd

#: What stands for a missing value where nothing is said; words are text in text.
SYMBOLS = ("", "nan", "NaN", "-nan", "-NaN", "<NA>", "#N/A", "#NA", "#N/A N/A")
SYMBOLS += ("1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN")
WORDS = ("NA", "N/A", "n/a", "None", "null", "NULL")
#: Rows that are searched at a time.
SCAN_ROWS = 65_536
_LEADING_ZERO = re.compile(r"[+-]?0\d+")


def is_text(column):
    """Tell whether a column that pandas has read from a file holds text."""
    if pd.api.types.is_numeric_dtype(column.dtype):  # booleans are
        return False
    return pd.api.types.infer_dtype(column, skipna=True) in ("string", "mixed")


def text_columns(path, table, options, known=()):
    """Return the columns that are text: words, and ids of which some begin with 0.

    All rows of the file are searched for ids, also where only the first were read:
    an id that begins with a zero may come late.

    Parameters
    ----------
    path : str or Path
    table : DataFrame
        Its rows, or the first of them, as pandas reads them.
    options : dict of str to object
        For `pandas.read_csv`; numbers with a ``dtype`` of their own are no ids.
    known : iterable of str
        Columns that are not asked about.

    Returns
    -------
    names : list of str
    """
    asked = [name for name in table if name not in set(known)]
    found = {name for name in asked if is_text(table[name])}
    whole = [n for n in asked if n not in options["dtype"] and _is_whole(table[n])]
    found |= _with_leading_zeros(path, whole, options)
    return [name for name in asked if name in found]


def _is_whole(column):
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    if not numeric or pd.api.types.is_bool_dtype(column.dtype):
        return False
    return bool((column.dropna() % 1 == 0).all())


def _with_leading_zeros(path, names, options):
    """Return which columns of whole numbers are ids."""
    found = set()
    if not names:
        return found
    how = options | {"dtype": str, "usecols": names, "chunksize": SCAN_ROWS}
    with pd.read_csv(path, **how) as reader:
        for chunk in reader:
            for name in set(names) - found:
                if any(map(_LEADING_ZERO.fullmatch, chunk[name].dropna().unique())):
                    found.add(name)
    return found


def read_text_file(path, sep, *, text=(), other=(), guess=True, form=()):
    """Return the table in a text file, ids and words such as "NA" kept as they are.

    Parameters
    ----------
    path : str or Path
    sep : str
    text : set of str
        Columns that are text, whatever they look like.
    other : set of str
        Columns that are none, in which words such as "NA" stand for missing.
    guess : bool, default=True
        Whether it is asked of further columns what they are.
    form : dict of str to str, default=()
        How it is written otherwise: ``sep``, ``decimal`` or ``encoding``.

    Returns
    -------
    table : DataFrame

    Raises
    ------
    ValueError
        When it cannot be read, or names a column twice.
    """
    form = {"sep": sep} | dict(form)
    header = pd.read_csv(path, header=None, nrows=1, dtype=str, **form)
    given = header.iloc[0].dropna().tolist()
    twice = sorted({name for name in given if given.count(name) > 1})
    if twice:
        raise ValueError(f"it names columns twice: {', '.join(twice)}")
    names = pd.read_csv(path, nrows=0, **form).columns
    usual, text = [*SYMBOLS, *WORDS], set(text).intersection(names)
    options = form | {
        "keep_default_na": False,
        "na_values": {n: list(SYMBOLS) if n in text else usual for n in names},
        "dtype": dict.fromkeys(text, str),
    }
    # piece by piece, pieces of digits in a column of text would be numbers
    table = pd.read_csv(path, low_memory=False, **options)
    known = text.union(other) if guess else names
    found = text_columns(path, table, options, known=known)
    if found:
        again = {"na_values": list(SYMBOLS), "dtype": str, "usecols": found}
        table[found] = pd.read_csv(path, **(options | again))[found]
    return table
