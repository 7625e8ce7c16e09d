"""Why a file of text cannot be read, in words that name the option to give."""

import re

from pandas.errors import EmptyDataError

_FIELDS = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
_OPEN_QUOTE = re.compile(r"EOF inside string starting at row (\d+)")
#: How a file in UTF-16 may begin.
_MARKS = (b"\xfe\xff", b"\xff\xfe")


def reason_of(error):
    """Return why pandas could not read a file, in one line.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    reason : str
        Its own message, where it is of another kind.

    Examples
    --------
    >>> reason_of(ValueError("C error: Expected 11 fields in line 20, saw 13"))
    'line 20 has 13 fields, the heading 11'
    """
    said = " ".join(str(error).split())
    if isinstance(error, EmptyDataError):
        return "it is empty"
    if isinstance(error, UnicodeError):
        return _encoding(error, said)
    if found := _FIELDS.search(said):
        expected, line, n_fields = found.groups()
        hint = "; say with --sep what separates columns, as in --sep ';'"
        reason = f"line {line} has {n_fields} fields, the heading {expected}"
        return reason + (hint if expected == "1" else "")
    if found := _OPEN_QUOTE.search(said):
        line = int(found[1]) + 1
        return f"a quotation mark at about line {line} is never closed"
    return said


def _encoding(error, said):
    if not isinstance(error, UnicodeDecodeError):
        return f"{said}; is --encoding what the file is written in?"
    marked = error.start == 0 and error.object[:2] in _MARKS
    # letters are the same in latin-1, which has no euro sign and no dash
    other = "utf-16" if marked else "cp1252"
    return (
        f"it is not written in {error.encoding}; say with --encoding what it is "
        f"written in, as in --encoding {other}"
    )


def refuse_zeros(names):
    """Raise where characters of names tell of two bytes a letter.

    Parameters
    ----------
    names : list of str

    Raises
    ------
    ValueError
        For names with a zero in them.
    """
    if any("\0" in name for name in names):
        order = "be" if names[0].startswith("\0") else "le"
        raise ValueError(
            "it holds zero bytes, as a file in UTF-16 does; say with --encoding what "
            f"it is written in, as in --encoding utf-16-{order}"
        )


def separator_hint(names):
    """Return what to try where a table seems to have one column only.

    Parameters
    ----------
    names : list of str

    Returns
    -------
    hint : str
        The end of a message; empty where nothing is strange.

    Examples
    --------
    >>> separator_hint(["age;sex"])
    "; if ';' separates columns, give --sep ';'"
    """
    if len(names) != 1:
        return ""
    word = {"\t": r"\t"}
    found = [sign for sign in (";", "\t", "|", ",") if sign in names[0]]
    if not found:
        return ""
    sign = word.get(found[0], found[0])
    return f"; if '{sign}' separates columns, give --sep '{sign}'"
