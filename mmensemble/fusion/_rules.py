"""Fixed rules that combine predictions (Kittler et al. 1998), row by row.

Every rule takes predictions of shape (n_samples, n_members, n_outputs), weights
of shape (n_samples, n_members) that are zero where a member has no prediction
and sum to one in each row, and the prior of shape (n_outputs,).
"""

import numpy as np
from scipy.special import softmax

from mmensemble.numerics._losses import LEAST_PROBABILITY
from mmensemble.numerics._median import weighted_median


def mean_rule(predictions, weights, prior):
    """Weighted arithmetic mean (sum rule; linear opinion pool)."""
    return np.einsum("ijk,ij->ik", np.nan_to_num(predictions), weights)


def log_rule(predictions, weights, prior):
    """Weighted geometric mean, scaled to sum to one (log-linear opinion pool)."""
    logs = np.log(np.clip(np.nan_to_num(predictions), LEAST_PROBABILITY, None))
    scores = np.einsum("ijk,ij->ik", logs, weights)
    return softmax(scores, axis=1)


def vote_rule(predictions, weights, prior):
    """Weighted share of the votes; each member votes for its likeliest class."""
    known = np.nan_to_num(predictions)
    ballots = np.zeros_like(known)
    winners = known.argmax(axis=2)[..., None]
    np.put_along_axis(ballots, winners, 1.0, axis=2)
    return np.einsum("ijk,ij->ik", ballots, weights)


def product_rule(predictions, weights, prior):
    """Product of posteriors over the prior's power: conditional independence.

    With R members present and weights w that sum to one, the log score of a
    class is log prior + sum of R w (log posterior - log prior): Kittler's
    equation 7 for equal weights.
    """
    present = weights > 0
    log_prior = np.log(np.clip(prior, LEAST_PROBABILITY, None))
    known = np.clip(np.nan_to_num(predictions), LEAST_PROBABILITY, None)
    evidence = np.log(known) - log_prior
    scale = weights * present.sum(axis=1, keepdims=True)
    scores = log_prior + np.einsum("ijk,ij->ik", evidence, scale)
    return softmax(scores, axis=1)


def max_rule(predictions, weights, prior):
    """Largest posterior of each class over the members with a weight."""
    masked = np.where((weights > 0)[..., None], predictions, -np.inf)
    return _normalised(masked.max(axis=1))


def min_rule(predictions, weights, prior):
    """Smallest posterior of each class over the members with a weight."""
    masked = np.where((weights > 0)[..., None], predictions, np.inf)
    smallest = masked.min(axis=1)
    lost = smallest.sum(axis=1) <= 0
    smallest[lost] = mean_rule(predictions[lost], weights[lost], prior)
    return _normalised(smallest)


def median_rule(predictions, weights, prior):
    """Weighted median of each class's posteriors, scaled to sum to one."""
    middle = _middle(predictions, weights)
    lost = middle.sum(axis=1) <= 0
    middle[lost] = mean_rule(predictions[lost], weights[lost], prior)
    return _normalised(middle)


def _middle(predictions, weights):
    return weighted_median(predictions.transpose(1, 0, 2), weights.T[:, :, None])


def _normalised(scores):
    return scores / scores.sum(axis=1, keepdims=True)


CLASSIFICATION_RULES = {
    "soft": mean_rule,
    "log": log_rule,
    "hard": vote_rule,
    "product": product_rule,
    "max": max_rule,
    "min": min_rule,
    "median": median_rule,
}


def regression_median(predictions, weights, prior):
    """Weighted median of the values."""
    return _middle(predictions, weights)


REGRESSION_RULES = {"soft": mean_rule, "median": regression_median}
