"""Ridge regression of many targets on one set of predictors, penalties in one go."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg

#: Penalties that are tried, per row and for predictors of unit mean variance.
PENALTIES = np.logspace(-6, 2, 17)

#: Penalties that leave less than this share of the rows as freedom are not tried.
LEAST_FREEDOM = 0.1


@dataclass(frozen=True)
class RidgeBasis:
    """Eigenvectors of one predictor matrix, to solve for any target and penalty.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_predictors)
        Centred predictors, times the root of the weights.
    values : ndarray of shape (n_kept,)
        Eigenvalues of their cross-product that are above rounding.
    basis : ndarray of shape (n_predictors, n_kept)
        Its eigenvectors.
    mean : ndarray of shape (n_predictors,)
    root : ndarray of shape (n_rows, 1)
        Roots of the weights, which have mean one.
    """

    rows: np.ndarray
    values: np.ndarray
    basis: np.ndarray
    mean: np.ndarray
    root: np.ndarray

    @classmethod
    def of(cls, A, weight=None):
        """Decompose predictors of shape (n_rows, n_predictors), no value missing."""
        root = _root(weight, len(A))
        mean = np.average(A, axis=0, weights=root[:, 0] ** 2)
        rows = (A - mean) * root
        values, basis = _eigen(rows)
        return cls(rows, values, basis, mean, root)

    def solve(self, Y, penalty=None):
        """Fit a linear model to each column of `Y`.

        Parameters
        ----------
        Y : ndarray of shape (n_rows, n_targets)
        penalty : float or ndarray of shape (n_targets,), default=None
            Per row. None chooses it for each target by generalised
            cross-validation (Golub, Heath and Wahba 1979, "Generalized
            cross-validation as a method for choosing a good ridge parameter",
            Technometrics 21(2)).

        Returns
        -------
        coef : ndarray of shape (n_predictors, n_targets)
        intercept : ndarray of shape (n_targets,)
        """
        centre = np.average(Y, axis=0, weights=self.root[:, 0] ** 2)
        target = (Y - centre) * self.root
        loading = self.basis.T @ (self.rows.T @ target)
        if penalty is None:
            penalty = self._choose(target, loading)
        penalty = len(self.rows) * np.asarray(penalty, dtype=float)
        coef = self.basis @ (loading / (self.values[:, None] + penalty))
        return coef, centre - self.mean @ coef

    def _choose(self, target, loading):
        """Return the penalty of the least generalised error, for each target."""
        n_rows = len(self.rows)
        total = np.einsum("ij,ij->j", target, target)
        errors = np.full((len(PENALTIES), len(total)), np.inf)
        for k, penalty in enumerate(PENALTIES * n_rows):
            freedom = n_rows - 1 - np.sum(self.values / (self.values + penalty))
            if freedom < LEAST_FREEDOM * n_rows and k < len(PENALTIES) - 1:
                continue
            shrunk = (self.values + 2 * penalty) / (self.values + penalty) ** 2
            rest = np.maximum(total - shrunk @ loading**2, 0.0)
            errors[k] = rest / max(freedom, 1e-3) ** 2
        return PENALTIES[np.argmin(errors, axis=0)]


def _root(weight, n_rows):
    if weight is None:
        return np.ones((n_rows, 1))
    return np.sqrt(weight / np.mean(weight))[:, None]


def _eigen(rows):
    """Return eigenvalues and -vectors of ``rows.T @ rows`` by its smaller side."""
    n_rows, n_columns = rows.shape
    tall = n_rows >= n_columns
    values, vectors = linalg.eigh(rows.T @ rows if tall else rows @ rows.T)
    kept = values > max(values.max(initial=0.0), 0.0) * max(rows.shape) * 1e-15
    kept &= values > 0
    values, vectors = values[kept], vectors[:, kept]
    return values, vectors if tall else (rows.T @ vectors) / np.sqrt(values)


def fit_ridge(A, Y, *, weight=None, splits=None, basis=None):
    """Fit ridge regressions whose penalties are chosen in the rows given.

    Parameters
    ----------
    A : ndarray of shape (n_rows, n_predictors)
    Y : ndarray of shape (n_rows, n_targets)
    weight : ndarray of shape (n_rows,), default=None
    splits : list of (train, test), default=None
        Choose the penalty by these splits, which part no group; None chooses it by
        generalised cross-validation.
    basis : RidgeBasis, default=None
        That of `A`, where it is known.

    Returns
    -------
    coef : ndarray of shape (n_predictors, n_targets)
    intercept : ndarray of shape (n_targets,)
    """
    basis = RidgeBasis.of(A, weight) if basis is None else basis
    if not splits:
        return basis.solve(Y)
    errors = sum(_held_out(A, Y, weight, split) for split in splits)
    return basis.solve(Y, PENALTIES[np.argmin(errors, axis=0)])


def _held_out(A, Y, weight, split):
    """Return the squared error of every penalty and target on held-out rows."""
    train, test = split
    basis = RidgeBasis.of(A[train], None if weight is None else weight[train])
    root = np.ones((len(test), 1)) if weight is None else np.sqrt(weight[test])[:, None]
    centre = np.average(Y[train], axis=0, weights=basis.root[:, 0] ** 2)
    loading = basis.basis.T @ (basis.rows.T @ ((Y[train] - centre) * basis.root))
    scores = root * ((A[test] - basis.mean) @ basis.basis)
    target = root * (Y[test] - centre)
    # The squared error of every penalty from products that do not know it.
    square, cross = scores.T @ scores, scores.T @ target
    errors = np.empty((len(PENALTIES), Y.shape[1]))
    for k, penalty in enumerate(PENALTIES * len(train)):
        shrunk = loading / (basis.values[:, None] + penalty)
        errors[k] = np.sum(shrunk * (square @ shrunk - 2 * cross), axis=0)
    return errors + np.sum(target**2, axis=0)
