"""Durations that were written as text: which columns hold them, and their seconds."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from mmensemble.features._distinct import distinct_values, stands_for_missing
from mmensemble.features._number_texts import NumberStyle

_CLOCK = r"\d+:[0-5]?\d:[0-5]?\d(?:\.\d+)?"
#: As pandas and Python print them, and as ISO 8601 does.
_DURATION = re.compile(
    rf"-?\d+ days?(?:,? [+-]?{_CLOCK})?|[+-]?{_CLOCK}"
    r"|-?P(?=.*\d)(?:-?\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
)


class DurationStyle(NumberStyle):
    """Durations of one column; their numbers are seconds."""

    def _read_one(self, text):
        if not _DURATION.fullmatch(text):
            return np.nan, 0, not stands_for_missing(text)
        try:
            return pd.Timedelta(text.replace(",", "")).total_seconds(), 0, False
        except ValueError:  # longer than pandas knows
            return np.nan, 0, True


def find_duration_style(texts, weight, min_parsed):
    """Return how to read a column of durations, None where it holds none.

    Parameters
    ----------
    texts : ndarray of str of shape (n_samples,)
        Of training rows, None where missing.
    weight : ndarray of shape (n_samples,)
    min_parsed : float
        Share of the values, words for missing ones aside, that must be durations.

    Returns
    -------
    style : DurationStyle or None

    Examples
    --------
    >>> import numpy as np
    >>> texts = np.array(["1 days 00:00:01", "0:01:30", "PT2H"])
    >>> find_duration_style(texts, np.ones(3), 0.9).read(texts)[0].tolist()
    [86401.0, 90.0, 7200.0]
    """
    unique, counts = distinct_values(texts, weight)
    if not len(unique):
        return None
    style = DurationStyle("point", 0.0)
    read = ~np.isnan(style.read(unique)[0])
    share = float(counts[read].sum() / counts.sum())
    return replace(style, share=share) if share >= min_parsed else None
