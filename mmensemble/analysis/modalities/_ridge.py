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
    """Eigenvectors of some predictors, to solve for any target and penalty.

    Parameters
    ----------
    products : CrossProducts
        Of the training rows.
    by : tuple of int
        The parts that predict.
    values : ndarray of shape (n_kept,)
        Eigenvalues of their cross-product that are above rounding.
    basis : ndarray of shape (n_predictors, n_kept)
        Its eigenvectors.
    rows : ndarray of shape (n_rows, n_predictors) or None
        Where there are fewer rows than predictors, the predictors, centred and
        times the roots of the weights.
    """

    products: object
    by: tuple
    values: np.ndarray
    basis: np.ndarray
    rows: np.ndarray | None

    @classmethod
    def of(cls, products, by):
        """Decompose the parts that predict."""
        rows = None
        if products.n_rows >= products.width(by):
            values, basis = kept_eigen(products.of(by, by), products.n_rows)
        else:
            rows = products.rows(by)
            values, basis = eigen(rows)
        return cls(products, by, values, basis, rows)

    def loading(self, what):
        """Return the cross-product of the eigenvectors' scores with a part."""
        if self.rows is None:
            return self.basis.T @ self.products.of(self.by, (what,))
        return self.basis.T @ (self.rows.T @ self.products.rows((what,)))

    def solve(self, what, penalty=None):
        """Fit a linear model to each column of a part.

        Parameters
        ----------
        what : int
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
        loading, products = self.loading(what), self.products
        if penalty is None:
            penalty = self._choose(products.squares(what), loading)
        penalty = products.n_rows * np.asarray(penalty, dtype=float)
        coef = self.basis @ (loading / (self.values[:, None] + penalty))
        return coef, products.mean((what,)) - products.mean(self.by) @ coef

    def _choose(self, total, loading):
        """Return the penalty of the least generalised error, for each target."""
        n_rows = self.products.n_rows
        errors = np.full((len(PENALTIES), len(total)), np.inf)
        for k, penalty in enumerate(PENALTIES * n_rows):
            freedom = n_rows - 1 - np.sum(self.values / (self.values + penalty))
            if freedom < LEAST_FREEDOM * n_rows and k < len(PENALTIES) - 1:
                continue
            shrunk = (self.values + 2 * penalty) / (self.values + penalty) ** 2
            rest = np.maximum(total - shrunk @ loading**2, 0.0)
            errors[k] = rest / max(freedom, 1e-3) ** 2
        return PENALTIES[np.argmin(errors, axis=0)]


def eigen(rows):
    """Return eigenvalues and -vectors of ``rows.T @ rows`` by its smaller side."""
    n_rows, n_columns = rows.shape
    if n_rows >= n_columns:
        return kept_eigen(rows.T @ rows, n_rows)
    values, vectors = kept_eigen(rows @ rows.T, n_columns)
    return values, (rows.T @ vectors) / np.sqrt(values)


def kept_eigen(gram, other_side):
    """Return the eigenvalues of a cross-product that are above rounding, and vectors.

    Parameters
    ----------
    gram : ndarray of shape (n, n)
    other_side : int
        Length of the vectors that were multiplied.
    """
    values, vectors = linalg.eigh(gram, check_finite=False)
    most = max(len(gram), other_side)
    kept = values > max(values.max(initial=0.0), 0.0) * most * 1e-15
    kept &= values > 0
    return values[kept], vectors[:, kept]


def fit_ridge(basis, what, splits=()):
    """Fit ridge regressions whose penalties are chosen in the rows given.

    Parameters
    ----------
    basis : RidgeBasis
    what : int
        The part to be predicted.
    splits : sequence of (CrossProducts, CrossProducts), default=()
        Choose the penalty by training and held-out rows of these splits, which part
        no group; none chooses it by generalised cross-validation.

    Returns
    -------
    coef : ndarray of shape (n_predictors, n_targets)
    intercept : ndarray of shape (n_targets,)
    """
    if not splits:
        return basis.solve(what)
    errors = sum(_held_out(*split, basis.by, what) for split in splits)
    return basis.solve(what, PENALTIES[np.argmin(errors, axis=0)])


def _held_out(train, test, by, what):
    """Return the squared error of every penalty and target on held-out rows."""
    basis = RidgeBasis.of(train, by)
    loading = basis.loading(what)
    root = np.sqrt(test.weight)[:, None]
    scores = root * ((test.values(by) - train.mean(by)) @ basis.basis)
    target = root * (test.values((what,)) - train.mean((what,)))
    # The squared error of every penalty from products that do not know it.
    square, cross = scores.T @ scores, scores.T @ target
    errors = np.empty((len(PENALTIES), target.shape[1]))
    for k, penalty in enumerate(PENALTIES * train.n_rows):
        shrunk = loading / (basis.values[:, None] + penalty)
        errors[k] = np.sum(shrunk * (square @ shrunk - 2 * cross), axis=0)
    return errors + np.sum(target**2, axis=0)
