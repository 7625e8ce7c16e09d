"""Multinomial logistic regression with a ridge penalty: the solver of them all."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse
from scipy.linalg import lapack
from scipy.optimize import minimize
from scipy.special import expit, softmax

from mmensemble._validation import as_weight
from mmensemble.numerics._losses import log_softmax
from mmensemble.numerics._penalty_search import search_by_folds

#: Columns up to which a dense matrix is turned to its principal axes.
_MOST_AXES = 1500
#: Coefficients up to which Newton's method is quicker than L-BFGS: on a path of six
#: penalties 2 to 4 times at 20, 0.7 to 2 times at 60, 0.1 to 0.6 times at 270.
_NEWTON = 60
#: Least curvature of the loss that a scale reckons with.
_FLAT = 1e-3
#: Least frequency of a class that a fit begins at.
_RARE = 1e-9


@dataclass(frozen=True)
class LogisticFit:
    """Coefficients of a fit, and how it went.

    Parameters
    ----------
    coef : ndarray of shape (n_features, n_classes)
        With sum zero over the classes, as `intercept`.
    intercept : ndarray of shape (n_classes,)
    n_iter : int
    converged : bool
    """

    coef: np.ndarray
    intercept: np.ndarray
    n_iter: int = 0
    converged: bool = True

    def scores(self, features, offset=0.0):
        """Return the linear scores, an array of shape (n_samples, n_classes)."""
        return features @ self.coef + self.intercept + offset

    def probabilities(self, features, offset=0.0):
        """Return probabilities, an array of shape (n_samples, n_classes)."""
        return softmax(self.scores(features, offset), axis=1)

    def log_losses(self, features, targets):
        """Return the log loss of each row whose classes are `targets`."""
        return -(targets * log_softmax(self.scores(features))).sum(axis=1)


def contrasts(n_classes):
    """Return orthonormal columns that are orthogonal to the vector of ones.

    Scores of K classes that sum to zero have K - 1 coordinates in this basis; the
    ridge penalty is the same in both.
    """
    basis = np.eye(n_classes)[:, 1:]
    basis[:1] = -1.0
    return np.linalg.qr(basis)[0]


def principal_axes(features):
    """Return orthonormal axes in which the columns are uncorrelated.

    Parameters
    ----------
    features : {ndarray, sparse matrix} of shape (n_samples, n_features)

    Returns
    -------
    axes : ndarray of shape (n_features, n_features) or None
        None where turning takes longer than it saves: sparse and very wide data.
    """
    n_features = features.shape[1]
    if sparse.issparse(features) or n_features > _MOST_AXES or n_features < 2:
        return None
    return linalg.eigh(features.T @ features)[1]


class RidgeLogistic:
    """The penalised log loss of some rows, to be minimised for any penalties.

    ``sum_i weight_i loss_i + sum_j penalty_j |coef_j|^2 / 2``, where coef_j holds
    the coefficients of feature j in all classes; intercepts are free. Where K - 1
    contrasts of the classes have few coefficients, it is solved by Newton's method
    with a line search; else by L-BFGS, each coordinate divided by the root of its
    curvature at the start, which makes few iterations enough where columns are
    uncorrelated (see `principal_axes`). L-BFGS walks along the classes themselves:
    their curvatures differ as the classes do, those of contrasts are mixtures.

    For two classes this is the usual logistic regression on the difference of the
    two columns of coefficients, under half the penalty.

    Parameters
    ----------
    features : {ndarray, sparse matrix} of shape (n_samples, n_features)
    targets : ndarray of shape (n_samples, n_classes)
        Indicators of the classes, or shares that sum to one in each row.
    weight : ndarray of shape (n_samples,), default=None
    offset : ndarray of shape (n_samples, n_classes), default=None
        Scores to which those of the features are added.
    fit_intercept : bool, default=True

    References
    ----------
    Nocedal, J., & Wright, S. J. (2006). Numerical Optimization (2nd ed.), chapters
    3 and 7. Springer.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.numerics._logistic import RidgeLogistic
    >>> targets = np.eye(2)[[0, 0, 1, 1]]
    >>> problem = RidgeLogistic(np.array([[0.0], [1.0], [1.0], [2.0]]), targets)
    >>> fit = problem.solve(1.0)
    >>> fit.probabilities(np.array([[1.0]])).round(2)
    array([[0.5, 0.5]])
    """

    def __init__(
        self, features, targets, weight=None, *, offset=None, fit_intercept=True
    ):
        self.features, self.targets = features, targets
        weight = as_weight(weight, len(targets))
        self.total = weight.sum()
        self.share = weight[:, None] / self.total
        self.basis = contrasts(targets.shape[1])
        self.offset, self.level = offset, float(fit_intercept)
        self._rows = self._squares = None

    def solve(self, penalty, start=None, *, tol=1e-10, max_iter=1000):
        """Return the best coefficients for a penalty.

        Parameters
        ----------
        penalty : float or ndarray of shape (n_features,)
            Not negative. Of zero, classes that are apart have no finite best.
        start : LogisticFit, default=None
        tol : float, default=1e-10
            Gain of a step, relative to the loss of a row, at which it stops.
        max_iter : int, default=1000

        Returns
        -------
        fit : LogisticFit
        """
        n_features = self.features.shape[1]
        penalties = np.zeros((n_features + 1, 1))
        penalties[:-1, 0] = np.asarray(penalty) / self.total
        theta = self._start(start)
        if not theta.size:  # of one class
            return LogisticFit(np.zeros((n_features, 1)), np.zeros(1))
        few = theta.size <= _NEWTON and not sparse.issparse(self.features)
        solver = self._newton if few else self._lbfgs
        theta, n_iter, converged = solver(theta, penalties, tol, max_iter)
        lines = theta @ self.basis.T
        return LogisticFit(lines[:-1], lines[-1], n_iter, converged)

    def objective(self, theta, penalties):
        """Return the penalised mean loss and its gradient.

        Parameters
        ----------
        theta : ndarray of shape (n_features + 1, n_classes - 1) or \
                (n_features + 1, n_classes)
            Of the contrasts, or of three classes or more. The last row holds the
            intercepts.
        penalties : ndarray of shape (n_features + 1, 1)
            Divided by the sum of the weights, zero for the intercept.

        Returns
        -------
        value : float
        gradient : ndarray of the shape of `theta`
        """
        value, error, _ = self._loss(self._scores(theta))
        gradient = np.empty_like(theta)
        gradient[:-1] = self.features.T @ error
        gradient[-1] = self.level * error.sum(axis=0)
        penalty = (penalties * theta**2).sum() / 2
        return value + penalty, gradient + penalties * theta

    def _start(self, start):
        """Return contrasts of the start, or else of the classes' frequencies."""
        if start is not None:
            return np.vstack([start.coef, start.intercept]) @ self.basis
        theta = np.zeros((self.features.shape[1] + 1, self.basis.shape[1]))
        if self.offset is None:
            prior = np.maximum(self.share[:, 0] @ self.targets, _RARE)
            theta[-1] = self.level * (np.log(prior) @ self.basis)
        return theta

    def _scores(self, theta):
        return self.features @ theta[:-1] + self.level * theta[-1]

    def _loss(self, scores):
        """Return mean loss, its slope by the scores, and probabilities.

        Of two classes the probabilities are those of the second, as one column.
        """
        if len(self.basis) == 2:
            gap = self.basis[1] - self.basis[0]
            odds = scores * gap
            if self.offset is not None:
                odds = odds + np.diff(self.offset, axis=1)
            own = self.targets[:, 1:]
            losses = np.logaddexp(0, odds) - own * odds
            chance = expit(odds)
            return self._mean(losses[:, 0]), (chance - own) * self.share * gap, chance
        contrasted = scores.shape[1] < len(self.basis)
        full = scores @ self.basis.T if contrasted else scores
        logs = log_softmax(full if self.offset is None else full + self.offset)
        chance = np.exp(logs)
        error = (chance - self.targets) * self.share
        error = error @ self.basis if contrasted else error
        return -self._mean((self.targets * logs).sum(axis=1)), error, chance

    def _mean(self, values):
        return float(self.share[:, 0] @ values)

    def _curvature(self, chance, a, b):
        """Return each row's second derivative of the loss by contrasts a and b."""
        if len(self.basis) == 2:
            return (2 * chance * (1 - chance))[:, 0]
        along = self.basis[:, a], self.basis[:, b]
        means = chance @ along[0], chance @ along[1]
        return chance @ (along[0] * along[1]) - means[0] * means[1]

    def _newton(self, theta, penalties, tol, max_iter):
        if self._rows is None:
            ones = np.full((len(self.targets), 1), self.level)
            self._rows = np.hstack([self.features, ones])
        scores = self._rows @ theta
        loss, error, chance = self._loss(scores)
        value = loss + (penalties * theta**2).sum() / 2
        for n_iter in range(1, max_iter + 1):
            gradient = self._rows.T @ error + penalties * theta
            step = self._direction(chance, gradient, penalties)
            slope = np.vdot(gradient, step)
            if -slope <= tol:
                return theta + step, n_iter, True
            change, size = self._rows @ step, 1.0
            while True:
                moved = theta + size * step
                loss, error, chance = self._loss(scores + size * change)
                reached = loss + (penalties * moved**2).sum() / 2
                if reached <= value + 1e-4 * size * slope or size < 1e-6:
                    break
                size /= 2
            theta, scores, value = moved, scores + size * change, reached
        return theta, max_iter, False

    def _direction(self, chance, gradient, penalties):
        """Return Newton's direction, from the exact Hessian."""
        rows, (n_rows, k) = self._rows, gradient.shape
        hessian = np.empty((n_rows, k, n_rows, k))
        for a in range(k):
            for b in range(a, k):
                bend = self._curvature(chance, a, b) * self.share[:, 0]
                part = rows.T @ (bend[:, None] * rows)
                hessian[:, a, :, b] = hessian[:, b, :, a] = part
        hessian = hessian.reshape(n_rows * k, -1)
        diagonal = np.repeat(penalties[:, 0], k)
        diagonal[-k:] += 1e-10
        hessian.flat[:: len(hessian) + 1] += diagonal
        _, step, failed = lapack.dposv(hessian, -gradient.ravel())
        if failed:
            return -gradient / hessian.diagonal().reshape(gradient.shape)
        return step.reshape(gradient.shape)

    def _lbfgs(self, theta, penalties, tol, max_iter):
        by_class = len(self.basis) > 2
        theta = theta @ self.basis.T if by_class else theta
        scale = np.sqrt(self._diagonal(theta, penalties))

        def scaled(point):
            value, slope = self.objective(point.reshape(scale.shape) / scale, penalties)
            return value, (slope / scale).ravel()

        options = {
            "ftol": tol,
            "gtol": np.sqrt(tol) / 10,
            "maxiter": max_iter,
            "maxcor": 30,
        }
        start = (theta * scale).ravel()
        found = minimize(scaled, start, jac=True, method="L-BFGS-B", options=options)
        theta = found.x.reshape(scale.shape) / scale
        theta = theta @ self.basis if by_class else theta
        return theta, found.nit, found.nit < max_iter

    def _diagonal(self, theta, penalties):
        """Return the diagonal of the Hessian, of the shape of `theta`."""
        if self._squares is None:
            dense = not sparse.issparse(self.features)
            self._squares = (
                self.features**2 if dense else self.features.multiply(self.features)
            )
        chance = self._loss(self._scores(theta))[2]
        bend = (1 + (len(self.basis) == 2)) * chance * (1 - chance)
        bend = np.maximum(bend, _FLAT) * self.share
        columns = np.asarray(self._squares.T @ bend)
        return np.vstack([columns, bend.sum(axis=0)]) + penalties


