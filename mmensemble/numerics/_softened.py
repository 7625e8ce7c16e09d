"""Logistic regression on labels and, at a temperature, on another model's shares."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mmensemble.numerics._logistic import LogisticFit, RidgeLogistic


def soften(probabilities, temperature, floor=1e-9):
    """Return ``softmax(log(probabilities) / temperature)``.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
    temperature : float
        Above zero; above one the shares become more alike.
    floor : float, default=1e-9
        Least probability whose log is taken.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.numerics._softened import soften
    >>> soften(np.array([[0.8, 0.2]]), 2.0).round(3)
    array([[0.667, 0.333]])
    """
    if temperature == 1.0:
        return probabilities
    logs = np.log(np.maximum(probabilities, floor)) / temperature
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Softened:
    """Cross entropy with labels, and with shares where scores are divided by T.

    ``sum_i hard_weight_i CE(hard_i, softmax(s_i))
    + T^2 sum_i soft_weight_i CE(soft_i, softmax(s_i / T))``: the factor keeps the
    size of the second gradient as T grows (Hinton, Vinyals & Dean 2015,
    "Distilling the knowledge in a neural network"). Linear scores divided by T are
    those of features divided by T, so both parts are rows of one problem.

    Parameters
    ----------
    hard, soft : ndarray of shape (n_samples, n_classes)
        Indicators or shares; `soft` at temperature `temperature` already.
    hard_weight, soft_weight : ndarray of shape (n_samples,)
    temperature : float
    """

    hard: np.ndarray
    soft: np.ndarray
    hard_weight: np.ndarray
    soft_weight: np.ndarray
    temperature: float

    def solve(self, features, penalty, **options):
        """Return the best coefficients, a LogisticFit.

        Parameters
        ----------
        features : {ndarray, sparse matrix} of shape (n_samples, n_features)
        penalty : float
        **options : dict
            For :meth:`RidgeLogistic.solve`.
        """
        stack = sparse.vstack if sparse.issparse(features) else np.vstack
        beside = sparse.hstack if sparse.issparse(features) else np.hstack
        design = beside([features, np.ones((features.shape[0], 1))])
        hot, warm = self.hard_weight > 0, self.soft_weight > 0
        design = sparse.csr_array(design) if sparse.issparse(features) else design
        rows = stack([design[hot], design[warm] / self.temperature])
        weight = np.concatenate(
            [self.hard_weight[hot], self.temperature**2 * self.soft_weight[warm]]
        )
        problem = RidgeLogistic(
            rows,
            np.vstack([self.hard[hot], self.soft[warm]]),
            weight,
            fit_intercept=False,
        )
        penalties = np.full(design.shape[1], float(penalty))
        penalties[-1] = 0.0  # the intercept
        fit = problem.solve(penalties, **options)
        return LogisticFit(fit.coef[:-1], fit.coef[-1], fit.n_iter, fit.converged)
