"""Softmax gates over fixed experts: their loss, its gradient, and the fit."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls
from scipy.special import softmax

from mmensemble.fusion._heads import descend
from mmensemble.fusion._weights import (
    simplex_log_loss,
    simplex_squared_error,
)
from mmensemble.learners._nonnegative import logistic_weights
from mmensemble.numerics._losses import LEAST_PROBABILITY

#: Smallest global weight of a member when slopes start to move: a softmax cannot
#: begin at zero, and below this the gradient takes many steps to bring one back.
_LEAST_START = 0.02


class Mixture:
    """The weighted mean of the members' predictions.

    Its loss is minus the log of the likelihood for classes, and half the squared
    error for numbers.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_members, n_outputs)
        Probabilities, or values in standard deviations around the mean; no NaN.
    targets : HeadTargets

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.learners._task import make_task
    >>> from mmensemble.fusion.decision._mixture import Mixture
    >>> from mmensemble.fusion._heads import HeadTargets
    >>> y = np.array([0, 1])
    >>> targets = HeadTargets.of(y, make_task(y, classifier=True))
    >>> predictions = np.array([[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.1, 0.9]]])
    >>> Mixture(predictions, targets).row_losses(np.eye(2), np.zeros(0)).round(3)
    array([0.105, 0.105])
    """

    def __init__(self, predictions, targets):
        self.predictions, self.targets = predictions, targets
        if targets.is_classification:
            right = np.einsum("imk,ik->im", predictions, targets.values)
            self.likelihood = np.clip(right, LEAST_PROBABILITY, None)

    def take(self, rows):
        """Return the same for the rows at integer positions `rows`."""
        return type(self)(self.predictions[rows], self.targets.take(rows))

    def best(self, tol):
        """Return the constant weights of least loss, and no further parameters."""
        classes = self.targets.is_classification
        solve = simplex_log_loss if classes else simplex_squared_error
        return solve(
            self.predictions, self.targets.values, self.targets.share
        ), np.zeros(0)

    def loss(self, gates, extra):
        """Return the mean loss and its derivatives by weights and `extra`."""
        share = self.targets.share
        if self.targets.is_classification:
            mixture = (gates * self.likelihood).sum(axis=1)
            slope = -self.likelihood * (share / mixture)[:, None]
            return -share @ np.log(mixture), slope, np.zeros(0)
        loss, error = self.targets.loss(pooled(self.predictions, gates))
        return loss, np.einsum("imk,ik->im", self.predictions, error), np.zeros(0)

    def row_losses(self, gates, extra):
        """Return the loss of each row."""
        if self.targets.is_classification:
            return -np.log((gates * self.likelihood).sum(axis=1))
        return self.targets.row_losses(pooled(self.predictions, gates))

    @staticmethod
    def fuse(predictions, gates, extra):
        """Return the fused predictions, in the units of `predictions`."""
        return pooled(predictions, gates)


class Evidence:
    """The weighted mean of the members' evidence, stretched and shifted.

    Evidence is the centred log of probabilities, or the deviation of values from
    the mean. Members that know different things are stronger together: then the
    mean, which is no stronger than the strongest, is stretched by more than 1.
    With the same weights in all rows this is stacking with non-negative weights.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_members, n_outputs)
        Evidence.
    targets : HeadTargets
    """

    def __init__(self, predictions, targets):
        self.predictions, self.targets = predictions, targets

    def take(self, rows):
        """Return the same for the rows at integer positions `rows`."""
        return type(self)(self.predictions[rows], self.targets.take(rows))

    def best(self, tol):
        """Return the constant weights of least loss, the stretch and the shifts."""
        targets = self.targets
        if targets.is_classification:
            weights, shift = logistic_weights(
                self.predictions, targets.values, targets.share, tol=1e-3 * tol
            )
        else:
            weights, shift = _line(self.predictions, targets.values, targets.share)
        total = weights.sum()
        equal = np.full(len(weights), 1 / len(weights))
        gates = weights / total if total > 0 else equal
        return gates, np.append(total, shift)

    def loss(self, gates, extra):
        """Return the mean loss and its derivatives by weights and `extra`."""
        mean = pooled(self.predictions, gates)
        loss, error = self.targets.loss(extra[0] * mean + extra[1:])
        by_gates = extra[0] * np.einsum("imk,ik->im", self.predictions, error)
        return loss, by_gates, np.append((mean * error).sum(), error.sum(axis=0))

    def row_losses(self, gates, extra):
        """Return the loss of each row."""
        scores = extra[0] * pooled(self.predictions, gates) + extra[1:]
        return self.targets.row_losses(scores)

    @staticmethod
    def fuse(predictions, gates, extra):
        """Return the fused scores."""
        return extra[0] * pooled(predictions, gates) + extra[1:]


def pooled(predictions, gates):
    """Return the members' weighted sum in each row."""
    return np.einsum("imk,im->ik", predictions, gates)


