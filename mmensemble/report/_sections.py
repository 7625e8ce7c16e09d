"""Sections of a page: each holds what it shows and can turn it into HTML parts."""

import re
from dataclasses import dataclass, field
from numbers import Real
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
from sklearn.utils import estimator_html_repr

from mmensemble._digits import digits, p_value
from mmensemble.report._svg import inline_svg


@dataclass(frozen=True)
class Text:
    """Paragraphs, a list of points, links, and lines of code, as far as given.

    Parameters
    ----------
    title : str
    paragraphs : tuple of str, default=()
    code : str, default=""
    points : tuple of str, default=()
    links : tuple of (str, str), default=()
        Words and address: a relative path, or of a file or web page.
    """

    title: str
    paragraphs: tuple = ()
    code: str = ""
    points: tuple = ()
    links: tuple = ()

    kind = "text"

    def parts(self, prefix):
        """Return what the template shows."""
        return {
            "paragraphs": self.paragraphs,
            "points": self.points,
            "links": [(words, _checked(address)) for words, address in self.links],
            "code": self.code,
        }


@dataclass(frozen=True)
class Table:
    """A frame, its index left out; the page can sort and filter its rows.

    Parameters
    ----------
    title : str
    frame : DataFrame
    caption : str, default=""
    marked : tuple of int, default=()
        Positions of rows that are set in bold.
    p_values : tuple of str, default=()
        Columns of p-values, as far as there are such.
    """

    title: str
    frame: pd.DataFrame
    caption: str = ""
    marked: tuple = ()
    p_values: tuple = ()

    kind = "table"

    def parts(self, prefix):
        """Return columns (name, is number) and rows of (text, is number, sort key)."""
        values = list(self.frame.itertuples(index=False, name=None))
        numbers = [_are_numbers(column) for column in zip(*values, strict=True)]
        numbers = numbers or [False] * self.frame.shape[1]
        ways = [p_value if c in self.p_values else show for c in self.frame.columns]
        rows = [
            [
                (text(value), are_numbers or _is_number(value), _sort_key(value))
                for value, are_numbers, text in zip(row, numbers, ways, strict=True)
            ]
            for row in values
        ]
        columns = list(zip(map(str, self.frame.columns), numbers, strict=True))
        return {"columns": columns, "rows": rows, "marked": set(self.marked)}


@dataclass(frozen=True)
class Figure:
    """What a Display draws, as inline SVG.

    Parameters
    ----------
    title : str
    display : object with ``plot()`` that sets ``figure_``
    caption : str
    alt : str
        What the figure shows, in words.
    options : dict, default={}
        For ``plot``.
    """

    title: str
    display: object
    caption: str
    alt: str
    options: dict = field(default_factory=dict)

    kind = "figure"

    def parts(self, prefix):
        """Return what the template shows."""
        svg = inline_svg(
            self.display, prefix=prefix, alt=self.alt, options=self.options
        )
        return {"svg": svg}


@dataclass(frozen=True)
class Figures:
    """Figures side by side where the page is wide enough.

    Parameters
    ----------
    title : str
    figures : tuple of Figure
    """

    title: str
    figures: tuple

    kind = "figures"

    def parts(self, prefix):
        """Return what the template shows."""
        return {
            "figures": [
                {
                    "title": figure.title,
                    "caption": figure.caption,
                    **figure.parts(f"{prefix}-{position}"),
                }
                for position, figure in enumerate(self.figures, start=1)
            ]
        }


@dataclass(frozen=True)
class Diagram:
    """scikit-learn's diagram of an estimator.

    Parameters
    ----------
    title : str
    estimator : estimator object
    caption : str, default=""
    """

    title: str
    estimator: object
    caption: str = ""

    kind = "diagram"

    def parts(self, prefix):
        """Return what the template shows; scikit-learn has escaped the names."""
        html = estimator_html_repr(self.estimator)
        return {"diagram": re.sub(r"</?body>", "", html)}


def _checked(address):
    """Return an address that opens a page and runs nothing."""
    if urlsplit(address).scheme not in ("", "file", "http", "https"):
        raise ValueError(
            f"A link must be a path, or the address of a file or web page, got "
            f"{address!r}."
        )
    return address


def _is_missing(value):
    return (
        value is None or value is pd.NA or (isinstance(value, Real) and value != value)
    )


def _is_number(value):
    """Tell numbers from booleans, text and what is missing."""
    is_real = isinstance(value, Real) and not isinstance(value, bool | np.bool_)
    return is_real and not _is_missing(value)


def _are_numbers(values):
    """Tell whether a column holds numbers, where it holds anything."""
    known = [value for value in values if not _is_missing(value)]
    return bool(known) and all(map(_is_number, known))


def _sort_key(value):
    """Return a number as JavaScript reads it; None for text and what is missing."""
    if not _is_number(value):
        return None
    return repr(float(value)).replace("inf", "Infinity")


def show(value):
    """Return a cell as text: numbers short, booleans as words, missing as a dash.

    Examples
    --------
    >>> [show(v) for v in (0.123456, 1234567, True, None, float("nan"), "=1+1")]
    ['0.123', '1,234,567', 'yes', '–', '–', '=1+1']
    """
    if _is_missing(value):
        return "–"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    return digits(value) if _is_number(value) else str(value)
