"""Numbers that were written as text: which columns hold them, and how they read."""

import re
import warnings
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
import pandas as pd

from mmensemble.features._distinct import distinct_values, stands_for_missing
from mmensemble.features._number_signs import Signs
from mmensemble.features._number_spelling import (
    chosen,
    limit_of,
    matches_of,
    unit_of,
    value_of,
)
from mmensemble.features._numbers import NumberEncoder
from mmensemble.modality._facts import words_of

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

#: Units that change the size of a number beside those without.
_SCALES = {"%", "‰", "k", "m", "b", "bn", "mn", "mln", "mio", "mrd", "tsd"}


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of one column are written.

    A text that reads in one way only is read in that: ``"12,6"``, ``"0.6"`` and
    ``"1,234.5"`` are what they seem, whatever others are.

    Parameters
    ----------
    point : {"point", "comma", "both"}
        What stands before a fraction, and so whether ``"1,234"`` and ``"1.234"`` hold
        one.
    share : float
        Share of the training values, by weight, that read as numbers.
    unit : str, default=""
        What may stand behind a number and is left out, as that of a column whose
        values are all in "mg/dl". Other units do not read; "%" is a hundredth where
        it is not the column's own.
    ambiguous : tuple of (str, float) or None, default=None
        A number of the column that may mean something else than it is read as, and
        what that is.
    """

    point: str
    share: float
    unit: str = ""
    ambiguous: tuple | None = None

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
        value, limit = self.number(matches_of(text))
        return value, limit, bool(np.isnan(value)) and not stands_for_missing(text)

    def number(self, matches):
        """Return the number of a text, NaN where it is none, and its limit.

        Parameters
        ----------
        matches : dict of str to re.Match
            Of `matches_of`.
        """
        if not matches:
            return np.nan, 0
        point, found = chosen(matches, self.point)
        unit = unit_of(found)
        value = value_of(found, point) if unit in ("", "%", self.unit) else None
        if value is None:
            return np.nan, 0
        return (value / 100 if unit == "%" != self.unit else value), limit_of(found)


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
        or are at most ten different ones.

    Warns
    -----
    UserWarning
        For numbers that may mean something else than they are read as.

    Examples
    --------
    >>> import numpy as np
    >>> texts = np.array(["0,5", "<0.1", "12 %"])
    >>> style = find_number_style(texts, np.ones(3), "dose", 0.9)
    >>> style.point, style.read(texts)[0].tolist()
    ('both', [0.5, 0.1, 0.12])
    >>> zips = np.array(["00012", "94110"])
    >>> find_number_style(zips, np.ones(2), "area", 0.9) is None
    True
    """
    style = best_number_style(texts, weight, name, min_parsed)
    return style if style is not None and style.share >= min_parsed else None


def best_number_style(texts, weight, name, min_parsed):
    """Return how to read the numbers of a column, however few; None for codes.

    It warns where `min_parsed` of the values are numbers. The parameters are those of
    `find_number_style`.
    """
    texts, matches, counts = _distinct_matches(texts, weight)
    unit, total = _common_unit(matches, counts), counts.sum()
    style = NumberStyle("point", 0.0, unit)
    numbers = [not np.isnan(style.number(ways)[0]) for ways in matches]
    if not any(numbers):
        return None
    texts, matches = list(compress(texts, numbers)), list(compress(matches, numbers))
    counts = counts[np.array(numbers)]
    signs = Signs.seen(matches, counts)
    style = NumberStyle(signs.point, float(counts.sum() / total), unit)
    if _are_codes(texts, unit, name):
        return None
    open_ones = [signs.leave_open(ways, style.point) for ways in matches]
    text = min(compress(texts, open_ones), default=None)
    if style.share >= min_parsed and text is not None:
        _warn(text, style, name)
    if text is None and signs.tell_nothing(matches):
        text = min(texts)
    if text is None:
        return style
    return replace(style, ambiguous=(text, float(style.number(matches_of(text))[0])))


def _distinct_matches(texts, weight):
    """Return the distinct texts of a column, how they read, and their weights."""
    unique, counts = distinct_values(texts, weight)
    texts = [str(text).strip() for text in unique]
    return texts, [matches_of(text) for text in texts], counts


def _warn(text, style, name):
    """Warn of a number that may mean something else."""
    value = style.number(matches_of(text))[0]
    sign = "comma" if "," in text else "point"
    warnings.warn(
        f"Column {name!r} holds numbers such as {text!r}, read as {value:g}, in which "
        f"the {sign} may stand before a fraction or between thousands: other values "
        "leave that open. Write all of them in one way, or convert the column to "
        "numbers.",
        UserWarning,
    )


def ambiguous_numbers(texts, style):
    """Return the distinct numbers of a column that may mean something else.

    Parameters
    ----------
    texts : ndarray of str of shape (n_samples,)
        None where missing.
    style : NumberStyle
        How they are read.
    """
    texts, matches, counts = _distinct_matches(texts, np.ones(len(texts)))
    signs = Signs.seen(matches, counts)
    return [
        text
        for text, ways in zip(texts, matches, strict=True)
        if signs.leave_open(ways, style.point)
    ]


def _common_unit(matches, counts):
    """Return the unit of most numbers.

    A percent sign, and words for thousands and more, if no number is without.
    """
    units = defaultdict(float)
    for ways, count in zip(matches, counts, strict=True):
        if ways:
            units[unit_of(next(iter(ways.values())))] += count
    named = max((u for u in units if u), key=units.get, default="")
    return "" if named in _SCALES and "" in units else named


def _are_codes(numbers, unit, name):
    """Tell whether texts of numbers with a common unit are codes."""
    if unit not in ("", "%"):  # three levels in "mg" are levels all the same
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
