"""Losses over weighted rows, each with its derivative.

All return the weighted sum over the rows; weights that sum to one make it a mean.
Rows of weight zero add nothing, whatever they hold.
"""

import numpy as np
from scipy.special import expit

#: Least probability whose log is taken in a loss: no row's log loss is above 35.
LEAST_PROBABILITY = 1e-15
#: Log of a weight that is none; finite, so that differences stay numbers.
_NEVER = -1e30


def squared_loss(outputs, targets, weight):
    """Return half the squared error, summed over columns, and its slope.

    Parameters
    ----------
    outputs, targets : ndarray of shape (..., n_samples, n_outputs)
        Of shapes that go together.
    weight : ndarray of shape (..., n_samples)

    Returns
    -------
    loss : float
    slope : ndarray of shape (..., n_samples, n_outputs)
        Derivative by the outputs.
    """
    error = outputs - targets
    slope = error * weight[..., None]
    return 0.5 * float(np.vdot(error, slope)), slope


def softmax_loss(scores, targets, weight):
    """Return the cross-entropy of the softmax of scores, and its slope.

    Parameters
    ----------
    scores : ndarray of shape (n_samples, n_classes)
    targets : ndarray of shape (n_samples, n_classes)
        Indicators of the classes, or probabilities.
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    loss : float
    slope : ndarray of shape (n_samples, n_classes)
        Derivative by the scores.
    """
    logs = log_softmax(scores)
    loss = -float(weight @ (targets * logs).sum(axis=1))
    return loss, (np.exp(logs) - targets) * weight[:, None]


def log_softmax(scores):
    """Return the logs of the softmax of each row, in the type of the scores."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def gaussian_divergence(mean, log_variance, weight):
    """Return the divergence of normal codes from the standard normal prior.

    Kullback and Leibler's, summed over columns:
    ``(variance + mean² - 1 - log variance) / 2`` (Kingma & Welling 2014).

    Parameters
    ----------
    mean, log_variance : ndarray of shape (n_samples, n_components)
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    loss : float
    mean_slope, log_variance_slope : ndarray of shape (n_samples, n_components)
    """
    variance = np.exp(log_variance)
    each = (variance + mean * mean - 1 - log_variance).sum(axis=1)
    share = weight[:, None]
    return 0.5 * float(weight @ each), share * mean, share * (variance - 1) * 0.5


def info_nce_loss(scores, weight):
    """Return InfoNCE of a critic's scores, and its slope.

    Row i of one view is to be found among all rows of the other by the softmax of
    its scores, and the other way round; both ways count half. The critic that
    minimises it is log p(a, b) / p(a) p(b) but for a constant, and log n minus
    the loss bounds the mutual information from below (van den Oord, Li & Vinyals
    2018).

    Parameters
    ----------
    scores : ndarray of shape (n_samples, n_samples)
        Entry i, j for row i of one view with row j of the other.
    weight : ndarray of shape (n_samples,)
        A row counts so much as what is to be found, and among what it could be;
        of weight zero it is not there.

    Returns
    -------
    loss : float
    slope : ndarray of shape (n_samples, n_samples)
    """
    seen = weight > 0
    usual = weight.sum() / max(seen.sum(), 1)  # with equal weights: plain InfoNCE
    logs = np.log(np.where(seen, weight, 1) / np.where(seen, usual, 1))
    logs = logs.astype(scores.dtype)
    logs = np.where(seen, logs, scores.dtype.type(_NEVER))
    loss, slope = 0.0, np.zeros_like(scores)
    for flip in (False, True):
        table = scores.T if flip else scores
        found = log_softmax(table + logs)
        loss -= 0.5 * float(weight @ np.where(seen, np.diag(found) - logs, 0))
        part = np.exp(found) * weight[:, None]
        part.flat[:: len(part) + 1] -= weight
        slope += (part.T if flip else part) * scores.dtype.type(0.5)
    return loss, slope


def pair_loss(real, made_up, weight):
    """Return the loss of telling real pairs from made-up ones, and its slopes.

    The mean of two logistic losses; log 2 where nothing tells them apart. At the
    optimum the score is log p(a, b) / p(a) p(b), where made-up pairs are shuffled
    (Goodfellow et al. 2014).

    Parameters
    ----------
    real, made_up : ndarray of shape (n_samples,)
        The critic's scores, large for what it holds to be real.
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    loss : float
    real_slope, made_up_slope : ndarray of shape (n_samples,)
    """
    each = np.logaddexp(0, -real) + np.logaddexp(0, made_up)
    half = weight * weight.dtype.type(0.5)
    return float(half @ each), -half * expit(-real), half * expit(made_up)
