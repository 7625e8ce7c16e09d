"""Ridge regression in closed form, by the smaller of its two Gram matrices."""

import numpy as np
from scipy import linalg


def ridge_regression(features, targets, share, penalty, *, fit_intercept=True):
    """Return coefficients and intercepts of a weighted ridge regression.

    ``sum_i share_i |error_i|^2 + sum_j penalty_j |coef_j|^2`` is minimised.

    Parameters
    ----------
    features : ndarray of shape (n_samples, n_features)
    targets : ndarray of shape (n_samples, n_targets)
    share : ndarray of shape (n_samples,)
        Weights of the rows; they sum to one.
    penalty : float or ndarray of shape (n_features,)
        Above zero.
    fit_intercept : bool, default=True

    Returns
    -------
    coef : ndarray of shape (n_features, n_targets)
    intercept : ndarray of shape (n_targets,)

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.numerics._ridge import ridge_regression
    >>> x = np.array([[-1.0], [1.0]])
    >>> ridge_regression(x, 3 * x + 1, np.full(2, 0.5), 0.5)
    (array([[2.]]), array([1.]))
    """
    centre, middle = np.zeros(features.shape[1]), np.zeros(targets.shape[1])
    if fit_intercept:
        centre, middle = share @ features, share @ targets
    root = np.sqrt(share)[:, None]
    rows, goal = root * (features - centre), root * (targets - middle)
    penalties = np.broadcast_to(penalty, features.shape[1])
    if rows.shape[0] < rows.shape[1]:
        rows = rows / np.sqrt(penalties)
        gram = rows @ rows.T + np.eye(len(rows))
        coef = rows.T @ linalg.solve(gram, goal, assume_a="pos")
        coef /= np.sqrt(penalties)[:, None]
    else:
        gram = rows.T @ rows + np.diag(penalties)
        coef = linalg.solve(gram, rows.T @ goal, assume_a="pos")
    return coef, middle - centre @ coef
