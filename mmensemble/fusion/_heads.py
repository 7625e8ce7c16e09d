"""Linear heads trained together with what lies before them: loss and penalty."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from mmensemble._splits import inner_folds
from mmensemble._validation import as_weight
from mmensemble.fusion._weights import target_matrix
from mmensemble.learners._task import decision_probabilities
from mmensemble.numerics._columns import column_moments
from mmensemble.numerics._losses import log_softmax


@dataclass(frozen=True)
class HeadTargets:
    """Targets as a head is trained on them, and the way back.

    Parameters
    ----------
    values : ndarray of shape (n_samples, n_outputs)
        Indicators of the classes, or targets in standard deviations.
    share : ndarray of shape (n_samples,)
        Weights of the rows; they sum to one.
    centre, spread : ndarray of shape (n_outputs,)
        Of regression targets; 0 and 1 for classes.
    is_classification : bool

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.learners._task import make_task
    >>> from mmensemble.fusion._heads import HeadTargets
    >>> y = np.array([1.0, 3.0])
    >>> targets = HeadTargets.of(y, make_task(y, classifier=False))
    >>> targets.values.ravel()
    array([-1.,  1.])
    """

    values: np.ndarray
    share: np.ndarray
    centre: np.ndarray
    spread: np.ndarray
    is_classification: bool

    @classmethod
    def of(cls, y, task, sample_weight=None):
        """Make the targets of training rows out of `y`."""
        values = target_matrix(y, task)
        weight = as_weight(sample_weight, len(values))
        share = weight / weight.sum()
        centre, spread = np.zeros(task.n_outputs), np.ones(task.n_outputs)
        if not task.is_classification:
            centre, spread = column_moments(values, share)
            spread = np.where(spread > 0, spread, 1.0)
        scaled = (values - centre) / spread
        return cls(scaled, share, centre, spread, task.is_classification)

    def take(self, rows):
        """Return the targets of the rows at integer positions `rows`."""
        share = self.share[rows] / self.share[rows].sum()
        values = self.values[rows]
        return HeadTargets(
            values, share, self.centre, self.spread, self.is_classification
        )

    def loss(self, scores):
        """Return the mean loss of linear scores, and its gradient.

        Log loss of their softmax, or half the squared error summed over targets.

        Parameters
        ----------
        scores : ndarray of shape (n_samples, n_outputs)

        Returns
        -------
        loss : float
        slope : ndarray of shape (n_samples, n_outputs)
            Derivative of the mean loss by the scores.
        """
        if self.is_classification:
            logs = log_softmax(scores)
            error = np.exp(logs) - self.values
            each = -(logs * self.values).sum(axis=1)
        else:
            error = scores - self.values
            each = (error**2).sum(axis=1) / 2
        return self.share @ each, error * self.share[:, None]

    def row_losses(self, scores):
        """Return the loss of each row."""
        if self.is_classification:
            return -(log_softmax(scores) * self.values).sum(axis=1)
        return ((scores - self.values) ** 2).sum(axis=1) / 2


def head_outputs(scores, task, centre, spread):
    """Return scores as probabilities, or as values in the targets' units."""
    if task.is_classification:
        return decision_probabilities(scores)
    return scores * spread + centre


def descend(objective, start, *, max_iter=200, tol=1e-6):
    """Return the minimum that L-BFGS reaches from `start`.

    Parameters
    ----------
    objective : callable
        Takes a vector, returns (value, gradient).
    start : ndarray of shape (n_parameters,)
    max_iter : int, default=200
    tol : float, default=1e-6
        Largest gradient at which it stops; also where a step gains less than a
        thousandth of it, relatively.

    Returns
    -------
    theta : ndarray of shape (n_parameters,)
    """
    options = {"maxiter": max_iter, "gtol": tol, "ftol": 1e-3 * tol, "maxcor": 10}
    found = minimize(objective, start, jac=True, method="L-BFGS-B", options=options)
    return found.x


def tuning_folds(data, n_splits=5):
    """Return splits of the view's rows, none of which holds a row of no weight.

    Parameters
    ----------
    data : FusionData
        Training rows.
    n_splits : int, default=5

    Returns
    -------
    splits : list of (train, test) index arrays
        Groups stay together. Empty where no split can be made.
    """
    rows = np.arange(data.n_samples)
    if data.sample_weight is not None:
        rows = np.flatnonzero(data.sample_weight > 0)
    groups = None if data.groups is None else np.asarray(data.groups)[rows]
    splits = inner_folds(
        data.y[rows],
        classifier=data.task.is_classification,
        groups=groups,
        n_splits=n_splits,
    )
    return [(rows[train], rows[test]) for train, test in splits]
