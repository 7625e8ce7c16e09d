"""Frames as plain lists that JSON can hold."""

import numpy as np


def records(frame):
    """Return one dict a row; NaN and infinity become None.

    Parameters
    ----------
    frame : DataFrame

    Returns
    -------
    rows : list of dict
    """
    return [
        {key: plain(value) for key, value in row.items()}
        for row in frame.to_dict(orient="records")
    ]


def plain(value):
    """Return a value of Python's own types; None for NaN and infinity.

    Parameters
    ----------
    value : str, None, bool or number
    """
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    return float(value) if np.isfinite(value) else None
