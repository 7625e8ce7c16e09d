"""Reduced-rank regression: many targets by few combinations of the predictors."""

import numpy as np


def reduce_rank(coef, fitted, rank):
    """Return coefficients of lower rank with the least loss of fitted values.

    For coefficients B of least squares with fitted values F = XB, the best of rank
    r are ``B V V'``, V the r leading right singular vectors of F (Izenman 1975).
    With a ridge penalty p they are so too, where F has the rows ``sqrt(p) B`` below
    (Mukherjee & Zhu 2011).

    Parameters
    ----------
    coef : ndarray of shape (n_features, n_targets)
    fitted : ndarray of shape (n_rows, n_targets)
        Centred predictions of the training rows, times the roots of their weights;
        for a ridge penalty followed by the rows of the coefficients.
    rank : int

    Returns
    -------
    reduced : ndarray of shape (n_features, n_targets)

    References
    ----------
    Izenman, A. J. (1975). Reduced-rank regression for the multivariate linear
    model. Journal of Multivariate Analysis, 5(2), 248-264.

    Mukherjee, A., & Zhu, J. (2011). Reduced rank ridge regression and its kernel
    extensions. Statistical Analysis and Data Mining, 4(6), 612-622.

    Examples
    --------
    >>> import numpy as np
    >>> X, B = np.eye(3), np.diag([3.0, 2.0, 1.0])
    >>> reduce_rank(B, X @ B, 1)
    array([[3., 0., 0.],
           [0., 0., 0.],
           [0., 0., 0.]])
    """
    directions = target_directions(fitted)[:, :rank]
    return coef @ directions @ directions.T


def target_directions(fitted):
    """Return the right singular vectors of fitted values, from large to small.

    Parameters
    ----------
    fitted : ndarray of shape (n_rows, n_targets)

    Returns
    -------
    directions : ndarray of shape (n_targets, n_targets)
    """
    return np.linalg.eigh(fitted.T @ fitted)[1][:, ::-1]


def ranks_to_try(n_features, n_targets):
    """Return the ranks that a search compares: powers of two, and the full one."""
    full = max(1, min(n_features, n_targets))
    return [*(2**k for k in range(int(np.log2(full)) + 1) if 2**k < full), full]
