"""Covariances within and between blocks, where rows may lack some of them."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from sklearn.covariance import ledoit_wolf_shrinkage


@dataclass(frozen=True)
class JointCovariance:
    """What linear multi-block methods read of the data.

    Parameters
    ----------
    matrix : ndarray of shape (n_columns, n_columns)
        Covariances of all blocks' columns side by side, positive semidefinite.
    slices : tuple of slice
        The columns of each block.
    ridge : ndarray of shape (n_columns,)
        What regularisation adds to the diagonal, one number a block.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.representation import JointCovariance, block_slices
    >>> matrix = np.array([[2.0, 1.0], [1.0, 3.0]])
    >>> JointCovariance(matrix, block_slices([1, 1]), np.zeros(2)).within
    array([[2., 0.],
           [0., 3.]])
    """

    matrix: np.ndarray
    slices: tuple
    ridge: np.ndarray

    @property
    def within(self):
        """The diagonal blocks alone, regularised, zeros elsewhere."""
        out = np.diag(self.ridge)
        for own in self.slices:
            out[own, own] += self.matrix[own, own]
        return out


def block_slices(widths):
    """Return the columns of blocks that stand side by side.

    Parameters
    ----------
    widths : list of int
        Numbers of columns.

    Returns
    -------
    slices : tuple of slice
        One a block.
    """
    ends = np.cumsum([0, *widths]).tolist()
    return tuple(slice(a, b) for a, b in pairwise(ends))


def columns_of(pattern, slices):
    """Return the positions of the columns of some blocks, an array of int."""
    parts = [np.arange(slices[m].start, slices[m].stop) for m in pattern]
    return np.concatenate([np.zeros(0, dtype=np.intp), *parts])


def joint_covariance(matrix, presence, slices, weight, regularization="auto"):
    """Estimate the covariances of blocks, each from the rows that have both.

    Parameters
    ----------
    matrix : ndarray of shape (n_samples, n_columns)
        Blocks side by side, each centred over its own rows, zeros where absent.
    presence : ndarray of bool of shape (n_samples, n_blocks)
        Which row has which block.
    slices : tuple of slice
        Columns of each block.
    weight : ndarray of shape (n_samples,)
        Weights of the rows.
    regularization : float or "auto", default="auto"
        Ridge in units of a block's mean variance. "auto" takes from the shrinkage
        s of Ledoit & Wolf (2004) for each block ``s / (1 - s)``.

    Returns
    -------
    covariance : JointCovariance
        Negative eigenvalues, which estimates from different rows can have, are
        set to zero.
    """
    share = weight / weight.sum()
    has = presence.astype(float)
    both = has.T @ (share[:, None] * has)
    spread = matrix.T @ (share[:, None] * matrix)
    for i, rows in enumerate(slices):
        for j, columns in enumerate(slices):
            if both[i, j] > 0:
                spread[rows, columns] /= both[i, j]
    if not presence.all():
        spread = _without_negative(spread)
    ridge = np.zeros(matrix.shape[1])
    for m, own in enumerate(slices):
        rows = np.flatnonzero(presence[:, m])
        ridge[own] = _ridge(
            matrix[rows, own], weight[rows], np.diag(spread)[own], regularization
        )
    return JointCovariance(spread, slices, ridge)


def _without_negative(matrix):
    values, vectors = np.linalg.eigh(matrix)
    if not len(values) or values[0] >= 0:
        return matrix
    return (vectors * np.maximum(values, 0.0)) @ vectors.T


def _ridge(values, weight, variances, regularization):
    if not values.size:
        return 0.0
    if regularization != "auto":
        return float(regularization) * variances.mean()
    rows = values * np.sqrt(weight / weight.mean())[:, None]
    shrinkage = ledoit_wolf_shrinkage(rows, assume_centered=True)
    return shrinkage / max(1 - shrinkage, 1e-3) * variances.mean()
