"""Linear heads trained together with what lies before them: loss and penalty."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from mmensemble._splits import inner_folds
from mmensemble.fusion._weights import target_matrix
from mmensemble.learners._task import decision_probabilities


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
        weight = np.ones(len(values)) if sample_weight is None else sample_weight
        share = weight / weight.sum()
        centre, spread = np.zeros(task.n_outputs), np.ones(task.n_outputs)
        if not task.is_classification:
            centre = share @ values
            deviation = np.abs(values - centre)
            peak = deviation.max(axis=0)
            safe = np.where(peak > 0, peak, 1.0)
            spread = peak * np.sqrt(share @ (deviation / safe) ** 2)
            spread = np.where(spread > 1e-12 * np.abs(centre), spread, 1.0)
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
            norm = log_norm(scores)
            error = np.exp(scores - norm) - self.values
            each = norm[:, 0] - (scores * self.values).sum(axis=1)
        else:
            error = scores - self.values
            each = (error**2).sum(axis=1) / 2
        return self.share @ each, error * self.share[:, None]

    def row_losses(self, scores):
        """Return the loss of each row."""
        if self.is_classification:
            return log_norm(scores)[:, 0] - (scores * self.values).sum(axis=1)
        return ((scores - self.values) ** 2).sum(axis=1) / 2


def log_norm(scores):
    """Return the log of each row's sum of exponentials, as a column."""
    top = scores.max(axis=1, keepdims=True)
    return top + np.log(np.exp(scores - top).sum(axis=1, keepdims=True))


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


def choose_by_folds(
    candidates,
    splits,
    fit,
    losses,
    weight,
    *,
    groups=None,
    one_error=False,
    patience=2,
):
    """Return the candidate of least held-out loss.

    Parameters
    ----------
    candidates : sequence
        From the strongest penalty to the weakest.
    splits : list of (train, test) index arrays
    fit : callable
        ``fit(rows, candidate, start)`` returns fitted parameters; `start` is
        what it returned for the candidate before on the same rows, or None.
    losses : callable
        ``losses(parameters, rows)`` returns the loss of each row.
    weight : ndarray of shape (n_samples,)
        Weights of the rows.
    groups : ndarray of shape (n_samples,), default=None
        Rows of a group count as one observation of the standard error.
    one_error : bool, default=False
        Whether to take the strongest penalty whose loss exceeds the least by no
        more than the standard error of that difference, row by row. (The rule
        of Breiman et al. 1984, with the error of the paired difference: the
        spread of the loss itself is common to all candidates.)
    patience : int, default=2
        The walk stops once the loss has risen so often in a row.

    Returns
    -------
    chosen : object
        One of `candidates`; the first where there are no splits.
    """
    if not splits or len(candidates) == 1:
        return candidates[0]
    held_out = np.concatenate([test for _, test in splits])
    share = weight[held_out] / weight[held_out].sum()
    starts, walked, means = [None] * len(splits), [], []
    for candidate in candidates:
        starts = [
            fit(train, candidate, start)
            for (train, _), start in zip(splits, starts, strict=True)
        ]
        parts = [
            losses(theta, test) for (_, test), theta in zip(splits, starts, strict=True)
        ]
        walked.append(np.concatenate(parts))
        means.append(share @ walked[-1])
        if len(means) > patience and (np.diff(means[-patience - 1 :]) > 0).all():
            break
    best = int(np.argmin(means))
    if one_error:
        clusters = None if groups is None else np.asarray(groups)[held_out]
        for step in range(best):
            excess = walked[step] - walked[best]
            if share @ excess <= _standard_error(excess, share, clusters):
                return candidates[step]
    return candidates[best]


def _standard_error(values, share, clusters):
    """Standard error of a weighted mean, of clusters where there are any."""
    parts = share * (values - share @ values)
    if clusters is not None:
        codes = np.unique(clusters, return_inverse=True)[1]
        parts = np.bincount(codes, weights=parts)
    n_parts = np.count_nonzero(parts)
    return np.sqrt((parts**2).sum() * n_parts / max(n_parts - 1, 1))
