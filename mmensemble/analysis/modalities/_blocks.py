"""The modalities of a table as blocks of numbers, learnt from some of the rows."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD

from mmensemble._validation import as_weight
from mmensemble.features import AutoExtractor
from mmensemble.features._reader import make_reader
from mmensemble.fusion._blocks import stack_rows
from mmensemble.numerics._columns import column_moments

#: Sparse blocks of more columns than this are projected to as many components.
MOST_SPARSE = 100


@dataclass(frozen=True)
class Blocks:
    """All modalities of a table, one after the other.

    Parameters
    ----------
    parts : list of ndarray of shape (n_rows, n_features)
        Each modality centred on the rows it was learnt from and divided by one
        number, so that its features have a mean variance of one there; 0 in the
        rows that lack it.
    """

    parts: list

    def of(self, modalities, rows=slice(None)):
        """Return the columns of some modalities, given by position, in some rows."""
        found = [self.parts[k][rows] for k in modalities]
        return found[0] if len(found) == 1 else np.hstack(found)

    def width(self, modality):
        """Return how many features a modality has."""
        return self.parts[modality].shape[1]


def read_blocks(X, resolved, presence, rows, *, y=None, weight=None, root=0):
    """Fit an extractor for each modality on `rows`, and read all rows.

    Numbers that are handed on as they are ("passthrough") are scaled and filled as
    those of ``"auto"``; a learner at the end of a pipeline is left out.

    Parameters
    ----------
    X : table of shape (n_rows, n_columns)
    resolved : list of (name, extractor, columns)
    presence : ndarray of bool of shape (n_rows, n_modalities)
    rows : ndarray of int
    y : ndarray of shape (n_rows, ...), default=None
        For extractors that learn from it.
    weight : ndarray of shape (n_rows,), default=None
    root : int, default=0
        Of the seeds.

    Returns
    -------
    blocks : Blocks
    """
    parts = []
    for k, modality in enumerate(resolved):
        reader = make_reader(k, modality, dense=True, fill=True)
        there = np.flatnonzero(presence[:, k])
        learn = reader.rows_of(presence, rows)
        if weight is not None:
            learn = learn[weight[learn] > 0]
        if not len(learn):
            parts.append(np.zeros((len(presence), 0)))
            continue
        params = {}
        if weight is not None and isinstance(reader.extractor, AutoExtractor):
            params["sample_weight"] = weight
        fitted, seen = reader.fit_read(X, presence, learn, y, params, root)
        raw = _all_rows(fitted, X, presence, there, learn, seen)
        own = None if weight is None else weight[learn]
        block = _scaled(raw, np.searchsorted(there, learn), own)
        if len(there) < len(presence):
            known, block = block, np.zeros((len(presence), raw.shape[1]))
            block[there] = known
        parts.append(block)
    return Blocks(parts)


def _all_rows(reader, X, presence, there, learn, seen):
    """Return dense values of the rows that have the modality, `seen` among them."""
    rest = np.setdiff1d(there, learn)
    place = np.empty(len(presence), dtype=np.intp)
    place[learn] = np.arange(len(learn))
    place[rest] = len(learn) + np.arange(len(rest))
    values = stack_rows([seen, reader.read(X, presence, rest)])[place[there]]
    if not sparse.issparse(values):
        return np.asarray(values, dtype=np.float64)
    if values.shape[1] <= MOST_SPARSE:
        return values.toarray()
    size = min(MOST_SPARSE, len(learn) - 1, values.shape[1] - 1)
    return TruncatedSVD(max(size, 1), random_state=0).fit(seen).transform(values)


def _scaled(values, learn, weight):
    """Centre on the rows learnt from, scale as one, and put 0 where missing."""
    is_known = np.isfinite(values)
    known = values if is_known.all() else np.where(is_known, values, np.nan)
    centre, spread = column_moments(known[learn], as_weight(weight, len(learn)))
    centred = known - centre
    if known is not values:
        np.nan_to_num(centred, copy=False)
    mean = (spread**2).mean() if len(spread) else 0.0
    centred *= 1 / np.sqrt(mean) if mean > 0 else 0.0
    return centred
