"""Frames as plain lists that JSON can hold."""

import numpy as np
import pandas as pd


def records(frame):
    """Return one dict a row; what is missing or not finite becomes None.

    Parameters
    ----------
    frame : DataFrame

    Returns
    -------
    rows : list of dict

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble._records import records
    >>> records(pd.DataFrame({"a": [1.0, np.nan], "b": [np.int64(2), "x"]}))
    [{'a': 1.0, 'b': 2}, {'a': None, 'b': 'x'}]
    """
    names = [str(name) for name in frame.columns]
    return [
        dict(zip(names, map(plain, row), strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]


def plain(value):
    """Return a value of Python's own types; None for NaN and infinity.

    Parameters
    ----------
    value : object
        Neither a number nor missing: its text.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if value is None or isinstance(value, str | int | bool):
        return value
    return None if value is pd.NaT or value is pd.NA else str(value)
