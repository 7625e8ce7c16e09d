"""The modalities of a table as blocks of numbers, learnt from some of the rows."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.pipeline import Pipeline

from mmensemble._frame import take_rows
from mmensemble._seeds import seed_for, set_seeds
from mmensemble.features import AutoExtractor
from mmensemble.modality import as_block_values, select

#: Sparse blocks of more columns than this are projected to as many components.
MOST_SPARSE = 100


@dataclass(frozen=True)
class Blocks:
    """All modalities of a table, one after the other.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_features)
        Each modality centred on the rows it was learnt from and divided by one
        number, so that its features have a mean variance of one there; 0 in the
        rows that lack it.
    edges : ndarray of shape (n_modalities + 1,)
        Where each modality begins.
    """

    values: np.ndarray
    edges: np.ndarray

    def of(self, modalities):
        """Return the columns of some modalities, given by position."""
        parts = [self.values[:, self.edges[k] : self.edges[k + 1]] for k in modalities]
        return parts[0] if len(parts) == 1 else np.hstack(parts)

    def width(self, modality):
        """Return how many features a modality has."""
        return int(self.edges[modality + 1] - self.edges[modality])


def make_extractor(extractor, seed):
    """Return a transformer to be fitted, from what the user wrote.

    Numbers that the user hands on as they are ("passthrough") are scaled and
    filled as those of ``"auto"``; a learner at the end of a pipeline is left out.
    """
    if isinstance(extractor, Pipeline) and hasattr(extractor, "predict"):
        extractor = extractor[:-1] if len(extractor.steps) > 1 else "auto"
    if isinstance(extractor, str) or not hasattr(extractor, "transform"):
        return AutoExtractor(random_state=seed)
    return set_seeds(clone(extractor), seed)


def read_blocks(X, resolved, presence, rows, *, y=None, weight=None, root=0):
    """Fit an extractor for each modality on `rows`, and read all rows.

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
    for k, (name, extractor, columns) in enumerate(resolved):
        there = np.flatnonzero(presence[:, k])
        learn = rows[presence[rows, k]]
        if weight is not None:
            learn = learn[weight[learn] > 0]
        if not len(learn):
            parts.append(np.zeros((len(presence), 0)))
            continue
        fitted = make_extractor(extractor, seed_for(root, name, "extractor"))
        own = None if weight is None else weight[learn]
        raw = _extract(fitted, select(X, columns), learn, there, y, own, name)
        at = np.searchsorted(there, learn)
        block = np.zeros((len(presence), raw.shape[1]))
        block[there] = _scaled(raw, at, own)
        parts.append(block)
    edges = np.cumsum([0, *(part.shape[1] for part in parts)])
    return Blocks(np.hstack(parts), edges)


def _extract(extractor, part, learn, there, y, weight, name):
    """Return dense values of the rows that have the modality."""
    whole = len(there) == part.shape[0]
    params = {}
    if weight is not None and isinstance(extractor, AutoExtractor):
        params["sample_weight"] = weight
    try:
        extractor.fit(take_rows(part, learn), None if y is None else y[learn], **params)
        output = extractor.transform(part if whole else take_rows(part, there))
    except Exception as error:
        error.add_note(f"while reading modality {name!r}")
        raise
    values = as_block_values(output, name)
    if not sparse.issparse(values):
        return np.asarray(values, dtype=np.float64)
    if values.shape[1] <= MOST_SPARSE:
        return values.toarray()
    size = min(MOST_SPARSE, len(learn) - 1, values.shape[1] - 1)
    projection = TruncatedSVD(max(size, 1), random_state=0)
    return projection.fit(values[np.searchsorted(there, learn)]).transform(values)


def _scaled(values, learn, weight):
    """Centre on the rows learnt from, scale as one, and put 0 where missing."""
    seen = np.isfinite(values[learn])
    share = seen * (1.0 if weight is None else weight[:, None])
    count = np.maximum(share.sum(axis=0), 1e-300)
    centre = (share * np.where(seen, values[learn], 0.0)).sum(axis=0) / count
    centred = np.where(np.isfinite(values), values - centre, 0.0)
    spread = (share * centred[learn] ** 2).sum(axis=0) / count
    mean = spread.mean() if len(spread) else 0.0
    return centred / np.sqrt(mean) if mean > 0 else centred * 0.0
