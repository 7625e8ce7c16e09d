"""Principal components of blocks side by side: multiple factor analysis."""

import numpy as np


def mfa(covariance, n_components=None, explained=0.99, most=64):
    """Return the principal axes of scaled blocks side by side.

    With each block divided by the root of its first component's variance, that is
    multiple factor analysis (Escofier & Pagès 1994).

    Parameters
    ----------
    covariance : JointCovariance
        Of the scaled blocks.
    n_components : int, default=None
        None takes as many as explain the share `explained` of the variance, at
        most `most`.
    explained : float, default=0.99
        Share of the variance under None.
    most : int, default=64
        Largest number under None.

    Returns
    -------
    axes : ndarray of shape (n_columns, n_components)
        Scores of complete rows are ``rows @ axes``; at most as many as the rank.
    variances : ndarray of shape (n_components,)
        From large to small.
    """
    values, vectors = np.linalg.eigh(covariance.matrix)
    values, vectors = values[::-1], vectors[:, ::-1]
    rank = int((values > 1e-10 * max(values.max(initial=0.0), 1e-10)).sum())
    if n_components is None:
        n_components = explaining(values[:rank], explained, most)
    kept = min(n_components, rank)
    return vectors[:, :kept], values[:kept]


def explaining(values, explained, most):
    """Return how many of the largest variances make up a share of their sum.

    Parameters
    ----------
    values : ndarray of shape (n_values,)
        From large to small.
    explained : float
        The share.
    most : int
        Largest number.

    Returns
    -------
    n_components : int
        Zero where there are no values.
    """
    shares = np.cumsum(values) / max(values.sum(), 1e-300)
    return min(most, len(values), int((shares < explained - 1e-12).sum()) + 1)
