"""Multi-block partial least squares, from cross-products alone."""

import numpy as np

#: Relative length below which a direction is rounding.
_TINY = 1e-10


def pls(matrix, cross, n_components):
    """Return the rotations and regression coefficients of PLS2.

    On scaled blocks side by side the scores are the super scores of multi-block
    partial least squares (Westerhuis, Kourti & MacGregor 1998). The cross-products
    suffice (Dayal & MacGregor 1997, their second algorithm), so that weights and
    estimates from incomplete rows come at no cost.

    Parameters
    ----------
    matrix : ndarray of shape (n_columns, n_columns)
        Covariances of the columns.
    cross : ndarray of shape (n_columns, n_targets)
        Covariances of columns and targets.
    n_components : int
        Largest number; there are fewer where nothing is left to explain.

    Returns
    -------
    rotations : ndarray of shape (n_columns, n_components)
        Scores of centred rows are ``rows @ rotations``; they are uncorrelated.
    loadings : ndarray of shape (n_targets, n_components)
        Those of the targets: predictions are ``rows @ rotations @ loadings.T``.

    References
    ----------
    Westerhuis, J. A., Kourti, T., & MacGregor, J. F. (1998). Analysis of multiblock
    and hierarchical PCA and PLS models. Journal of Chemometrics, 12(5), 301-321.

    Dayal, B. S., & MacGregor, J. F. (1997). Improved PLS algorithms. Journal of
    Chemometrics, 11(1), 73-85.
    """
    left = np.array(cross, dtype=float)
    size = np.linalg.norm(left)
    rotations, targets, loads = [], [], []
    for _ in range(min(n_components, len(matrix))):
        weights = _leading(left)
        length = np.linalg.norm(weights)
        if length <= _TINY * max(size, 1e-300):
            break
        weights = weights / length
        rotation = weights.copy()
        for load, earlier in zip(loads, rotations, strict=True):
            rotation -= (load @ weights) * earlier
        image = matrix @ rotation
        variance = rotation @ image
        if variance <= _TINY * np.trace(matrix):
            break
        load, target = image / variance, left.T @ rotation / variance
        left -= variance * np.outer(load, target)
        rotations.append(rotation)
        loads.append(load)
        targets.append(target)
    shape = (len(matrix), len(rotations))
    rotations = np.reshape(rotations, shape[::-1]).T
    return rotations, np.reshape(targets, (shape[1], cross.shape[1])).T


def _leading(cross):
    """Return the first left singular vector times its singular value."""
    if cross.shape[1] == 1:
        return cross[:, 0]
    _, vectors = np.linalg.eigh(cross.T @ cross)
    return cross @ vectors[:, -1]


def choose_pls(rows, targets, weight, splits, most):
    """Return the number of components with the smallest held-out squared error.

    Parameters
    ----------
    rows : ndarray of shape (n_samples, n_columns)
        Blocks side by side, zeros where absent.
    targets : ndarray of shape (n_samples, n_targets)
        Numbers or indicators.
    weight : ndarray of shape (n_samples,)
        Weights of the rows.
    splits : list of (train, test)
        Without any, `most` is taken.
    most : int
        Largest number.

    Returns
    -------
    n_components : int
        Between 1 and `most`.
    """
    errors = np.zeros(most)
    for train, test in splits:
        share = weight[train] / max(weight[train].sum(), 1e-300)
        means = share @ rows[train], share @ targets[train]
        x, y = rows[train] - means[0], targets[train] - means[1]
        spread = x.T @ (share[:, None] * x)
        rotations, loadings = pls(spread, x.T @ (share[:, None] * y), most)
        scores = (rows[test] - means[0]) @ rotations
        left = targets[test] - means[1]
        for k in range(most):
            if k < scores.shape[1]:
                left = left - np.outer(scores[:, k], loadings[:, k])
            errors[k] += weight[test] @ (left**2).sum(axis=1)
    return int(np.argmin(errors)) + 1 if splits else most
