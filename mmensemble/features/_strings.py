"""What a column of strings holds: dates, numbers, durations, text or categories."""

from mmensemble.features._date_texts import find_date_style
from mmensemble.features._duration_texts import find_duration_style
from mmensemble.features._number_texts import best_number_style
from mmensemble.features._text import is_free_text

#: Share of the values that must read as numbers, dates or durations, by default.
MIN_PARSED = 0.9
#: What decides on the kind of a column of strings, by default.
OPTIONS = {"min_parsed": MIN_PARSED, "day_first": None, "max_categories": 100}
#: A column of which this share reads as numbers is told, though taken for words.
_NEARLY = 0.5


def kind_of_strings(texts, weight, name, *, min_parsed, day_first, max_categories):
    """Return what a column of strings holds, and how that is written.

    Parameters
    ----------
    texts : ndarray of str of shape (n_samples,)
        Of training rows, None where missing.
    weight : ndarray of shape (n_samples,)
    name : str
        Of the column.
    min_parsed : float or None
        Share of the values that must read as dates, as numbers or as durations; None
        takes none for such.
    day_first : bool or None
        Whether the day stands first in dates; None finds out.
    max_categories : int or None
        Most columns that a category may have.

    Returns
    -------
    kind : {"date as text", "number as text", "duration as text", "text", "category"}
    style : DateStyle, NumberStyle, DurationStyle or None
        Of texts and categories None, or how most of the values read as numbers.

    Examples
    --------
    >>> import numpy as np
    >>> options = {"min_parsed": 0.9, "day_first": None, "max_categories": 100}
    >>> for texts in (["a dry cough", "no fever"], ["2020-01-31", "2020-02-01"]):
    ...     print(kind_of_strings(np.array(texts), np.ones(2), "x", **options)[0])
    text
    date as text
    """
    nearly = None
    if min_parsed is not None:
        style = find_date_style(texts, weight, name, min_parsed, day_first)
        if style is not None:
            return "date as text", style
        style = find_duration_style(texts, weight, min_parsed)
        if style is not None:
            return "duration as text", style
        style = best_number_style(texts, weight, name, min_parsed)
        if style is not None and style.share >= min_parsed:
            return "number as text", style
        if style is not None and style.share >= _NEARLY:
            nearly = style
    is_text = is_free_text(texts, weight, max_categories)
    return ("text" if is_text else "category"), nearly
