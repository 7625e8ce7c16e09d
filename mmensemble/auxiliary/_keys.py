"""Keys of two tables, matched exactly."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmensemble import _frame
from mmensemble._instants import Instants, read_instants, to_unit, whole_numbers

_FAMILIES = {
    "string": "text",
    "category": "text",
    "number": "numbers",
    "boolean": "booleans",
    "date": "dates",
    "duration": "durations",
}


@dataclass
class Key:
    """One column of keys.

    Parameters
    ----------
    family : {"text", "numbers", "booleans", "dates", "durations"}
        Keys of different families never match.
    values : ndarray or Instants of shape (n_samples,)
    missing : ndarray of bool of shape (n_samples,)
        A missing key matches nothing, not even another missing key.
    name : str
        Of the column and its dtype, for messages.
    """

    family: str
    values: object
    missing: np.ndarray
    name: str


def read_key(col, label, where):
    """Return a column of keys.

    Raises
    ------
    ValueError
        For a column that holds several kinds of values.
    """
    dtype = getattr(col, "dtype", "object")
    family = key_family(col)
    if family is None:
        raise ValueError(
            f"The key {label!r} of {where} (dtype {dtype}) mixes kinds of values, or "
            "holds lists; make it text or numbers."
        )
    name = f"{label!r} of {where} holds {family} (dtype {dtype})"
    missing = _frame.null_mask(col)
    if family == "dates":
        values = read_instants(col)
    elif family == "text":
        values = _frame.to_objects(col)
    else:
        whole = whole_numbers(col, missing)
        values = _frame.to_float(col) if whole is None else whole
    return Key(family, values, missing, name)


def key_family(col):
    """Return of which family keys are, None for a mixture.

    Categories are of the family of their levels.
    """
    if isinstance(getattr(col, "dtype", None), pd.CategoricalDtype):
        col = pd.Series(col.dtype.categories)
    return _FAMILIES.get(_frame.kind(col))


class KeyCoder:
    """Numbers for the rows of a table, equal where all of their keys are.

    Parameters
    ----------
    keys : list of Key
        Of the table; without any, all rows have the same number.
    n_rows : int

    Attributes
    ----------
    codes_ : ndarray of int64 of shape (n_rows,)
        -1 where a key is missing.
    """

    def __init__(self, keys, n_rows):
        self.keys = []
        self.levels = []
        codes = np.zeros(n_rows, dtype=np.int64)
        for key in keys:
            own = np.full(n_rows, -1, dtype=np.int64)
            there = ~key.missing
            own[there], levels = pd.factorize(_comparable(key, key)[there])
            codes = np.where((codes < 0) | (own < 0), -1, codes * len(levels) + own)
            known = np.unique(codes[codes >= 0])
            codes = _places(known, codes)
            self.keys.append(_without_rows(key))
            self.levels.append((levels, known))
        self.codes_ = codes

    def match(self, keys, n_rows):
        """Return the numbers of rows of another table, -1 where nothing matches.

        Parameters
        ----------
        keys : list of Key
        n_rows : int

        Returns
        -------
        codes : ndarray of int64 of shape (n_rows,)

        Raises
        ------
        ValueError
            For keys of another family, or with a time zone on one side only.
        """
        codes = np.zeros(n_rows, dtype=np.int64)
        for key, ours, (levels, known) in zip(
            keys, self.keys, self.levels, strict=True
        ):
            own = np.full(n_rows, -1)
            if len(levels) and not key.missing.all():
                _check_family(key, ours)
                index = pd.Index(levels, dtype=levels.dtype)
                theirs = _comparable(key, ours)
                own = index.get_indexer(pd.Index(theirs, dtype=theirs.dtype))
                own = np.where(key.missing, -1, own)
            codes = np.where((codes < 0) | (own < 0), -1, codes * len(levels) + own)
            codes = _places(known, codes)
        return codes


def _without_rows(key):
    """Return what a key must be compared with, without the keys themselves."""
    values, none = key.values, np.zeros(0, dtype=bool)
    if key.family == "dates":
        values = Instants(values.ticks[:0], none, values.unit, values.zone)
    else:
        values = values[:0]
    return Key(key.family, values, none, key.name)


def _check_family(one, other):
    if one.family != other.family:
        raise ValueError(
            f"Keys cannot match: {one.name}, and {other.name}. Convert one of them, "
            "for instance with astype(str)."
        )
    if one.family == "dates":
        check_zones(one.values, other.values, one.name, other.name)


def check_zones(one, other, name, other_name):
    """Raise ValueError where only one of two columns of times knows its zone."""
    if (one.unit is None) != (other.unit is None) or (one.zone is None) != (
        other.zone is None
    ):
        raise ValueError(
            f"Times cannot be compared: {name} holds {one.words}, and {other_name} "
            f"holds {other.words}. Convert one of them; tz_localize tells a column "
            "its time zone."
        )


def _comparable(key, like):
    """Return keys as an array that can be compared with that of `like`."""
    if key.family == "dates":
        return _exact_ticks(key.values, like.values.unit)
    return key.values


def _exact_ticks(instants, unit):
    """Return ticks of `unit`; an instant between two ticks equals none of them."""
    up = to_unit(instants.ticks, instants.unit, unit, True)
    down = to_unit(instants.ticks, instants.unit, unit, False)
    return np.where(up == down, up, np.iinfo(np.int64).min)


def _places(known, codes):
    """Return the places of codes among sorted ones, -1 where they are not."""
    if not len(known):
        return np.full(len(codes), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    return np.where(known[at] == codes, at, -1)
