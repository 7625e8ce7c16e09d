"""Logistic regression with a ridge penalty, made for walking along penalties."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse
from scipy.optimize import minimize
from scipy.special import expit, log_softmax

#: Columns up to which a dense matrix is turned to its principal axes.
_MOST_AXES = 1500
#: Least curvature of the loss that a step reckons with.
_FLAT = 1e-3
#: Steps that the solver remembers.
_MEMORY = 30


@dataclass(frozen=True)
class Line:
    """Coefficients of a fit, and how it went.

    Parameters
    ----------
    coef : ndarray of shape (n_lines, n_features)
        One line for two classes, else one a class.
    intercept : ndarray of shape (n_lines,)
    n_iter : int
    converged : bool
    """

    coef: np.ndarray
    intercept: np.ndarray
    n_iter: int = 0
    converged: bool = True

    def scores(self, Z):
        """Return the linear scores, an array of shape (n_samples, n_lines)."""
        return Z @ self.coef.T + self.intercept

    def log_probabilities(self, Z):
        """Return log probabilities, an array of shape (n_samples, n_classes)."""
        return log_probabilities(self.scores(Z))

    def turned(self, axes):
        """Return the line in other coordinates: ``Z @ axes`` instead of ``Z``."""
        return Line(self.coef @ axes, self.intercept, self.n_iter, self.converged)


def log_probabilities(scores):
    """Return log probabilities of all classes from scores of one line or of each."""
    if scores.shape[1] == 1:
        return -np.logaddexp(0, scores * [1, -1])
    return log_softmax(scores, axis=1)


def principal_axes(Z):
    """Return orthonormal axes in which the columns of `Z` are uncorrelated.

    Parameters
    ----------
    Z : {ndarray, sparse matrix} of shape (n_samples, n_features)

    Returns
    -------
    axes : ndarray of shape (n_features, n_features) or None
        None where turning takes longer than it saves: sparse and very wide data.
    """
    if sparse.issparse(Z) or Z.shape[1] > _MOST_AXES or Z.shape[1] < 2:
        return None
    return linalg.eigh(Z.T @ Z)[1]


class RidgeLogistic:
    """The penalised loss of one set of rows, to be minimised for several penalties.

    Minimises ``C * sum_i w_i loss_i + ||coef||² / 2`` by L-BFGS, each coordinate
    divided by the root of its curvature at the start. That makes few iterations
    enough where columns are uncorrelated (see `principal_axes`).

    Parameters
    ----------
    Z : {ndarray, sparse matrix} of shape (n_samples, n_features)
    codes : ndarray of int of shape (n_samples,)
    n_classes : int
    weight : ndarray of shape (n_samples,), default=None

    References
    ----------
    Nocedal, J., & Wright, S. J. (2006). Numerical Optimization (2nd ed.), chapter 7.
    Springer.
    """

    def __init__(self, Z, codes, n_classes, weight=None):
        self.Z = Z
        self.n_lines = 1 if n_classes == 2 else n_classes
        weight = np.ones(Z.shape[0]) if weight is None else weight
        self.total = weight.sum()
        self.share = weight[:, None] / self.total
        self.targets = np.eye(n_classes)[codes]
        if n_classes == 2:
            self.targets = self.targets[:, 1:]
        self.squares = Z.multiply(Z) if sparse.issparse(Z) else Z**2

    def solve(self, C, start=None, *, tol=1e-10, max_iter=1000):
        """Return the best line for one penalty.

        Parameters
        ----------
        C : float
            Inverse penalty.
        start : Line, default=None
        tol : float, default=1e-10
            Relative gain of a step at which it stops.
        max_iter : int, default=1000
        """
        shape, penalty = (self.n_lines, self.Z.shape[1] + 1), 1 / (C * self.total)
        if start is None:
            start = self._prior()
        scale = np.sqrt(self._curvature(start, penalty))

        def objective(theta):
            line = theta.reshape(shape) / scale
            coef, intercept = line[:, :-1], line[:, -1]
            loss, error = self._loss(self.Z @ coef.T + intercept)
            slope = np.empty(shape)
            slope[:, :-1] = (self.Z.T @ error).T + penalty * coef
            slope[:, -1] = error.sum(axis=0)
            return loss + penalty / 2 * (coef**2).sum(), (slope / scale).ravel()

        first = np.column_stack([start.coef, start.intercept]) * scale
        options = {
            "ftol": tol,
            "gtol": np.sqrt(tol) / 10,
            "maxiter": max_iter,
            "maxcor": 30,
        }
        found = minimize(
            objective, first.ravel(), jac=True, method="L-BFGS-B", options=options
        )
        line = found.x.reshape(shape) / scale
        intercept = line[:, -1]
        if self.n_lines > 1:
            intercept = intercept - intercept.mean()
        return Line(line[:, :-1], intercept, found.nit, found.nit < max_iter)

    def _prior(self):
        """Return the line that knows nothing but how common each class is."""
        shares = self.share[:, 0] @ self.targets
        odds = np.log(np.maximum(shares, _FLAT))
        if self.n_lines == 1:
            odds -= np.log(np.maximum(1 - shares, _FLAT))
        return Line(np.zeros((self.n_lines, self.Z.shape[1])), odds)

    def _curvature(self, line, penalty):
        """Return the diagonal of the Hessian there, of the shape of the unknowns."""
        logs = line.log_probabilities(self.Z)[:, -self.n_lines :]
        chance = np.exp(logs)
        bend = np.maximum(chance * (1 - chance), _FLAT) * self.share
        columns = np.asarray(self.squares.T @ bend).T + penalty
        return np.column_stack([columns, bend.sum(axis=0)])

    def _loss(self, scores):
        """Return the mean log loss and its slope by the scores."""
        if self.n_lines == 1:
            losses = np.logaddexp(0, scores) - self.targets * scores
            error = (expit(scores) - self.targets) * self.share
            return float(self.share[:, 0] @ losses[:, 0]), error
        logs = log_softmax(scores, axis=1)
        error = (np.exp(logs) - self.targets) * self.share
        return -float((self.share * self.targets * logs).sum()), error
