"""Dates that were written as text: which columns hold them, and how they read."""

import re
import warnings
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from mmensemble.features._distinct import distinct_values

_ISO = re.compile(
    r"(?:1[5-9]|2\d)\d{2}-\d{2}(?P<day>-\d{2}(?:[T ]\d{2}(?::\d{2}(?::\d{2}"
    r"(?:[.,]\d{1,9})?)?)?\s?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?)?"
)
_COMPACT = re.compile(r"(?:19|20)\d{6}")
_TIME = (
    r"(?:(?:[T ]|, )(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:\.\d{1,9})?)?\s*(?P<half>[AaPp][Mm])?)?"
)
#: Two numbers whose order is to be found, and a year; of two digits only beside
#: others of two, since versions and codes look like the rest.
_LOCAL = re.compile(
    r"(?:(?P<a>\d{1,2})(?P<sep>[/.-])(?P<b>\d{1,2})(?P=sep)(?P<year>\d{4})|"
    r"(?P<a2>\d{2})(?P<sep2>[/.])(?P<b2>\d{2})(?P=sep2)(?P<year2>\d{2}))" + _TIME
)
#: Dates whose order can be told.
_PLAIN = tuple(
    re.compile(pattern + _TIME)
    for pattern in (
        r"(?P<year>\d{4})(?P<sep>[/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\.?[ -](?P<month>[A-Za-z]{3,9})\.?[ -](?P<year>\d{4})",
        r"(?P<month>[A-Za-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
    )
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
#: No date is longer, or has no digit.
_LONGEST, _DIGIT = 40, re.compile(r"\d")
#: Years of two digits from this one on are those of the last century.
_PIVOT = 70


@dataclass(frozen=True)
class DateStyle:
    """How the dates of one column are written.

    Parameters
    ----------
    day_first : bool or None
        Whether the day stands before the month in dates such as ``"3/4/2020"``;
        None where there are no such dates.
    share : float
        Share of the training values, by weight, that read as dates.
    """

    day_first: bool | None
    share: float

    def read(self, texts):
        """Return the dates that texts stand for.

        Parameters
        ----------
        texts : ndarray of str of shape (n_samples,)
            None where missing.

        Returns
        -------
        dates : ndarray of datetime objects of shape (n_samples,)
            None where missing, or no date.
        """
        codes, unique = pd.factorize(texts)
        found = np.full(len(unique) + 1, None, dtype=object)
        for place, text in enumerate(unique):
            text = str(text).strip()
            if len(text) <= _LONGEST and _DIGIT.search(text):
                found[place] = self._read_one(text)
        return found[codes]

    def _read_one(self, text):
        try:
            if iso := _ISO.fullmatch(text):
                text = text.replace(" UTC", "Z").replace("UTC", "Z")
                head, tail = text[:11], text[11:].replace(" ", "")
                return datetime.fromisoformat(
                    head + tail if iso["day"] else f"{text}-01"
                )
            if _COMPACT.fullmatch(text):
                return datetime.strptime(text, "%Y%m%d")
            for pattern in _PLAIN:
                if found := pattern.fullmatch(text):
                    return _date(found, found["year"], found["month"], found["day"])
            return self._read_local(text)
        except ValueError:  # no such day
            return None

    def _read_local(self, text):
        found = _LOCAL.fullmatch(text)
        if found is None:
            return None
        a, b = found["a"] or found["a2"], found["b"] or found["b2"]
        # with points between them, the day always stands first
        day_first = self.day_first or "." in (found["sep"], found["sep2"])
        day, month = (a, b) if day_first else (b, a)
        return _date(found, found["year"] or found["year2"], month, day)


def _date(found, year, month, day):
    """Return the date of a match; ValueError where there is no such day."""
    if not month.isdigit():
        names = [
            k for k, name in enumerate(_MONTHS, 1) if name.startswith(month.lower())
        ]
        month = names[0] if names else 0
    year = int(year)
    if year < 100:
        year += 1900 if year >= _PIVOT else 2000
    hour, half = int(found["hour"] or 0), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError(f"{hour} {half} is no hour")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    minute, second = int(found["minute"] or 0), int(found["second"] or 0)
    return datetime(year, int(month), int(day), hour, minute, second)


def find_date_style(texts, weight, name, min_parsed, day_first=None):
    """Return how the dates of a column are written, None where it holds none.

    Parameters
    ----------
    texts : ndarray of str of shape (n_samples,)
        Of training rows, None where missing.
    weight : ndarray of shape (n_samples,)
    name : str
        Of the column.
    min_parsed : float
        Share of the values that must be dates.
    day_first : bool, default=None
        None finds out whether day or month stands first.

    Returns
    -------
    style : DateStyle or None
        Also None where day and month cannot be told apart.

    Warns
    -----
    UserWarning
        Where they cannot.

    Examples
    --------
    >>> import numpy as np
    >>> texts = np.array(["3/4/2020", "25/4/2020"])
    >>> style = find_date_style(texts, np.ones(2), "visit", 0.9)
    >>> style.day_first, style.read(texts)[0].date().isoformat()
    (True, '2020-04-03')
    """
    unique, counts = distinct_values(texts, weight)
    if not len(unique):
        return None
    orders = (False, True) if day_first is None else (bool(day_first),)
    styles = [_style(order, unique, counts) for order in orders]
    best = max(styles, key=lambda style: style.share)
    if not best.share >= min_parsed:
        return None
    read = [style.read(unique) for style in styles]
    if len(styles) == 1 or all(a == b for a, b in zip(*read, strict=True)):
        return best if len(styles) == 1 else DateStyle(None, best.share)
    if styles[0].share == styles[1].share:
        example = next(t for t, a, b in zip(unique, *read, strict=True) if a != b)
        warnings.warn(
            f"Column {name!r} holds dates such as {example!r} in which day and month "
            "cannot be told apart; it is taken for a category. Convert it with "
            f"pd.to_datetime(X[{name!r}], dayfirst=...), or give its modality "
            "AutoExtractor(day_first=True) or (day_first=False).",
            UserWarning,
        )
        return None
    return best


def _style(day_first, unique, counts):
    """Return a style with the share of the values that it reads."""
    dates = DateStyle(day_first, 0.0).read(unique)
    found = np.array([date is not None for date in dates], dtype=bool)
    return DateStyle(day_first, float(counts[found].sum() / counts.sum()))
