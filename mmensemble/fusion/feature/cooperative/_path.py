"""Paths of cooperative learning: elastic net, with a penalty on disagreement.

Minimised, for rows of weights w that sum to one, is ::

    sum_i w_i / c_i loss(y_i, b + c_i sum_m eta_im)
      + rho / 2 sum_i w_i c_i sum_{m < l} (eta_im - eta_il)^2
      + penalty * sum_j (l1_ratio |beta_j| + (1 - l1_ratio) / 2 beta_j^2)

where eta_im is modality m's linear predictor and m, l run over what row i has;
c is `Design.correction`, which is one in complete rows (Ding, Li, Narasimhan &
Tibshirani 2022). With squared error and ``rho = 1`` the terms that join
modalities cancel, whatever is missing. The quadratic problems are solved by
scikit-learn's coordinate descent on Gram matrices of a working set of features:
those with coefficients and those that the optimality conditions of the new
penalty ask for, until they ask for no more (as in Friedman, Hastie & Tibshirani
2010, "Regularization paths for generalized linear models via coordinate
descent", Journal of Statistical Software 33(1)). The ridge's solver cannot serve:
the lasso has no derivative at zero, where most coefficients are to stay.
"""

import numpy as np
from scipy.special import expit, softmax

from mmensemble._compat import gram_descent
from mmensemble.fusion.feature.cooperative._design import Design
from mmensemble.numerics._losses import log_softmax

#: Width up to which no feature is screened: sweeps over all are then quicker than
#: the check that would spare them.
NARROW = 100
#: Bounds on sweeps over the features, and on Newton steps, after which a warning
#: tells that the path has not converged.
_MOST_SWEEPS = 10_000
_MOST_STEPS = 50
#: By what share a gradient may exceed its bound before a feature counts as missing
#: from the working set: more than the tolerance of the fits leaves.
_SLACK = 1e-4
#: A Newton sweep that lowers the objective by this many tolerances is not the last.
_NEWTON_SLACK = 5


