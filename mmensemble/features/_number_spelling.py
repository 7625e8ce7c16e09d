"""How one number is spelled: its signs for thousands and fractions, limit and unit."""

import re

import numpy as np

_CURRENCY = "$€£¥₹"
#: What may stand between groups of three digits, beside comma and point.
_GAPS = " '’\u00a0\u202f\u2009"
_BELOW, _ABOVE = ("<", "≤"), (">", "≥")
#: A unit such as mg/dl, without figures or spaces but about a stroke.
_UNIT = r"%|(?!(?:HH?|LL?)\b)[^\W\d_]{1,12}\.?(?:\s?/\s?[^\W\d_]{1,12}\.?)?|°[CF]?|‰"
#: What laboratories put behind values out of their range.
_FLAG = r"\*+|HH?|LL?|[↑↓]+"

#: What stands between thousands and before fractions, by the name of the way.
SIGNS = {"point": (",", "."), "comma": (".", ",")}


def _pattern(group, point):
    """Return the pattern of numbers with these signs for thousands and fractions."""
    gap = f"[{re.escape(group + _GAPS)}]"
    digits = rf"(?:[1-9]\d{{0,2}}(?P<gap>{gap})\d{{3}}(?:(?P=gap)\d{{3}})*|\d+)"
    number = rf"(?:{digits}(?:{re.escape(point)}\d*)?|{re.escape(point)}\d+)"
    money = f"[{_CURRENCY}]"
    return re.compile(
        rf"(?P<limit>[<>]=?|[≤≥])?\s*(?P<open>\()?\s*(?P<sign>[+\-−])?\s*(?:{money}\s*)?"
        rf"(?P<sign2>[+\-−])?(?P<number>{number})(?P<power>[eE][+-]?\d+)?"
        rf"\s*(?:{money}|(?P<unit>{_UNIT}))?\s*(?:{_FLAG})?\s*(?P<close>\))?"
    )


_PATTERNS = {name: _pattern(*signs) for name, signs in SIGNS.items()}


def matches_of(text):
    """Return how a text reads as a number.

    Parameters
    ----------
    text : str
        Without spaces about it.

    Returns
    -------
    matches : dict of str to re.Match
        With fractions behind a point, behind a comma, both or neither.

    Examples
    --------
    >>> [list(matches_of(text)) for text in ("1,234", "1,23", "two")]
    [['point', 'comma'], ['comma'], []]
    """
    matches = {point: p.fullmatch(text) for point, p in _PATTERNS.items()}
    return {point: found for point, found in matches.items() if found is not None}


def chosen(matches, point):
    """Return the way to read a text, and its match.

    Parameters
    ----------
    matches : dict of str to re.Match
        Of `matches_of`, not empty.
    point : {"point", "comma", "both"}
        What stands before fractions where the text leaves that open. "both" takes
        its only sign for that.

    Examples
    --------
    >>> [chosen(matches_of("1,234"), point)[0] for point in ("point", "comma", "both")]
    ['point', 'comma', 'comma']
    >>> chosen(matches_of("1,23"), "point")[0]
    'comma'
    """
    if len(matches) == 1:
        return next(iter(matches.items()))
    if point == "both":
        point = "point" if "." in matches["point"]["number"] else "comma"
    return point, matches[point]


def is_money(found):
    """Tell whether a match has the sign of a currency."""
    return any(sign in found[0] for sign in _CURRENCY)


def unit_of(found):
    """Return the unit of a match, as units are compared.

    Examples
    --------
    >>> unit_of(matches_of("13.5 g / dL")["point"])
    'g/dl'
    """
    return re.sub(r"[\s.]", "", found["unit"] or "").lower()


def limit_of(found):
    """Return -1 for what is below a limit, 1 for what is above one, else 0.

    Examples
    --------
    >>> [limit_of(matches_of(text)["point"]) for text in ("<=5", "5", "> 5")]
    [-1, 0, 1]
    """
    limit = (found["limit"] or "")[:1]
    return int(limit in _ABOVE) - int(limit in _BELOW)


def value_of(found, point):
    """Return the number of a match, None where its parts do not go together.

    Parameters
    ----------
    found : re.Match
    point : {"point", "comma"}
        The way that it is of.

    Examples
    --------
    >>> value_of(matches_of("(1.234,5)")["comma"], "comma")
    -1234.5
    """
    signs = (found["sign"] or "") + (found["sign2"] or "")
    if (found["open"] is None) != (found["close"] is None) or len(signs) > 1:
        return None
    digits = found["number"].replace(found["gap"] or " ", "")
    digits = digits.replace(SIGNS[point][1], ".")
    value = float(digits + (found["power"] or ""))
    if not np.isfinite(value):
        return None
    negative = found["open"] is not None or signs in ("-", "−")
    return -value if negative else value
