"""Canonical variates of two views, and what a pair of them says of two rows."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg

#: Largest correlation that is believed: beyond it, evidence grows without bound.
MOST_CORRELATION = 0.999


@dataclass(frozen=True)
class View:
    """One view decomposed, so that any penalty is quick.

    Parameters
    ----------
    mean : ndarray of shape (n_columns,)
    values : ndarray of shape (n_kept,)
        Variances along the principal axes, from large to small.
    axes : ndarray of shape (n_columns, n_kept)
    """

    mean: np.ndarray
    values: np.ndarray
    axes: np.ndarray

    @classmethod
    def of(cls, rows):
        """Decompose rows of shape (n_samples, n_columns)."""
        mean = rows.mean(axis=0)
        centred = rows - mean
        values, axes = np.linalg.eigh(centred.T @ centred / len(rows))
        values, axes = values[::-1], axes[:, ::-1]
        kept = values > 1e-12 * max(values.max(initial=0.0), 1e-300)
        return cls(mean, values[kept], axes[:, kept])

    def whitening(self, penalty):
        """Return the matrix that takes centred rows to penalised unit variance."""
        ridge = penalty * self.values.max(initial=0.0)
        return self.axes / np.sqrt(self.values + ridge)


def canonical(a, b, views, penalty, most):
    """Return canonical directions of two views and their penalised correlations.

    Hotelling (1936), with a ridge on the variances within views (Vinod 1976): the
    leading solutions of ``C v = r D v``, where C holds the covariances between the
    views and D those within, penalised.

    Parameters
    ----------
    a, b : ndarray of shape (n_samples, n_columns of the view)
    views : pair of View
        Of `a` and of `b`.
    penalty : float
        In units of each view's largest variance along an axis.
    most : int
        Most components.

    Returns
    -------
    left : ndarray of shape (n_columns of a, n_components)
    right : ndarray of shape (n_columns of b, n_components)
        Variates of centred rows have unit penalised variance.
    correlations : ndarray of shape (n_components,)
        From large to small.

    References
    ----------
    Hotelling, H. (1936). Relations between two sets of variates. Biometrika,
    28(3/4), 321-377.

    Vinod, H. D. (1976). Canonical ridge and econometrics of joint production.
    Journal of Econometrics, 4(2), 147-166.
    """
    whiten_a, whiten_b = (view.whitening(penalty) for view in views)
    white_a = (a - views[0].mean) @ whiten_a
    white_b = (b - views[1].mean) @ whiten_b
    left, sizes, right = linalg.svd(
        white_a.T @ white_b / len(a), full_matrices=False, check_finite=False
    )
    return whiten_a @ left[:, :most], whiten_b @ right[:most].T, sizes[:most]


def evidence_codes(variates, correlations, *, asks):
    """Return codes whose products are the evidence that two rows are one item.

    For normal variates u, v of unit variance with correlations r, as probabilistic
    canonical correlation has them (Bach & Jordan 2005), the products are

    ``log p(u, v) - log p(u) - log p(v)``
    ``= sum (r u v - r^2 (u^2 + v^2) / 2) / (1 - r^2) - log(1 - r^2) / 2``,

    so that strongly correlated variates weigh most, and uncorrelated ones nothing.

    Parameters
    ----------
    variates : ndarray of shape (n_samples, n_components)
    correlations : ndarray of shape (n_components,)
        Between 0 and 1; held-out ones, as those of the training rows flatter.
    asks : bool
        Whether the rows ask, or are asked for.

    Returns
    -------
    codes : ndarray of shape (n_samples, n_components + 2)

    References
    ----------
    Bach, F. R., & Jordan, M. I. (2005). A probabilistic interpretation of
    canonical correlation analysis. Technical Report 688, Department of Statistics,
    University of California, Berkeley.

    Examples
    --------
    >>> import numpy as np
    >>> u, r = np.array([[1.0], [0.0]]), np.array([0.5])
    >>> asking = evidence_codes(u, r, asks=True)
    >>> asked = evidence_codes(u, r, asks=False)
    >>> (asking @ asked.T).round(2)
    array([[ 0.48, -0.02],
           [-0.02,  0.14]])
    """
    r = np.clip(correlations, 0.0, MOST_CORRELATION)
    spread = 1 - r**2
    own = (variates**2) @ (r**2 / spread / 2)
    if not asks:
        return np.column_stack([variates, -own, np.ones(len(own))])
    level = -np.log(spread).sum() / 2
    return np.column_stack([variates * (r / spread), np.ones(len(own)), level - own])
