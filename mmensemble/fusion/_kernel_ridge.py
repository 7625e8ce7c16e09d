"""Ridge regression on a kernel's features, its penalty by exact leave-out errors."""

import numpy as np
from scipy import linalg

#: Penalties relative to the sum of weights.
_PENALTIES = np.logspace(-6, 2, 17)


def fit_ridge(features, targets, weight, penalty):
    """Return coefficients and intercepts of a weighted ridge regression.

    Parameters
    ----------
    features : ndarray of shape (n_samples, n_features)
    targets : ndarray of shape (n_samples, n_targets)
    weight : ndarray of shape (n_samples,)
    penalty : float or ndarray of shape (n_targets,)
        ``sum_i weight_i error_i^2 + penalty |coef|^2`` is minimised.

    Returns
    -------
    coef : ndarray of shape (n_features, n_targets)
    intercept : ndarray of shape (n_targets,)
    """
    return _solve(_decompose(features, targets, weight), penalty)


def choose_ridge(features, targets, weight, folds=None):
    """Return each target's penalty of the smallest exact leave-out error.

    With hat matrix H, the errors of rows F by the fit to all others are
    ``(I - H_FF)^-1`` times their residuals: single rows (Allen 1974), or whole
    folds.

    Parameters
    ----------
    features, targets, weight : ndarray
        As in `fit_ridge`.
    folds : list of ndarray of int, default=None
        Rows to be left out together; None leaves out each row by itself.

    Returns
    -------
    penalties : ndarray of shape (n_targets,)
    """
    grid = _PENALTIES * weight.sum()
    parts = _decompose(features, targets, weight)
    errors = np.array([leave_out_errors(parts, penalty, folds) for penalty in grid])
    return grid[np.argmin(errors, axis=0)]


def leave_out_errors(parts, penalty, folds=None):
    """Return the weighted sum of squared leave-out errors, one a target."""
    left, sizes, _, centred, root, _ = parts
    share = sizes**2 / (sizes**2 + penalty)
    level = root / np.linalg.norm(root)
    residual = centred - left @ (share[:, None] * (left.T @ centred))
    if folds is None:
        leverage = (left**2) @ share + level**2
        loose = np.maximum(1 - leverage, 1e-10)[:, None]
        return ((residual / loose) ** 2).sum(axis=0)
    total = np.zeros(centred.shape[1])
    for rows in folds:
        own = left[rows]
        block = np.eye(len(rows)) - (own * share) @ own.T
        block -= np.outer(level[rows], level[rows])
        found = np.linalg.lstsq(block, residual[rows], rcond=1e-10)[0]
        total += (found**2).sum(axis=0)
    return total


def _decompose(features, targets, weight):
    """Singular value decomposition of the centred, weighted features."""
    share = weight / weight.sum()
    means = share @ features, share @ targets
    root = np.sqrt(weight)
    rows = (features - means[0]) * root[:, None]
    left, sizes, right = linalg.svd(rows, full_matrices=False, check_finite=False)
    kept = sizes > 1e-12 * max(sizes.max(initial=0.0), 1e-300)
    centred = (targets - means[1]) * root[:, None]
    return left[:, kept], sizes[kept], right[kept], centred, root, means


def _solve(parts, penalty):
    left, sizes, right, centred, _, means = parts
    penalty = np.broadcast_to(penalty, (centred.shape[1],))
    shrunk = sizes[:, None] / (sizes[:, None] ** 2 + penalty)
    coef = right.T @ (shrunk * (left.T @ centred))
    return coef, means[1] - means[0] @ coef