class AgreementPath:
    """One warm-started walk down the penalties, at one `rho`.

    Parameters
    ----------
    sample : Sample
    scalings : sequence of Scaling
    rho : float
    l1_ratio : float
    tol : float

    Attributes
    ----------
    coef : ndarray of shape (n_features, n_outputs)
    intercept : ndarray of shape (n_outputs,)
    """

    def __init__(self, sample, scalings, *, rho, l1_ratio, tol=1e-5):
        self.design = design = Design(sample.blocks, scalings)
        self.targets, self.loss = targets, loss = sample.targets, sample.loss
        self.rho = rho if design.n_views > 1 else 0.0
        self.l1_ratio, self.tol = l1_ratio, tol
        self.weight = weight = sample.weight / sample.weight.sum()
        self.correction = design.correction(self.rho)
        self.row_weight = weight / self.correction
        n_features, n_outputs = len(design.view), targets.shape[1]
        self.coef = np.zeros((n_features, n_outputs))
        self.intercept = loss.constant(targets, self.row_weight)
        self._rng = np.random.RandomState(0)
        self._kept = np.empty(0, dtype=int)
        self._place = np.full(n_features, -1)
        self._columns = np.empty((len(targets), 0))
        self._gram = np.empty((0, 0))
        self._narrow = n_features <= NARROW
        self._slope = None
        if self._narrow:
            self._keep(np.arange(n_features))

    def largest_penalty(self):
        """Return the smallest penalty at which all coefficients are zero."""
        return np.abs(self._gradient()).max(initial=0.0) / self.l1_ratio

    def step(self, penalty):
        """Move to the solution for `penalty`, from the last one."""
        chosen = np.arange(len(self.coef)) if self._narrow else self._wanted(penalty)
        while len(chosen):
            self._keep(chosen)
            self._solve(chosen, penalty)
            if self._narrow:
                break
            self._slope = self._gradient()
            bound = self.l1_ratio * penalty * (1 + _SLACK)
            wrong = (np.abs(self._slope) > bound).any(axis=1)
            wrong[chosen] = False
            if not wrong.any():
                break
            chosen = np.union1d(chosen, np.flatnonzero(wrong))
        return self

    def active(self):
        """Return the positions of the features with coefficients."""
        return np.flatnonzero(self.coef.any(axis=1))

    def _wanted(self, penalty):
        """Return the positions of features with which the working set begins."""
        if self._slope is None:
            self._slope = self._gradient()
        steep = np.abs(self._slope) >= self.l1_ratio * penalty
        return np.flatnonzero((steep | (self.coef != 0)).any(axis=1))

    def _keep(self, chosen):
        """Bring the columns in, and the Gram matrix of what is quadratic."""
        new = chosen[self._place[chosen] < 0]
        if not len(new):
            return
        self._place[new] = len(self._kept) + np.arange(len(new))
        fresh = self.design.columns(new)
        self._kept = np.concatenate([self._kept, new])
        self._columns = np.hstack([self._columns, fresh])
        sides = self._quadratic(fresh, new)
        old = len(self._gram)
        gram = np.empty((len(self._kept),) * 2)
        gram[:old, :old] = self._gram
        gram[old:], gram[:old, old:] = sides, sides[:, :old].T
        self._gram = gram

    def _quadratic(self, fresh, new):
        """Agreement, and the loss where it is squared, between columns."""
        loss = self.weight * self.correction if self.loss.is_quadratic else 0.0
        pull = self.rho * self.weight * self.correction
        across = (fresh * (loss - pull)[:, None]).T @ self._columns
        if self.rho == 0:
            return across
        within = loss + pull * (self.design.n_present - 1)
        within = (fresh * within[:, None]).T @ self._columns
        view = self.design.view
        return np.where(view[new][:, None] == view[self._kept], within, across)

    def _views(self):
        """Return each modality's linear predictors: (n_views, n_samples, n_outputs)."""
        view = self.design.view[self._kept]
        coef = self.coef[self._kept]
        used = coef.any(axis=1)
        return np.stack(
            [
                self._columns[:, own] @ coef[own]
                for own in (used & (view == m) for m in range(self.design.n_views))
            ]
        )

    def _gradient(self):
        """Slopes of all that is smooth, but for the ridge, in all features."""
        views = self._views()
        total = views.sum(axis=0)
        fitted = self.intercept + self.correction[:, None] * total
        error = self.weight[:, None] * (self.loss.mean(fitted) - self.targets)
        pull = (self.rho * self.weight * self.correction)[:, None]
        apart = self.design.n_present[:, None] * views - total
        return self.design.correlate(error + pull * apart)

    def _solve(self, chosen, penalty):
        if self._narrow:
            columns, gram = self._columns, self._gram
        else:
            place = self._place[chosen]
            columns, gram = self._columns[:, place], self._gram[np.ix_(place, place)]
        solve = self._least_squares if self.loss.is_quadratic else self._newton
        self.coef[chosen] = solve(columns, gram, self.coef[chosen], penalty)

    def _descend(self, gram, slope, start, norm, penalty):
        """Minimise start'gram start / 2 - slope'start + the penalties."""
        lasso = penalty * self.l1_ratio
        ridge = penalty - lasso
        scale = np.array([np.sqrt(max(norm, 1e-300))])
        return gram_descent(
            start.copy(),
            lasso,
            ridge,
            gram,
            slope,
            scale,
            _MOST_SWEEPS,
            self.tol,
            self._rng,
            False,
            False,
        )[0]

    def _least_squares(self, columns, gram, coef, penalty):
        left = self.weight[:, None] * (self.targets - self.intercept)
        slopes = columns.T @ left
        norms = (left * (self.targets - self.intercept)).sum(axis=0)
        for k, norm in enumerate(norms):
            coef[:, k] = self._descend(
                gram, np.ascontiguousarray(slopes[:, k]), coef[:, k], norm, penalty
            )
        return coef

    def _newton(self, columns, gram, coef, penalty):
        """Proximal Newton steps, one output at a time, halved until they help."""
        fitted = self.intercept + self.correction[:, None] * (columns @ coef)
        best = self._objective(fitted, gram, coef, penalty)
        for _ in range(_MOST_STEPS):
            before = best
            for k in range(coef.shape[1]):
                move, shift = self._direction(columns, gram, coef, fitted, k, penalty)
                change = shift + self.correction * (columns @ move)
                size = 1.0
                while size > 1e-4:
                    trial, moved = fitted.copy(), coef.copy()
                    trial[:, k] += size * change
                    moved[:, k] += size * move
                    value = self._objective(trial, gram, moved, penalty)
                    if value <= best:
                        fitted, coef, best = trial, moved, value
                        self.intercept[k] += size * shift
                        break
                    size /= 2
            if before - best <= _NEWTON_SLACK * self.tol * max(before, 1e-12):
                break
        return coef

    def _direction(self, columns, gram, coef, fitted, k, penalty):
        """Return where coefficients and intercept of output k would best move."""
        mean = self.loss.mean(fitted)[:, k]
        curve = np.maximum(mean * (1 - mean), 1e-6)
        error = mean - self.targets[:, k]
        bend = self.row_weight * curve
        tilt = columns.T @ (self.correction * bend)
        whole = bend.sum()
        hessian = columns.T @ (columns * (self.correction**2 * bend)[:, None])
        hessian += gram - np.outer(tilt, tilt / whole)
        own = np.ascontiguousarray(coef[:, k])
        level = self.row_weight @ error
        slope = columns.T @ (self.weight * error) + gram @ own - tilt * level / whole
        goal = fitted[:, k] - error / curve
        norm = bend @ (goal - bend @ goal / whole) ** 2
        new = self._descend(hessian, hessian @ own - slope, own, norm, penalty)
        move = new - own
        return move, -(level + tilt @ move) / whole

    def _objective(self, fitted, gram, coef, penalty):
        loss = self.row_weight @ self.loss.rows(self.targets, fitted)
        apart = (coef * (gram @ coef)).sum() / 2 if self.rho else 0.0
        ridge = (1 - self.l1_ratio) / 2 * (coef**2).sum()
        return loss + apart + penalty * (self.l1_ratio * np.abs(coef).sum() + ridge)


