"""Rows of a table by key and time: which of them lie in a span."""

import numpy as np

from mmensemble._instants import to_unit


class RowIndex:
    """Rows in order of key and time; of equal ones, as they stand in the table.

    Parameters
    ----------
    codes : ndarray of int64 of shape (n_rows,)
        Keys as numbers; rows of -1 are left out.
    times : Instants, default=None
        Rows without a time are left out. None: rows stay in order.

    Attributes
    ----------
    order_ : ndarray of int64 of shape (n_kept,)
        Rows of the table, sorted.
    """

    def __init__(self, codes, times=None):
        kept = codes >= 0
        if times is not None:
            kept &= ~times.missing
        rows = np.flatnonzero(kept)
        codes = codes[rows]
        self.unit, self.levels = None, np.zeros(0, dtype=np.int64)
        ranks = np.zeros(len(rows), dtype=np.int64)
        if times is not None:
            self.unit = times.unit
            self.levels, ranks = np.unique(times.ticks[rows], return_inverse=True)
        places = codes * (len(self.levels) + 1) + ranks
        order = np.argsort(places, kind="stable")
        self.order_ = rows[order]
        self._places = places[order]

    def spans(self, codes, before=None, since=None, inclusive=False):
        """Return which of the sorted rows share a row's key and lie in its span.

        Parameters
        ----------
        codes : ndarray of int64 of shape (n_samples,)
            Keys; -1 matches nothing.
        before, since : (ticks, unit) or None
            Ends of the spans: before ≤ the first (< unless `inclusive`), and since
            the second or later.
        inclusive : bool, default=False

        Returns
        -------
        start, stop : ndarray of int64 of shape (n_samples,)
            ``order_[start:stop]`` are the rows.
        """
        width = len(self.levels) + 1
        first = np.where(codes < 0, 0, codes) * width
        start = first
        if since is not None:
            start = first + self._count(*since, False)
        stop = first + width
        if before is not None:
            stop = first + self._count(*before, inclusive)
        start, stop = (np.searchsorted(self._places, ends) for ends in (start, stop))
        return start, np.where(codes < 0, start, np.maximum(start, stop))

    def _count(self, ticks, unit, inclusive):
        """Return how many of all times lie before each instant (or at it)."""
        ticks = to_unit(ticks, unit, self.unit, up=not inclusive)
        return np.searchsorted(self.levels, ticks, "right" if inclusive else "left")
