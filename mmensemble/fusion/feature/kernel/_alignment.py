"""Weights of kernels by centred alignment with the target."""

import numpy as np
from scipy.optimize import nnls

from mmensemble._validation import as_weight

#: Relative size up to which a centred matrix is rounding.
#: Norms below this share of the largest entry are rounding.
_TINY = 1e-12


def centre(gram, weight):
    """Return a kernel matrix centred by the weighted mean, rows times root weights.

    Parameters
    ----------
    gram : ndarray of shape (n_samples, n_samples)
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    centred : ndarray of shape (n_samples, n_samples)
    """
    share = weight / weight.sum()
    means = gram @ share
    centred = gram - means[:, None] - means[None, :] + share @ means
    root = np.sqrt(share)
    return root[:, None] * centred * root[None, :]


def alignment(gram, other, weight=None):
    """Return the centred alignment of two kernel matrices.

    ``<K, L> / (|K| |L|)`` of the centred matrices (Cortes, Mohri & Rostamizadeh
    2012).

    Parameters
    ----------
    gram, other : ndarray of shape (n_samples, n_samples)
    weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    alignment : float
        Between 0 and 1; 0 where one of the two is constant.
    """
    weight = as_weight(weight, len(gram))
    a, b = centre(gram, weight), centre(other, weight)
    sizes = np.linalg.norm(a), np.linalg.norm(b)
    if sizes[0] <= _TINY * _peak(gram) or sizes[1] <= _TINY * _peak(other):
        return 0.0
    return float((a * b).sum() / (sizes[0] * sizes[1]))


def _peak(matrix):
    return np.abs(matrix).max(initial=0.0)


def align(grams, presence, targets, weight):
    """Return weights in proportion to each kernel's own alignment.

    Parameters
    ----------
    grams : list of ndarray of shape (n_samples, n_samples)
    presence : ndarray of bool of shape (n_samples, n_kernels)
        Each kernel is aligned on the rows that have it.
    targets : ndarray of shape (n_samples, n_outputs)
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    weights : ndarray of shape (n_kernels,)
        Non-negative, with sum one.
    """
    found = np.zeros(len(grams))
    for m, gram in enumerate(grams):
        rows = np.flatnonzero(presence[:, m])
        if len(rows):
            own = targets[rows]
            part = gram[np.ix_(rows, rows)]
            found[m] = max(alignment(part, own @ own.T, weight[rows]), 0.0)
    return on_simplex(found, presence)


def alignf(grams, presence, targets, weight):
    """Return the weights whose sum of kernels is best aligned with the target.

    Where M holds the inner products of the centred kernels and a those with the
    target's, the best non-negative direction solves ``min v'Mv - 2 v'a`` over
    ``v >= 0`` (Cortes, Mohri & Rostamizadeh 2012, proposition 9): non-negative
    least squares. Kernels are zero where a row lacks the modality.

    Parameters are those of `align`.

    Returns
    -------
    weights : ndarray of shape (n_kernels,)
        Non-negative, with sum one.
    """
    centred = [centre(gram, weight) for gram in grams]
    goal = centre(targets @ targets.T, weight)
    if np.linalg.norm(goal) <= _TINY * _peak(targets) ** 2:
        return on_simplex(np.zeros(len(grams)), presence)
    flat = np.array([matrix.ravel() for matrix in centred])
    products, aims = flat @ flat.T, flat @ goal.ravel()
    values, vectors = np.linalg.eigh(products)
    kept = values > 1e-12 * max(values[-1], 1e-300)
    root = vectors[:, kept] * np.sqrt(values[kept])  # products = root @ root.T
    image = (vectors[:, kept] / np.sqrt(values[kept])).T @ aims
    return on_simplex(nnls(root.T, image)[0] if kept.any() else aims * 0, presence)


def on_simplex(found, presence):
    """Return weights with sum one; equal for what is there where all are zero."""
    if not found.sum() > 0:
        found = presence.any(axis=0).astype(float)
    return found / max(found.sum(), 1e-300)