class Squared:
    """Half the squared error."""

    is_quadratic = True
    path_length = 50

    @staticmethod
    def constant(targets, weight):
        """Return the best constant."""
        return weight @ targets / weight.sum()

    @staticmethod
    def mean(fitted):
        """Return the mean that linear predictors stand for."""
        return fitted

    @staticmethod
    def rows(targets, fitted):
        """Return the loss of each row."""
        return ((targets - fitted) ** 2).sum(axis=1) / 2


class Logistic:
    """Log loss: of one column, the logistic model, or else the multinomial one."""

    is_quadratic = False
    path_length = 25

    @staticmethod
    def constant(targets, weight):
        """Return the linear predictors of the class frequencies."""
        share = np.clip(weight @ targets / weight.sum(), 1e-12, 1 - 1e-12)
        if len(share) == 1:
            return np.log(share / (1 - share))
        logs = np.log(share)
        return logs - logs.mean()

    @staticmethod
    def mean(fitted):
        """Return probabilities."""
        if fitted.shape[1] == 1:
            return expit(fitted)
        return softmax(fitted, axis=1)

    @staticmethod
    def rows(targets, fitted):
        """Return the log loss of each row."""
        if fitted.shape[1] == 1:
            return (np.logaddexp(0, fitted) - targets * fitted)[:, 0]
        return -(targets * log_softmax(fitted)).sum(axis=1)
