"""Numbers that were written as text: which columns hold them, and how they read."""

import re
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmensemble.features._distinct import distinct_values, stands_for_missing
from mmensemble.features._numbers import NumberEncoder
from mmensemble.modality._facts import words_of

_CURRENCY = "$€£¥₹"
#: What may stand between groups of three digits, beside comma and point.
_GAPS = " '’\u00a0\u202f\u2009"
_BELOW, _ABOVE = "<≤", ">≥"
_WHOLE = re.compile(r"\d+")
_LEADING_ZERO = re.compile(r"[+-]?0\d+")
#: Words of a column's name that tell of codes.
_CODE_NAMES = {"code", "codes", "id", "ids", "key", "mrn", "phone", "plz", "postal"}
_CODE_NAMES |= {"postcode", "sku", "ssn", "uuid", "zip", "zipcode"}
_CODE_NAMES |= {"atc", "cpt", "diag", "diagnosis", "ean", "iban", "icd", "isbn"}
#: Whole numbers of one length from this on are codes, such as those of the post.
_CODE_LENGTH = 5
#: So many different whole numbers are levels rather than amounts.
_FEW_LEVELS = 10


#: A unit such as mg/dl, without figures or spaces but about a stroke.
_UNIT = r"%|(?!(?:HH?|LL?)\b)[^\W\d_]{1,12}\.?(?:\s?/\s?[^\W\d_]{1,12}\.?)?|°[CF]?|‰"
#: Units that change the size of a number beside those without.
_SCALES = {"%", "‰", "k", "m", "b", "bn", "mn", "mln", "mio", "mrd", "tsd"}
#: What laboratories put behind values out of their range.
_FLAG = r"\*+|HH?|LL?|[↑↓]+"


def _pattern(group, point):
    """Return the pattern of numbers with these signs for thousands and fractions."""
    gaps = f"[{re.escape(group + _GAPS)}]"
    digits = rf"(?:[1-9]\d{{0,2}}(?:{gaps}\d{{3}})+|\d+)"
    number = rf"(?:{digits}(?:{re.escape(point)}\d*)?|{re.escape(point)}\d+)"
    money = f"[{_CURRENCY}]"
    return re.compile(
        rf"(?P<limit>[<>]=?|[≤≥])?\s*(?P<open>\()?\s*(?P<sign>[+\-−])?\s*(?:{money}\s*)?"
        rf"(?P<sign2>[+\-−])?(?P<number>{number})(?P<power>[eE][+-]?\d+)?"
        rf"\s*(?:{money}|(?P<unit>{_UNIT}))?\s*(?:{_FLAG})?\s*(?P<close>\))?"
    )


