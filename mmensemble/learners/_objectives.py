"""What an ensemble of weighted members costs: losses, or any scorer's score."""

import numpy as np
from sklearn.metrics import get_scorer

from mmensemble._validation import as_weight
from mmensemble.learners._scoring import score_of, weights_for
from mmensemble.numerics._losses import LEAST_PROBABILITY


def make_objective(predictions, data, targets, scoring=None):
    """Return a function from weights of members to the loss of their mean.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_members, n_outputs)
        Complete, of rows of positive weight.
    data : FusionData
        The same rows: task, targets and weights.
    targets : ndarray of shape (n_samples, n_outputs)
        Indicators of the classes, or values.
    scoring : None, str or callable
        A scorer, or None for the log loss or the squared error, each target in
        units of its variance.

    Returns
    -------
    objective : callable
        From an array of shape (n_ensembles, n_members), whose rows sum to one,
        to an array of losses of shape (n_ensembles,); less is better.
    """
    share = as_weight(data.sample_weight, len(targets))
    share = share / share.sum()
    if scoring is not None:
        return _Scored(predictions, data, scoring)
    if data.task.is_classification:
        return _LogLoss(predictions, targets, share)
    return _SquaredError(predictions, targets, share)


class _LogLoss:
    """Log loss of the mean: only the true class's probabilities matter."""

    def __init__(self, predictions, targets, share):
        self.likelihood = np.einsum("imk,ik->im", predictions, targets)
        self.share = share

    def __call__(self, weights):
        mixed = np.maximum(self.likelihood @ weights.T, LEAST_PROBABILITY)
        return -(self.share @ np.log(mixed))


class _SquaredError:
    """Squared error of the mean: a quadratic form in the members' residuals."""

    def __init__(self, predictions, targets, share):
        middle = share @ targets
        variance = share @ (targets - middle) ** 2
        scale = np.sqrt(np.where(variance > 0, variance, 1.0))
        residuals = (predictions - targets[:, None, :]) / scale
        self.products = np.einsum(
            "imk,i,ijk->mj", residuals, share, residuals, optimize=True
        )

    def __call__(self, weights):
        return np.einsum("em,em->e", weights @ self.products, weights)


class _Scored:
    """A scorer's score with its sign turned; one call an ensemble."""

    def __init__(self, predictions, data, scoring):
        self.predictions, self.data = predictions, data
        self.scorer = get_scorer(scoring) if isinstance(scoring, str) else scoring

    def __call__(self, weights):
        mixed = np.einsum("imk,em->eik", self.predictions, weights)
        return np.array([-score_predictions(self.scorer, m, self.data) for m in mixed])


def score_predictions(scorer, predictions, data):
    """Return the score of predictions that are already made.

    Parameters
    ----------
    scorer : callable
        With the signature ``scorer(estimator, X, y)``, and `sample_weight` where
        rows have weights.
    predictions : ndarray of shape (n_samples, n_outputs)
    data : FusionData
        Task, targets and weights of the same rows.

    Returns
    -------
    score : float
    """
    rows = np.arange(len(predictions))[:, None]
    weights = weights_for(scorer, data.sample_weight)
    return score_of(scorer, predictions, data.task, rows, data.y, weights)["score"]
