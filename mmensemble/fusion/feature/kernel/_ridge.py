"""Ridge regression on a kernel's features, its penalty by exact leave-out errors."""

import numpy as np
from scipy import linalg

#: Penalties relative to the sum of weights, two a decade, from as good as none to
#: as good as all.
_PENALTIES = np.logspace(-6, 2, 17)
#: Rows a column from which the products of columns are decomposed.
_MANY = 3


def decompose(features, targets, weight):
    """Return the singular value decomposition of centred, weighted features.

    Parameters
    ----------
    features : ndarray of shape (n_samples, n_features)
    targets : ndarray of shape (n_samples, n_targets)
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    parts : tuple
        What the other functions of this module read.
    """
    share = weight / weight.sum()
    means = share @ features, share @ targets
    root = np.sqrt(weight)
    rows = (features - means[0]) * root[:, None]
    left, sizes, right = _svd(rows)
    centred = (targets - means[1]) * root[:, None]
    return left, sizes, right, centred, root, means


def _svd(rows):
    """Singular value decomposition without what is rounding.

    Of many rows by the eigenvectors of their products, several times as quickly;
    what that loses is far below any penalty of use.
    """
    if rows.shape[0] < _MANY * rows.shape[1]:
        left, sizes, right = linalg.svd(rows, full_matrices=False, check_finite=False)
        kept = sizes > 1e-12 * max(sizes.max(initial=0.0), 1e-300)
        return left[:, kept], sizes[kept], right[kept]
    squares, vectors = np.linalg.eigh(rows.T @ rows)
    kept = squares > 1e-14 * max(squares.max(initial=0.0), 1e-300)
    sizes, right = np.sqrt(squares[kept]), vectors[:, kept].T
    return (rows @ right.T) / sizes, sizes, right


def solve_ridge(parts, penalty):
    """Return coefficients and intercepts of a weighted ridge regression.

    Parameters
    ----------
    parts : tuple
        Of `decompose`.
    penalty : float or ndarray of shape (n_targets,)
        ``sum_i weight_i error_i^2 + penalty |coef|^2`` is minimised.

    Returns
    -------
    coef : ndarray of shape (n_features, n_targets)
    intercept : ndarray of shape (n_targets,)
    """
    left, sizes, right, centred, _, means = parts
    penalty = np.broadcast_to(penalty, (centred.shape[1],))
    shrunk = sizes[:, None] / (sizes[:, None] ** 2 + penalty)
    coef = right.T @ (shrunk * (left.T @ centred))
    return coef, means[1] - means[0] @ coef


def choose_ridge(parts, total, folds=None):
    """Return each target's penalty of the smallest exact leave-out error.

    Parameters are those of `ridge_errors`.

    Returns
    -------
    penalties : ndarray of shape (n_targets,)
    """
    grid, errors = ridge_errors(parts, total, folds)
    return grid[np.argmin(errors, axis=0)]


def ridge_errors(parts, total, folds=None):
    """Return the penalties tried, and the exact leave-out error of each target.

    With hat matrix H, the errors of rows F by the fit to all others are
    ``(I - H_FF)^-1`` times their residuals: single rows (Allen 1974), or whole
    folds.

    Parameters
    ----------
    parts : tuple
        Of `decompose`.
    total : float
        Sum of the rows' weights.
    folds : list of ndarray of int, default=None
        Rows to be left out together; None leaves out each row by itself.

    Returns
    -------
    penalties : ndarray of shape (n_penalties,)
    errors : ndarray of shape (n_penalties, n_targets)
        Weighted sums of squares.
    """
    grid = _PENALTIES * total
    if folds is None:
        return grid, _leave_one_out(parts, grid)
    return grid, np.array([leave_out_errors(parts, each, folds) for each in grid])


def _leave_one_out(parts, grid):
    """Return errors of shape (n_penalties, n_targets), as `leave_out_errors` does."""
    left, sizes, _, centred, root, _ = parts
    shares = sizes**2 / (sizes**2 + grid[:, None])
    loose = 1 - (root / np.linalg.norm(root)) ** 2 - shares @ (left**2).T
    loose, along = np.maximum(loose, 1e-10), left.T @ centred
    errors = [
        (((target[:, None] - left @ (shares * own).T).T / loose) ** 2).sum(axis=1)
        for target, own in zip(centred.T, along.T, strict=True)
    ]
    return np.transpose(errors)


def leave_out_errors(parts, penalty, folds):
    """Return the weighted sum of squared leave-out errors, one a target."""
    left, sizes, _, centred, root, _ = parts
    share = sizes**2 / (sizes**2 + penalty)
    level = root / np.linalg.norm(root)
    residual = centred - left @ (share[:, None] * (left.T @ centred))
    total = np.zeros(centred.shape[1])
    for rows in folds:
        own = left[rows]
        block = np.eye(len(rows)) - (own * share) @ own.T
        block -= np.outer(level[rows], level[rows])
        found = np.linalg.lstsq(block, residual[rows], rcond=1e-10)[0]
        total += (found**2).sum(axis=0)
    return total