def _line(predictions, values, share):
    """Non-negative least squares with one weight a member for all targets."""
    middle = np.einsum("imk,i->mk", predictions, share)
    level = share @ values
    root = np.sqrt(share)[:, None, None]
    system = (
        ((predictions - middle) * root)
        .transpose(0, 2, 1)
        .reshape(-1, predictions.shape[1])
    )
    goal = ((values - level) * root[:, :, 0]).ravel()
    triangle = np.linalg.qr(np.column_stack([system, goal]), mode="r")
    weights = nnls(triangle[:, :-1], triangle[:, -1])[0]
    return weights, level - weights @ middle


@dataclass(frozen=True)
class Gate:
    """Weights of members, the same for all rows or as features decide.

    Parameters
    ----------
    weights : ndarray of shape (n_members,)
        The global ones: of least loss if all rows have the same.
    bias : ndarray of shape (n_members,)
    slopes : ndarray of shape (n_features, n_members)
    extra : ndarray
        What the pool needs besides: nothing, or stretch and shifts.
    global_extra : ndarray
        The same where the global weights are used.
    """

    weights: np.ndarray
    bias: np.ndarray
    slopes: np.ndarray
    extra: np.ndarray
    global_extra: np.ndarray

    @property
    def is_global(self):
        """Whether all rows get the same weights."""
        return not self.slopes.any()

    def rows(self, features):
        """Return weights of shape (n_samples, n_members) for rows with features."""
        if self.is_global:
            return np.tile(self.weights, (len(features), 1))
        return softmax(features @ self.slopes + self.bias, axis=1)


def global_gate(weights, extra):
    """Return the gate that gives all rows the same weights."""
    bias = np.log(np.maximum(weights, _LEAST_START))
    return Gate(weights, bias, np.zeros((0, len(weights))), extra, extra)


def objective(pool, features, penalty):
    """Return the function of a gate's parameters that is to be minimised.

    Parameters
    ----------
    pool : Mixture or Evidence
        Training rows.
    features : ndarray of shape (n_samples, n_features)
    penalty : float
        Weight of half the squared slopes, beside the mean loss.

    Returns
    -------
    objective : callable
        Takes bias, slopes (one row a feature) and what the pool needs besides, as
        one vector; returns value and gradient.
    """
    n_members = pool.predictions.shape[1]
    stop = n_members * (1 + features.shape[1])

    def value_and_slope(theta):
        bias, slopes = theta[:n_members], theta[n_members:stop]
        matrix = slopes.reshape(-1, n_members)
        gates = softmax(features @ matrix + bias, axis=1)
        loss, by_gates, by_extra = pool.loss(gates, theta[stop:])
        pull = gates * by_gates
        pull -= gates * pull.sum(axis=1, keepdims=True)
        by_slopes = features.T @ pull + penalty * matrix
        slope = np.concatenate([pull.sum(axis=0), by_slopes.ravel(), by_extra])
        return loss + penalty / 2 * (slopes @ slopes), slope

    return value_and_slope


def fit_gate(pool, features, penalty, start=None, *, best=None, tol=1e-6, max_iter=200):
    """Return the gate of least penalised loss.

    Parameters
    ----------
    pool : Mixture or Evidence
        Training rows.
    features : ndarray of shape (n_samples, n_features)
        Standardised.
    penalty : float
        Infinite for global weights.
    start : Gate, default=None
        Where the descent begins; from the global weights if it has no slopes.
    best : tuple of ndarray, default=None
        What ``pool.best()`` gives, where it is known.
    tol : float, default=1e-6
        Largest gradient at which the descent stops.
    max_iter : int, default=200

    Returns
    -------
    gate : Gate
    """
    n_members = pool.predictions.shape[1]
    shape = (features.shape[1], n_members)
    weights, extra = pool.best(tol) if best is None else best
    bias, slopes = np.log(np.maximum(weights, _LEAST_START)), np.zeros(shape)
    known = extra
    if n_members == 1 or shape[0] == 0 or np.isinf(penalty):
        return Gate(weights, bias, slopes, extra, extra)
    if start is not None and not start.is_global:
        bias, slopes, extra = start.bias, start.slopes, start.extra
    theta = np.concatenate([bias, slopes.ravel(), extra])
    theta = descend(
        objective(pool, features, penalty), theta, max_iter=max_iter, tol=tol
    )
    bias, slopes, extra = np.split(theta, [n_members, n_members + slopes.size])
    return Gate(weights, bias - bias.mean(), slopes.reshape(shape), extra, known)