#: How thousands and fractions are set apart, by the name of the way.
_STYLES = {"point": (",", "."), "comma": (".", ",")}
_PATTERNS = {name: _pattern(*signs) for name, signs in _STYLES.items()}


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of one column are written.

    Parameters
    ----------
    point : {"point", "comma"}
        What stands before a fraction.
    share : float
        Share of the training values, by weight, that read as numbers.
    unit : str, default=""
        What may stand behind a number and is left out, as that of a column whose
        values are all in "mg/dl". Other units do not read; "%" is a hundredth where
        it is not the column's own.
    """

    point: str
    share: float
    unit: str = ""

    def read(self, texts):
        """Return the numbers that texts stand for.

        Parameters
        ----------
        texts : ndarray of str of shape (n_samples,)
            None where missing.

        Returns
        -------
        values : ndarray of float of shape (n_samples,)
            NaN where missing, or no number.
        limits : ndarray of int of shape (n_samples,)
            -1 for what is below a limit, as ``"<0.1"``, 1 for what is above one.
        words : ndarray of bool of shape (n_samples,)
            Where the text is no number, nor a word for a missing one.
        """
        codes, unique = pd.factorize(texts)
        read = [self._read_one(str(text).strip()) for text in unique]
        table = np.array([*read, (np.nan, 0, False)], dtype=float)[codes]
        return table[:, 0], table[:, 1].astype(int), table[:, 2] == 1

    def _read_one(self, text):
        found = _PATTERNS[self.point].fullmatch(text)
        unit = "" if found is None else _unit_of(found)
        value = None
        if found is not None and unit in ("", "%", self.unit):
            value = _value(found, *_STYLES[self.point])
        if value is None:
            return np.nan, 0, not stands_for_missing(text)
        if unit == "%" != self.unit:
            value /= 100
        limit = found["limit"] or ""
        below, above = limit[:1] in tuple(_BELOW), limit[:1] in tuple(_ABOVE)
        return value, int(above) - int(below), False


def _unit_of(found):
    """Return the unit of a match, as units are compared."""
    return re.sub(r"[\s.]", "", found["unit"] or "").lower()


def _value(found, group, point):
    """Return the number of a match, None where its parts do not go together."""
    signs = (found["sign"] or "") + (found["sign2"] or "")
    if (found["open"] is None) != (found["close"] is None) or len(signs) > 1:
        return None
    digits = found["number"]
    for gap in group + _GAPS:
        digits = digits.replace(gap, "")
    value = float(digits.replace(point, ".") + (found["power"] or ""))
    if not np.isfinite(value):
        return None
    negative = found["open"] is not None or signs in ("-", "−")
    return -value if negative else value


def find_number_style(texts, weight, name, min_parsed):
    """Return how the numbers of a column are written, None where it holds none.

    Parameters
    ----------
    texts : ndarray of str of shape (n_samples,)
        Of training rows, None where missing.
    weight : ndarray of shape (n_samples,)
    name : str
        Of the column.
    min_parsed : float
        Share of the values, words for missing ones aside, that must be numbers.

    Returns
    -------
    style : NumberStyle or None
        None also for codes: columns with the name of one, and whole numbers of
        which one begins with a zero, that have one length of five digits or more,
        or are at most ten different ones. Where comma and point read alike, it is
        the point.

    Examples
    --------
    >>> import numpy as np
    >>> texts = np.array(["0,5", "<0,1", "12 %"])
    >>> style = find_number_style(texts, np.ones(3), "dose", 0.9)
    >>> style.point, style.read(texts)[0].tolist()
    ('comma', [0.5, 0.1, 0.12])
    >>> zips = np.array(["00012", "94110"])
    >>> find_number_style(zips, np.ones(2), "area", 0.9) is None
    True
    """
    style = best_number_style(texts, weight, name)
    return style if style is not None and style.share >= min_parsed else None


def best_number_style(texts, weight, name):
    """Return how to read most numbers of a column, however few; None for codes.

    The parameters are those of `find_number_style`.
    """
    unique, counts = distinct_values(texts, weight)
    if not len(unique):
        return None
    styles = [_style(point, unique, counts) for point in _STYLES]
    best = max(styles, key=lambda style: style.share)  # the first of equals
    return None if not best.share or _are_codes(unique, best, name) else best


def _style(point, unique, counts):
    """Return a style with the share of the values that it reads."""
    unit = _common_unit(point, unique, counts)
    numbers = ~np.isnan(NumberStyle(point, 0.0, unit).read(unique)[0])
    return NumberStyle(point, float(counts[numbers].sum() / counts.sum()), unit)


def _common_unit(point, unique, counts):
    """Return the unit of most numbers.

    A percent sign, and words for thousands and more, if no number is without.
    """
    units = defaultdict(float)
    for text, count in zip(unique, counts, strict=True):
        found = _PATTERNS[point].fullmatch(str(text).strip())
        if found is not None:
            units[_unit_of(found)] += count
    named = max((u for u in units if u), key=units.get, default="")
    return "" if named in _SCALES and "" in units else named


def _are_codes(unique, style, name):
    numbers = unique[~np.isnan(style.read(unique)[0])]
    numbers = [str(text).strip() for text in numbers]
    if style.unit not in ("", "%"):  # three levels in "mg" are levels all the same
        numbers = [re.sub(r"\s*[^\d)]+$", "", text) for text in numbers]
    if words_of(name) & _CODE_NAMES or any(map(_LEADING_ZERO.fullmatch, numbers)):
        return True
    if not all(map(_WHOLE.fullmatch, numbers)):
        return False
    lengths = {len(text) for text in numbers}
    same_length = len(lengths) == 1 and min(lengths) >= _CODE_LENGTH
    few = len(set(numbers)) <= _FEW_LEVELS
    return same_length or few


class NumberTextEncoder:
    """Encode one column of numbers that were written as text.

    Beside the scaled number there is an indicator for each of what training rows
    show: values below a limit, above one, and words that are no number.

    Parameters
    ----------
    margin : float
        See `NumberEncoder`.
    style : NumberStyle

    Attributes
    ----------
    number_ : NumberEncoder
        Of the numbers; that of ``"<0.1"`` is 0.1.
    marks_ : list of str
        Which indicators there are, of ``"below"``, ``"above"`` and ``"word"``.

    Examples
    --------
    >>> import numpy as np
    >>> texts = np.array(["<0.1", "0.3", "0.5"])
    >>> style = find_number_style(texts, np.ones(3), "crp", 0.9)
    >>> encoder = NumberTextEncoder(3.0, style).fit(texts, np.ones(3))
    >>> encoder.transform(texts).round(2)
    array([[-1.22,  1.  ],
           [ 0.  ,  0.  ],
           [ 1.22,  0.  ]])
    >>> encoder.names("crp")
    ['crp', 'crp_below']
    """

    def __init__(self, margin, style):
        self.margin = margin
        self.style = style

    def fit(self, values, weight):
        """Learn from str of shape (n_samples,), None where missing."""
        numbers, marks = self._read(values)
        self.marks_ = [name for name, mark in marks.items() if mark.any()]
        self.number_ = NumberEncoder(self.margin).fit(numbers, weight)
        return self

    def _read(self, values):
        if values.dtype.kind == "f":  # the same table from a file that knows numbers
            nowhere = np.zeros(len(values), dtype=bool)
            marks = {"below": nowhere, "above": nowhere, "word": nowhere}
            return values.reshape(-1, 1), marks
        numbers, limits, words = self.style.read(values)
        marks = {"below": limits < 0, "above": limits > 0, "word": words}
        return numbers.reshape(-1, 1), marks

    def transform(self, values):
        """Return numbers of shape (n_samples, 1 + n_marks)."""
        numbers, marks = self._read(values)
        shown = [marks[name].astype(float) for name in self.marks_]
        return np.column_stack([self.number_.transform(numbers), *shown])

    def names(self, name):
        """Return the names of the output for a column called `name`."""
        return [name, *(f"{name}_{mark}" for mark in self.marks_)]
