"""Nearest training rows of rows that need not have the same modalities."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from mmensemble.numerics._columns import column_moments

#: Distances held at a time: 32 MB.
_CELLS = 4_000_000
#: Rows per neighbour that make a pattern's own rows enough to choose from: then the
#: nearest tenth of them are neighbours at most. By judgement.
_CHOICE = 10
#: Decimals of distances whose mean is one: less is rounding, and no order.
_DECIMALS = 10


@dataclass(frozen=True)
class Scaling:
    """How a modality's block becomes coordinates of total variance one.

    Columns are standardised; wide and sparse blocks are projected on their first
    principal directions, sparse ones as they come, for their zeros and relative
    sizes mean something. A missing value counts as its column's mean.

    Parameters
    ----------
    mean, spread : ndarray of shape (n_features,) or None
        None for a sparse block.
    directions : ndarray of shape (n_components, n_features) or None
    size : float
        Root of the total variance of the coordinates.
    """

    mean: np.ndarray | None
    spread: np.ndarray | None
    directions: np.ndarray | None
    size: float

    @classmethod
    def fit(cls, values, weight, n_components, seed):
        """Learn from a block's rows, all of which have a weight."""
        wide = values.shape[1] > n_components
        if not len(weight) or not values.shape[1]:
            return cls(np.zeros(values.shape[1]), np.ones(values.shape[1]), None, 1.0)
        mean = spread = directions = None
        if not (sparse.issparse(values) and wide):
            mean, spread = column_moments(_dense(values), weight)
            spread = np.where(spread > 0, spread, np.inf)
        if wide:
            coordinates = cls(mean, spread, None, 1.0).apply(values)
            directions = randomized_svd(
                coordinates, min(n_components, len(weight)), n_iter=5, random_state=seed
            )[2]
        coordinates = cls(mean, spread, directions, 1.0).apply(values)
        size = np.sqrt((column_moments(coordinates, weight)[1] ** 2).sum())
        return cls(mean, spread, directions, float(size) or 1.0)

    def apply(self, values):
        """Return coordinates of shape (n_rows, n_coordinates)."""
        if self.mean is not None:
            values = np.nan_to_num((_dense(values) - self.mean) / self.spread)
        elif np.isnan(values.data).any():
            values = values.copy()
            values.data = np.nan_to_num(values.data)
        if self.directions is not None:
            values = values @ self.directions.T
        return values / self.size


def _dense(values):
    return values.toarray() if sparse.issparse(values) else values


@dataclass(frozen=True)
class Places:
    """Coordinates of rows in all modalities, zero where one is absent.

    Parameters
    ----------
    coordinates : ndarray of shape (n_samples, n_coordinates)
        Of all modalities side by side.
    norms : ndarray of shape (n_samples, n_modalities)
        Squared lengths of each modality's coordinates.
    present : ndarray of bool of shape (n_samples, n_modalities)
    """

    coordinates: np.ndarray
    norms: np.ndarray
    present: np.ndarray

    def take(self, rows):
        """Return the places of some rows."""
        return Places(self.coordinates[rows], self.norms[rows], self.present[rows])

    def distances(self, others):
        """Return squared distances, the mean over the modalities both rows have.

        Infinite where they share none.
        """
        own = np.hstack([self.coordinates, self.norms, self.present])
        theirs = np.hstack([-2 * others.coordinates, others.present, others.norms])
        shared = self.present.astype(float) @ others.present.T.astype(float)
        total = np.maximum(own @ theirs.T, 0.0)
        alone = np.full_like(total, np.inf)
        mean = np.divide(total, shared, out=alone, where=shared > 0)
        return np.round(mean, _DECIMALS, out=mean)


def place(blocks, scalings):
    """Return the places of the rows that the blocks hold."""
    parts, norms = [], []
    for block, scaling in zip(blocks, scalings, strict=True):
        own = scaling.apply(block.values)
        part = np.zeros((len(block.present), own.shape[1]))
        part[block.present] = own
        parts.append(part)
        norms.append((part**2).sum(axis=1))
    present = np.column_stack([block.present for block in blocks])
    return Places(np.hstack(parts), np.column_stack(norms), present)


def find_neighbours(places, reference, n_neighbors):
    """Yield (rows, neighbours) for chunks of rows, so that memory is bounded.

    Where enough reference rows have all modalities of a row, its neighbours are
    among them, as if there were no other modality; else among all rows that
    share one.

    Parameters
    ----------
    places : Places
    reference : Places
    n_neighbors : int

    Yields
    ------
    rows : ndarray of shape (n_rows,)
        Positions in `places`.
    neighbours : ndarray of shape (n_rows, n_found)
        Positions in `reference`, the nearest first.
    """
    patterns, which = np.unique(places.present, axis=0, return_inverse=True)
    for position, pattern in enumerate(patterns):
        rows = np.flatnonzero(which.ravel() == position)
        candidates = _candidates(reference.present, pattern, n_neighbors)
        if not len(candidates):
            yield rows, np.empty((len(rows), 0), dtype=np.intp)
            continue
        others = reference.take(candidates)
        for start in range(0, len(rows), step := max(1, _CELLS // len(candidates))):
            chunk = rows[start : start + step]
            distances = places.take(chunk).distances(others)
            yield chunk, candidates[_smallest(distances, n_neighbors)]


def _candidates(present, pattern, n_neighbors):
    complete = np.flatnonzero(present[:, pattern].all(axis=1))
    if pattern.any() and len(complete) >= _CHOICE * n_neighbors:
        return complete
    return np.flatnonzero(present[:, pattern].any(axis=1))


def _smallest(distances, count):
    """Return the columns of the smallest distances, in order; first of equals."""
    if count < distances.shape[1]:
        found = np.argpartition(distances, count - 1, axis=1)[:, :count]
        found.sort(axis=1)
    else:
        found = np.tile(np.arange(distances.shape[1]), (len(distances), 1))
    near = np.take_along_axis(distances, found, axis=1)
    order = near.argsort(axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1)
