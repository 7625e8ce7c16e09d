"""Rows that a transformer is told to keep: found again by key and time."""

from dataclasses import dataclass

import numpy as np

from mmensemble._instants import Instants, minus, to_unit
from mmensemble.auxiliary._keys import Key, KeyCoder, check_zones
from mmensemble.auxiliary._spans import RowIndex


@dataclass
class Records:
    """Rows with keys, times and numbers.

    Parameters
    ----------
    coder : KeyCoder
    index : RowIndex
    times : Instants
        Without rows: unit and zone only.
    name : str
        What the times are called, for messages.
    values : dict of str to ndarray of float64
        In the index's order, NaN where missing.
    """

    coder: KeyCoder
    index: RowIndex
    times: Instants
    name: str
    values: dict

    @classmethod
    def make(cls, keys, times, name, values, rows=None):
        """Return records of the rows of a table, or of some of them.

        Parameters
        ----------
        keys : list of Key
        times : Instants
        name : str
        values : dict of str to ndarray of float64 of shape (n_rows,)
        rows : ndarray of bool of shape (n_rows,), default=None
        """
        n_rows = len(times.missing)
        hidden = times.missing if rows is None else times.missing | ~rows
        known = [
            Key(key.family, key.values, key.missing | hidden, key.name) for key in keys
        ]
        coder = KeyCoder(known, n_rows)
        kept = Instants(times.ticks, hidden, times.unit, times.zone)
        index = RowIndex(coder.codes_, kept)
        own = {label: column[index.order_] for label, column in values.items()}
        template = Instants(times.ticks[:0], hidden[:0], times.unit, times.zone)
        index.order_ = coder.codes_ = None  # the rows are not needed any more
        return cls(coder, index, template, name, own)

    def before(self, keys, times, name, gap=0, window=None):
        """Return which records each row of a table may know.

        Parameters
        ----------
        keys : list of Key
        times : Instants
        name : str
            What the times are called, for messages.
        gap, window : int, float or None
            In ticks of `times`.

        Returns
        -------
        start, stop : ndarray of int64 of shape (n_samples,)
        """
        n_rows = len(times.missing)
        codes = self.coder.match(keys, n_rows)
        codes[times.missing] = -1
        if times.missing.all() or not len(self.index.levels):
            return np.zeros((2, n_rows), dtype=np.int64)
        check_zones(times, self.times, name, self.name)
        cut = minus(times.ticks, gap)
        since = None if window is None else (minus(cut, window), times.unit)
        return self.index.spans(codes, (cut, times.unit), since)


def latest(one, other):
    """Return the later of two instants, row by row, in the finer unit."""
    unit = "ns" if "ns" in (one.unit, other.unit) else one.unit
    ticks = [to_unit(i.ticks, i.unit, unit, up=True) for i in (one, other)]
    missing = one.missing | other.missing
    return Instants(np.maximum(*ticks), missing, unit, one.zone)