def choose_penalty(penalties, splits, features, targets, weight, **options):
    """Return the penalty of least held-out log loss, as `search_penalty` does."""
    return search_penalty(
        penalties, splits, features, targets, weight, **options
    ).chosen


def search_penalty(
    penalties,
    splits,
    features,
    targets,
    weight,
    *,
    count=None,
    groups=None,
    tol=1e-5,
    max_iter=1000,
):
    """Find the penalty with the smallest held-out log loss.

    Each split's fits walk down the path, each from the one before, until the loss
    has risen twice.

    Parameters
    ----------
    penalties : sequence of float
        From strong to weak.
    splits : list of (train, test)
        At least one.
    features, targets, weight
        As in `RidgeLogistic`.
    count : ndarray of shape (n_samples,), default=None
        What held-out rows count; their weights by default.
    groups : ndarray of shape (n_samples,), default=None
        Rows of a group count as one observation of standard errors.
    tol : float, default=1e-5
    max_iter : int, default=1000

    Returns
    -------
    found : HeldOut
        With the penalty as `chosen`.
    """

    def fit(rows, penalty, before):
        problem, start = before or (None, None)
        if problem is None:
            problem = RidgeLogistic(features[rows], targets[rows], weight[rows])
        return problem, problem.solve(penalty, start, tol=tol, max_iter=max_iter)

    def losses(fitted, rows):
        return fitted[1].log_losses(features[rows], targets[rows])

    count = weight if count is None else count
    return search_by_folds(penalties, splits, fit, losses, count, groups=groups)
