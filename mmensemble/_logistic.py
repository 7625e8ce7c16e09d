"""Logistic regression along a path of penalties, judged on held-out rows."""

import warnings

import numpy as np
from scipy import linalg, sparse
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.exceptions import ConvergenceWarning

from mmensemble._compat import (
    HalfBinomialLoss,
    HalfMultinomialLoss,
    LinearModelLoss,
    NewtonCholeskySolver,
)

_TOLERANCE = 1e-4
#: Most coefficients for which a Hessian is worth its price.
_NEWTON_LIMIT = 400
_TINY = np.finfo(float).eps


class HeldOutPath:
    """Ridge-penalised fits on one split, each started from the one before.

    Loss and solvers are those behind ``LogisticRegression``, whose checks of data
    and parameters would take longer than the fits of small tables.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    codes : ndarray of int of shape (n_samples,)
        Positions of the labels among the classes.
    n_classes : int
    weight : ndarray of shape (n_samples,) or None
    split : (train, test) index arrays
    newton : bool
        Whether Newton's method is used; else L-BFGS.
    """

    def __init__(self, X, codes, n_classes, weight, split, *, newton):
        train, test = split
        self.n_classes, self.newton = n_classes, newton
        self.X, self.X_test = X[train], X[test]
        self.target = codes[train].astype(np.float64)
        self.codes_test = codes[test]
        self.weight = None if weight is None else weight[train]
        self.weight_test = None if weight is None else weight[test]
        self.total = len(train) if weight is None else self.weight.sum()
        base = (
            HalfBinomialLoss()
            if n_classes == 2
            else HalfMultinomialLoss(n_classes=n_classes)
        )
        self.model = LinearModelLoss(base_loss=base, fit_intercept=True)
        n_outputs = 1 if n_classes == 2 else n_classes
        self.w = np.zeros(n_outputs * (X.shape[1] + 1))

    def loss(self, C, max_iter):
        """Fit with inverse penalty `C`; return the mean log loss held out."""
        strength = 1.0 / (C * self.total)
        with quiet():
            self.w = (self._newton if self.newton else self._lbfgs)(strength, max_iter)
        width = self.X.shape[1] + 1
        coef = self.w.reshape(-1, width, order="F")
        raw = self.X_test @ coef[:, :-1].T + coef[:, -1]
        if self.n_classes == 2:
            raw = np.column_stack([np.zeros(len(raw)), raw])
        logs = np.log(np.clip(np.exp(log_softmax(raw, axis=1)), _TINY, 1 - _TINY))
        own = np.take_along_axis(logs, self.codes_test[:, None], axis=1)[:, 0]
        return float(np.average(-own, weights=self.weight_test))

    def _newton(self, strength, max_iter):
        solver = NewtonCholeskySolver(
            coef=self.w,
            linear_loss=self.model,
            l2_reg_strength=strength,
            tol=_TOLERANCE,
            max_iter=max_iter,
            n_threads=1,
        )
        return solver.solve(X=self.X, y=self.target, sample_weight=self.weight)

    def _lbfgs(self, strength, max_iter):
        return minimize(
            self.model.loss_gradient,
            self.w,
            method="L-BFGS-B",
            jac=True,
            args=(self.X, self.target, self.weight, strength, 1),
            options={
                "maxiter": max_iter,
                "maxls": 50,
                "gtol": _TOLERANCE,
                "ftol": 64 * _TINY,
            },
        ).x


class quiet(warnings.catch_warnings):
    """No warnings that a user could do nothing about.

    Convergence of fits that are only compared with each other matters little; that
    of the `final` fit is the user's to know.
    """

    def __init__(self, final=False):
        super().__init__()
        self.final = final

    def __enter__(self):
        entered = super().__enter__()
        warnings.simplefilter("ignore", linalg.LinAlgWarning)
        # scikit-learn's newton-cholesky then goes on with lbfgs by itself
        warnings.filterwarnings("ignore", "Line search of Newton solver")
        if not self.final:
            warnings.simplefilter("ignore", ConvergenceWarning)
        return entered


def use_newton(X, n_classes):
    """Tell whether Newton's method is quicker than L-BFGS."""
    n_columns = X.shape[1] * (1 if n_classes == 2 else n_classes)
    return not sparse.issparse(X) and n_columns <= _NEWTON_LIMIT
