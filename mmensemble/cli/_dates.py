"""Columns of dates: which the user names, and how their texts are read."""

import re
import warnings

import pandas as pd

from mmensemble.cli._errors import CommandError

#: Of a message of the library: the column whose texts are no dates, and its table.
_NO_DATES = re.compile(
    r"olumn '(.+)' (?:of (X|the table) )?holds texts that are no ISO"
)

_EXAMPLE = re.compile(r"such as '([^']+)'")
_DAY_MONTH_YEAR = re.compile(
    r"(\d\d?)([./-])(\d\d?)\2(\d{4}|\d\d)([ T]\d\d?:\d\d(:\d\d)?)?"
)


def parse_dates(table, dates):
    """Return a table whose columns of dates are dates.

    Parameters
    ----------
    table : DataFrame
        A file, or some consecutive rows of it; its index counts the rows from 0.
    dates : dict of str to (str or None)
        The format of each column, as of ``strptime``; None for ISO 8601.

    Returns
    -------
    table : DataFrame
        Dates with several distances from UTC, as those of summer and winter, are
        in UTC.

    Raises
    ------
    CommandError
        For a column that the table lacks, and for a cell that is no date of the
        format; the message names the first row.
    """
    need_dates(dates, table.columns)
    return table.assign(
        **{name: _parse(table[name], form) for name, form in dates.items()}
    )


def need_dates(dates, names):
    """Raise CommandError where a column of dates is none of `names`."""
    for name in dates:
        if name not in names:
            raise CommandError(f"--dates names {name!r}, which is no column")


def _parse(column, form):
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column
    there = column.notna()
    texts = column.astype(object).where(there, None)
    texts[there] = texts[there].map(str).str.strip()
    how = {"format": "ISO8601" if form is None else form}
    instants = pd.to_datetime(texts, errors="coerce", utc=True, **how)
    wrong = instants.isna() & there
    if wrong.any():
        raise _unreadable(texts[wrong], form)
    try:
        with warnings.catch_warnings():
            # pandas 2 only warns of it
            warnings.simplefilter("error", FutureWarning)
            return pd.to_datetime(texts, **how)
    except (ValueError, FutureWarning) as error:  # several distances from UTC
        naive = texts.map(lambda text: _is_naive(text, how))
        if not naive.any():
            return instants
        raise CommandError(
            f"--dates: row {naive.idxmax() + 1} of {column.name!r}, "
            f"{texts[naive.idxmax()]!r}, has no time zone and others have one"
        ) from error


def _is_naive(text, how):
    return text is not None and pd.to_datetime(text, **how).tzinfo is None


def _unreadable(texts, form):
    """Return the error that names the first text that is no date."""
    name, row, first = texts.name, texts.index[0], texts.iloc[0]
    more = f", nor are {len(texts) - 1} others" if len(texts) > 1 else ""
    if form is None:
        wanted = "an ISO 8601 date such as 2024-03-31"
        what = f"give the format, as in --dates '{name}={_format_like(first)}'"
    else:
        wanted = f"a date as {form}"
        what = "mend the cell, or say with --na what stands for a missing value"
    return CommandError(
        f"--dates: row {row + 1} of {name!r}, {first!r}, is not {wanted}{more}; {what}"
    )


def parse_option(entry):
    """Return column and format of ``COLUMN`` or ``COLUMN=FORMAT``.

    Examples
    --------
    >>> parse_option("when"), parse_option("when=%d.%m.%Y")
    (('when', None), ('when', '%d.%m.%Y'))
    """
    name, _, form = entry.partition("=%")
    return name, f"%{form}" if form else None


def remember(model, form):
    """Keep with a model what the dates and missing values of its table look like.

    Parameters
    ----------
    model : fitted estimator
    form : TableFormat
    """
    if form.dates:
        model.table_dates_ = form.dates
    if form.na is not None:
        model.table_na_ = form.na


def remembered(model):
    """Return what `remember` has kept with a model.

    Returns
    -------
    dates : tuple of (str, str or None)
        Empty where there are none.
    na : tuple of str or None
    """
    na = getattr(model, "table_na_", None)
    dates = tuple(map(tuple, getattr(model, "table_dates_", ())))
    return dates, None if na is None else tuple(na)


def _format_like(text):
    """Return the format of a text such as 31.12.2020 17:30; a usual one for others.

    Examples
    --------
    >>> _format_like("09.05.2020 17:21"), _format_like("May 2020")
    ('%d.%m.%Y %H:%M', '%d.%m.%Y')
    >>> _format_like("12/31/20")
    '%m/%d/%y'
    """
    found = _DAY_MONTH_YEAR.fullmatch(str(text))
    if found is None:
        return "%d.%m.%Y"
    first, sign, second, year, clock, seconds = found.groups()
    days = ("%m", "%d") if int(second) > 12 >= int(first) else ("%d", "%m")
    day = sign.join((*days, "%Y" if len(year) == 4 else "%y"))
    return day + (f"{clock[0]}%H:%M" if clock else "") + (":%S" if seconds else "")


def dates_hint(message):
    """Return which option reads the dates that a message of the library is about.

    Examples
    --------
    >>> dates_hint("Column 'day' holds texts that are no ISO 8601 dates: ...")
    ". --dates 'day=%d.%m.%Y' reads dates that are written so"
    >>> dates_hint("anything else")
    ''
    """
    found = _NO_DATES.search(message)
    if found is None:
        return ""
    example = _EXAMPLE.search(message, found.end())
    form = _format_like(example[1] if example else "")
    if found[2] == "the table":
        return f". In --join, dates={form} reads dates that are written so"
    return f". --dates '{found[1]}={form}' reads dates that are written so"
