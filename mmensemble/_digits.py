"""Numbers as text: three significant digits, a real minus, and no minus before 0."""

import math

#: Rounding errors of sums are smaller.
_NOTHING = 1e-12
#: Below this a number is written with its power of ten.
_TINY = 1e-4
#: Below this a p-value is small, however small.
_SMALL_P = 0.001


def digits(value):
    """Return a number with three significant digits; a dash for NaN.

    Parameters
    ----------
    value : float

    Returns
    -------
    text : str
        From 1,000 on all digits before the point; below 0.0001 with the power of ten.

    Examples
    --------
    >>> [digits(v) for v in (0.81234, -0.0, 12.5, 1234.5, 0.0000321, float("nan"))]
    ['0.812', '0', '12.5', '1,234', '3.2e−05', '–']
    >>> digits(-0.5)
    '−0.500'
    """
    value = float(value)
    if math.isnan(value):
        return "–"
    size = abs(value)
    if math.isinf(value):
        text = "∞"
    elif size < _NOTHING:
        return "0"
    elif size < _TINY:
        text = f"{size:.1e}".replace("-", "−")
    elif size >= 1000:
        text = f"{size:,.0f}"
    else:
        text = f"{size:.{max(0, 2 - math.floor(math.log10(size)))}f}"
    return f"−{text}" if value < 0 else text


def signed(value):
    """Return a difference with its sign, else as `digits`.

    Examples
    --------
    >>> [signed(v) for v in (0.0123, -0.5, 0.0)]
    ['+0.0123', '−0.500', '0']
    """
    text = digits(value)
    return f"+{text}" if value > 0 and text != "0" else text


def p_value(p):
    """Return a p-value: none is 0, and below 0.001 its size says no more.

    Examples
    --------
    >>> [p_value(p) for p in (0.0221, 1e-13, 0.0, float("nan"))]
    ['0.0221', '< 0.001', '< 0.001', '–']
    """
    return "< 0.001" if p < _SMALL_P else digits(p)


def p_words(p):
    """Return what a sentence says of a p-value.

    Examples
    --------
    >>> [p_words(p) for p in (0.0221, 1e-13)]
    ['p = 0.0221', 'p < 0.001']
    """
    text = p_value(p)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def percent(share):
    """Return a share in percent, "<0.1%" where little is left.

    Examples
    --------
    >>> [percent(v) for v in (0.5, 0.00001, 0.0, 0.123)]
    ['50.0%', '<0.1%', '0.0%', '12.3%']
    """
    return "<0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def within(lower, upper, bounds):
    """Return the ends of an interval cut to the range that a score can have.

    Parameters
    ----------
    lower, upper : float or ndarray
    bounds : tuple of float
        The lowest and the highest score there is.

    Examples
    --------
    >>> within(0.91, 1.04, (0.0, 1.0))
    (0.91, 1.0)
    """
    low, high = bounds
    return _cut(lower, low, high), _cut(upper, low, high)


def _cut(value, low, high):
    # NaN stays: it is neither below nor above
    if hasattr(value, "clip"):
        return value.clip(low, high)
    return low if value < low else high if value > high else value
