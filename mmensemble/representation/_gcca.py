"""Generalised canonical correlation: the configuration nearest to all blocks."""

import numpy as np


def gcca(matrix, presence, covariance, weight, n_components=None, most=64):
    """Return the weights of the common configuration nearest to all blocks.

    The configuration G, uncorrelated and of unit variance, minimises the sum over
    the blocks of ``|G - X_m B_m|^2 + ridge_m |B_m|^2``, each over the rows that
    have the block (MAXVAR; Carroll 1968; with missing rows van de Velden & Bijmolt
    2006). On complete rows it spans the space that `mcca` finds; where blocks are
    missing, rows count here for every block that they have, complete or not.

    Parameters
    ----------
    matrix : ndarray of shape (n_samples, n_columns)
        Blocks side by side, zeros where absent.
    presence : ndarray of bool of shape (n_samples, n_blocks)
        Which row has which block.
    covariance : JointCovariance
        Its `ridge` makes the blocks' projections regular.
    weight : ndarray of shape (n_samples,)
        Weights of the rows.
    n_components : int, default=None
        None takes those with an eigenvalue above the mean over the blocks,
        ``1 / n_blocks``. Of a single block it takes all.
    most : int, default=64
        Largest number under None.

    Returns
    -------
    directions : ndarray of shape (n_columns, n_components)
        Shared scores of complete rows are ``rows @ directions``.
    eigenvalues : ndarray of shape (n_components,)
        Mean share of the configuration that the blocks explain, at most 1.

    References
    ----------
    Carroll, J. D. (1968). Generalization of canonical correlation analysis to
    three or more sets of variables. Proceedings of the 76th Annual Convention of
    the American Psychological Association, 3, 227-228.

    van de Velden, M., & Bijmolt, T. H. A. (2006). Generalized canonical
    correlation analysis of matrices with missing rows: a simulation study.
    Psychometrika, 71(2), 323-331.
    """
    if not matrix.shape[1]:
        return np.zeros((0, 0)), np.zeros(0)
    share = weight / weight.sum()
    n_own = np.maximum(presence.sum(axis=1), 1)
    roots = [
        _whitener(matrix[:, own], covariance.ridge[own], share, presence[:, m])
        for m, own in enumerate(covariance.slices)
    ]
    whitened = np.hstack(
        [matrix[:, own] @ r for own, r in zip(covariance.slices, roots, strict=True)]
    )
    whitened *= np.sqrt(share / n_own)[:, None]
    values, vectors = np.linalg.eigh(whitened.T @ whitened)
    values, vectors = values[::-1], vectors[:, ::-1]
    rank = int((values > 1e-10 * max(values[0], 1e-10)).sum())
    if n_components is None:
        n_blocks = sum(own.stop > own.start for own in covariance.slices)
        n_shared = int((values > 1 / n_blocks + 1e-6).sum()) if n_blocks > 1 else rank
        n_components = max(1, min(most, n_shared))
    kept = min(n_components, rank)
    values, vectors = values[:kept], vectors[:, :kept]
    n_seen = presence.any(axis=0).sum()
    parts, start = [], 0
    for root in roots:
        stop = start + root.shape[1]
        parts.append(root @ vectors[start:stop] / (np.sqrt(values) * n_seen))
        start = stop
    return np.vstack(parts) * np.sqrt(n_seen), values


def _whitener(block, ridge, share, present):
    """Return R with ``R R' = (X'X + ridge)^-1``, for the rows that have the block."""
    if not block.shape[1]:
        return np.zeros((0, 0))
    seen = share[present].sum()
    cross = block.T @ (share[:, None] * block) + np.diag(ridge) * seen
    values, vectors = np.linalg.eigh(cross)
    kept = values > 1e-10 * max(values[-1], 1e-300)
    return vectors[:, kept] / np.sqrt(values[kept])
