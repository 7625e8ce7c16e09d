"""Generalised canonical correlation: the configuration nearest to all blocks."""

from dataclasses import dataclass

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
    parts = [matrix[:, own] for own in covariance.slices]
    ridges = [
        covariance.ridge[own].max(initial=0.0) * share[presence[:, m]].sum()
        for m, own in enumerate(covariance.slices)
    ]
    common = maxvar(parts, presence, share, ridges)
    rank = int((common.values > 1e-10 * max(common.values[0], 1e-10)).sum())
    if n_components is None:
        n_blocks = sum(own.stop > own.start for own in covariance.slices)
        n_shared = rank
        if n_blocks > 1:
            n_shared = int((common.values > 1 / n_blocks + 1e-6).sum())
        n_components = max(1, min(most, n_shared))
    kept = min(n_components, rank)
    values = common.values[:kept]
    n_seen = presence.any(axis=0).sum()
    loads = [
        root @ vectors[:, :kept]
        for root, vectors in zip(common.whiteners, common.vectors, strict=True)
    ]
    return np.vstack(loads) / np.sqrt(values * n_seen), values


@dataclass(frozen=True)
class CommonConfiguration:
    """Whitened blocks side by side, and what they agree on.

    Parameters
    ----------
    whiteners : list of ndarray of shape (n_columns of the block, rank of the block)
    values : ndarray of shape (n_directions,)
        From large to small: mean shares that the blocks explain, over the rows.
    vectors : list of ndarray of shape (rank of the block, n_directions)
        One a block.
    """

    whiteners: list
    values: np.ndarray
    vectors: list

    def components(self, parts, n_components):
        """Return the blocks' sum in each row: the configuration but for scale."""
        pairs = zip(parts, self.whiteners, self.vectors, strict=True)
        return sum(part @ (root @ v[:, :n_components]) for part, root, v in pairs)


def maxvar(parts, presence, share, ridges):
    """Return what several blocks agree on: their common configuration.

    The eigenvectors of the whitened blocks side by side, each row weighted by the
    inverse of the number of blocks that it has (MAXVAR; see `gcca`).

    Parameters
    ----------
    parts : list of ndarray of shape (n_samples, n_columns)
        Zeros where absent.
    presence : ndarray of bool of shape (n_samples, n_blocks)
    share : ndarray of shape (n_samples,)
        Weights of the rows; they sum to one.
    ridges : list of float
        What is added to each block's variances along its principal axes.

    Returns
    -------
    common : CommonConfiguration
    """
    whiteners = [_whitener(*pair, share) for pair in zip(parts, ridges, strict=True)]
    root = np.sqrt(share / np.maximum(presence.sum(axis=1), 1))[:, None]
    whitened = np.hstack([p @ r for p, r in zip(parts, whiteners, strict=True)]) * root
    values, vectors = np.linalg.eigh(whitened.T @ whitened)
    edges = np.cumsum([r.shape[1] for r in whiteners])[:-1]
    return CommonConfiguration(
        whiteners, values[::-1], np.split(vectors[:, ::-1], edges)
    )


def _whitener(block, ridge, share):
    """Return R with ``R R' = (X'X + ridge)^-1`` where `X` varies at all."""
    squares, axes = np.linalg.eigh(block.T @ (share[:, None] * block))
    kept = squares > 1e-10 * max(squares.max(initial=0.0), 1e-300)
    return axes[:, kept] / np.sqrt(squares[kept] + ridge)
