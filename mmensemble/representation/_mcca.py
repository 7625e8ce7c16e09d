"""Multi-set canonical correlation: what several blocks agree on, summed."""

import numpy as np
from scipy import linalg


def mcca(covariance, n_components=None, most=64):
    """Return the canonical directions that maximise the sum of covariances.

    For each component the sum of the covariances of all pairs of blocks' variates
    is maximal, at a fixed sum of their (regularised) variances: the leading
    solutions of ``C v = l D v``, where C holds the covariances of all columns and D
    those within blocks (SUMCOR under the average variance constraint; Kettenring
    1971). For two blocks ``l - 1`` are the canonical correlations.

    Parameters
    ----------
    covariance : JointCovariance
        A positive `ridge` makes D regular.
    n_components : int, default=None
        None takes those with l > 1: blocks share more than unrelated ones would.
        Of a single block it takes all.
    most : int, default=64
        Largest number under None.

    Returns
    -------
    directions : ndarray of shape (n_columns, n_components)
        Stacked over the blocks, scaled so that shared scores ``rows @ directions``
        of complete rows have unit variance.
    eigenvalues : ndarray of shape (n_components,)
        From large to small.

    References
    ----------
    Kettenring, J. R. (1971). Canonical analysis of several sets of variables.
    Biometrika, 58(3), 433-451.
    """
    matrix = covariance.matrix
    if not len(matrix):
        return np.zeros((0, 0)), np.zeros(0)
    root = np.zeros_like(matrix)
    for own in covariance.slices:
        block = matrix[own, own] + np.diag(covariance.ridge[own])
        root[own, own] = _inverse_root(block)
    values, vectors = linalg.eigh(root @ matrix @ root)
    values, vectors = values[::-1], vectors[:, ::-1]
    rank = int((values > 1e-10 * max(values[0], 1e-10)).sum())
    if n_components is None:
        n_blocks = sum(own.stop > own.start for own in covariance.slices)
        n_shared = int((values > 1 + 1e-6).sum()) if n_blocks > 1 else rank
        n_components = max(1, min(most, n_shared))
    kept = min(n_components, rank)
    directions = root @ vectors[:, :kept]
    variances = np.einsum("ij,ik,kj->j", directions, matrix, directions)
    return directions / np.sqrt(np.maximum(variances, 1e-300)), values[:kept]


def _inverse_root(matrix):
    """Symmetric inverse square root; directions without variance are left out."""
    values, vectors = np.linalg.eigh(matrix)
    kept = values > 1e-10 * max(values.max(initial=0.0), 1e-300)
    return (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
