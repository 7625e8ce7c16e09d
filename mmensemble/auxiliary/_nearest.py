"""The places of a table, in order of their distance from a row."""

import numpy as np
from scipy.spatial import cKDTree

from mmensemble.auxiliary._sphere import RADIUS, on_unit_sphere

#: How many places each row is offered at first.
_FIRST_ASKED = 8


class Places:
    """Distinct places by key, and the nearest of them.

    Parameters
    ----------
    codes : ndarray of int64 of shape (n_rows,)
        Keys of the table's rows as numbers, -1 where missing.
    points : ndarray of float64 of shape (n_rows, n_dimensions)
        Coordinates; rows with a NaN have no place.
    haversine : bool
        Whether the points are degrees of latitude and longitude.

    Attributes
    ----------
    codes_ : ndarray of int64 of shape (n_rows,)
        The place of each row as a number; -1 where it has none.
    """

    def __init__(self, codes, points, haversine):
        self.haversine = haversine
        # -0.0 and 0.0 are one place
        points = points + 0.0
        rows = np.flatnonzero((codes >= 0) & ~np.isnan(points).any(axis=1))
        table = np.column_stack([codes[rows].astype(float), points[rows]])
        self.places, own = np.unique(table, axis=0, return_inverse=True)
        self.codes_ = np.full(len(codes), -1)
        self.codes_[rows] = own.ravel()
        self.owners = self.places[:, 0].astype(np.int64)

    def visit(self, codes, points, limit, serve):
        """Offer each row its places, the nearest first, until one serves.

        Parameters
        ----------
        codes : ndarray of int64 of shape (n_samples,)
            Keys; -1 has no place.
        points : ndarray of float64 of shape (n_samples, n_dimensions)
        limit : float
            Largest distance: km, or what the numbers are measured in.
        serve : callable
            Takes (rows, place of each); returns a mask of those that are served.
        """
        waiting = np.flatnonzero((codes >= 0) & ~np.isnan(points).any(axis=1))
        waiting = waiting[np.argsort(codes[waiting], kind="stable")]
        keys, first = np.unique(codes[waiting], return_index=True)
        for key, rows in zip(keys, np.split(waiting, first[1:]), strict=True):
            places = np.arange(*np.searchsorted(self.owners, [key, key + 1]))
            if len(places):
                self._visit(rows, points[rows], places, limit, serve)

    def _visit(self, rows, points, places, limit, serve):
        tree = cKDTree(self._space(self.places[places, 1:]))
        farthest = self._chord(limit)
        seen, wanted = 0, min(_FIRST_ASKED, len(places))
        while len(rows) and seen < len(places):
            ranks = np.arange(seen + 1, wanted + 1)
            near, at = tree.query(self._space(points), k=ranks)
            order = np.lexsort((at, near))  # places are sorted by coordinates
            near, at = (np.take_along_axis(v, order, axis=1) for v in (near, at))
            for rank in range(wanted - seen):
                close = near[:, rank] <= farthest
                served = np.zeros(len(rows), dtype=bool)
                if close.any():
                    served[close] = serve(rows[close], places[at[close, rank]])
                left = close & ~served
                rows, points, near, at = (v[left] for v in (rows, points, near, at))
            seen, wanted = wanted, min(2 * wanted, len(places))

    def _space(self, points):
        if self.haversine:
            return on_unit_sphere(points[:, 0], points[:, 1])
        return points

    def _chord(self, distance):
        """Return a distance as the tree measures it, with room for rounding."""
        if not self.haversine or np.isinf(distance):
            return distance
        angle = min(distance / RADIUS, np.pi)
        return 2 * np.sin(angle / 2) * (1 + 1e-12)
