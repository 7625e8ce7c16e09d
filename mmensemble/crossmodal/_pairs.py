"""One modality from a set of others: learners, their weights and what is left."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

#: Targets beyond which learners see their leading principal components.
_MOST_TARGETS = 64
#: Targets up to which the covariance of what is left is kept whole.
_WHOLE_COVARIANCE = 512
#: Largest sum of weights: learners that shrink too much are stretched so far.
_MOST_WEIGHT = 1.5
#: Rows below which nothing is learnt but the mean.
FEWEST_ROWS = 5


@dataclass(frozen=True)
class Pair:
    """A modality to be predicted, and the modalities it is predicted from.

    Parameters
    ----------
    target : int
        Position of the modality.
    sources : tuple of int
        Positions of the others.
    """

    target: int
    sources: tuple

    def rows(self, presence):
        """Return the rows that have all of them."""
        return np.flatnonzero(presence[:, [self.target, *self.sources]].all(axis=1))


@dataclass(frozen=True)
class Residual:
    """The covariance of what is left: of low rank and a diagonal.

    Parameters
    ----------
    root : ndarray of shape (n_targets, rank)
    rest : ndarray of shape (n_targets,)
        Variances beside it.
    """

    root: np.ndarray
    rest: np.ndarray

    @classmethod
    def of(cls, left, weight):
        """Estimate it from residuals of shape (n_samples, n_targets)."""
        rows = np.sqrt(weight / weight.sum())[:, None] * left
        n_targets = left.shape[1]
        if n_targets <= _WHOLE_COVARIANCE:
            values, vectors = np.linalg.eigh(rows.T @ rows)
            return cls(vectors * np.sqrt(np.maximum(values, 0.0)), np.zeros(n_targets))
        _, sizes, right = np.linalg.svd(rows, full_matrices=False)
        root = right[:_MOST_TARGETS].T * sizes[:_MOST_TARGETS]
        rest = (rows**2).sum(axis=0) - (root**2).sum(axis=1)
        return cls(root, np.maximum(rest, 0.0))

    @property
    def variance(self):
        """Variances, one a target."""
        return (self.root**2).sum(axis=1) + self.rest

    def draw(self, n_rows, rng):
        """Return normal draws of mean zero, of shape (n_rows, n_targets)."""
        drawn = rng.normal(size=(n_rows, self.root.shape[1])) @ self.root.T
        if self.rest.any():
            drawn += rng.normal(size=drawn.shape) * np.sqrt(self.rest)
        return drawn


class MeanLearner:
    """Predicts the mean of the training rows."""

    def fit(self, parts, targets, weight, groups=None):
        """Learn the mean."""
        self.mean_ = weight @ targets / weight.sum()
        return self

    def predict(self, parts):
        """Return it once a row."""
        return np.tile(self.mean_, (len(parts[0]), 1))


@dataclass(frozen=True)
class Fitted:
    """A learner fitted to few directions of many targets.

    Parameters
    ----------
    learner : object
    mean : ndarray of shape (n_targets,)
    basis : ndarray of shape (n_targets, n_directions) or None
        None for the targets as they are.
    """

    learner: object
    mean: np.ndarray
    basis: np.ndarray | None

    @classmethod
    def fit(cls, learner, parts, targets, weight, groups):
        """Fit a learner, which the caller owns."""
        mean = weight @ targets / weight.sum()
        if targets.shape[1] <= _MOST_TARGETS:
            return cls(learner.fit(parts, targets, weight, groups), mean, None)
        rows = np.sqrt(weight)[:, None] * (targets - mean)
        basis = np.linalg.svd(rows, full_matrices=False)[2][:_MOST_TARGETS].T
        learner.fit(parts, (targets - mean) @ basis, weight, groups)
        return cls(learner, mean, basis)

    def predict(self, parts):
        """Return predictions of all targets, of shape (n_samples, n_targets)."""
        predicted = self.learner.predict(parts)
        if self.basis is None:
            return predicted
        return self.mean + predicted @ self.basis.T


@dataclass(frozen=True)
class Stack:
    """Weights of learners, from predictions of rows that they have not seen.

    Parameters
    ----------
    weights : ndarray of shape (n_learners, n_targets)
        Non-negative; all zero for a target of which the mean is predicted.
    residual : Residual
    r2 : float
        Share of the variance of all targets, scaled to one each, that is predicted.
    target_r2 : ndarray of shape (n_targets,)
    n_rows : int
    """

    weights: np.ndarray
    residual: Residual
    r2: float
    target_r2: np.ndarray
    n_rows: int


def stack(predictions, means, targets, seen, weight):
    """Return the weights of learners by non-negative least squares.

    Parameters
    ----------
    predictions : ndarray of shape (n_learners, n_samples, n_targets)
        Of rows that the learners have not seen.
    means : ndarray of shape (n_samples, n_targets)
        Those of the rows that the learners have seen.
    targets : ndarray of shape (n_samples, n_targets)
    seen : ndarray of bool of shape (n_samples, n_targets)
        Cells that count.
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    stack : Stack
        A single learner has weight one where it beats the mean, and no other.
    """
    n_learners, _, n_targets = predictions.shape
    mass = weight[:, None] * seen
    away, goal = predictions - means, targets - means
    weights = np.ones((n_learners, n_targets))
    if n_learners > 1:
        weights = np.column_stack(
            [_line(away[:, :, j], goal[:, j], mass[:, j]) for j in range(n_targets)]
        )
    left = goal - np.einsum("kj,kij->ij", weights, away)
    lost, total = (mass * left**2).sum(axis=0), (mass * goal**2).sum(axis=0)
    useless = ~(lost < total)
    weights = np.where(useless, 0.0, weights)
    left = np.where(useless, goal, left)
    target_r2 = 1 - lost / np.where(total > 0, total, np.inf)
    r2 = 1 - lost.sum() / total.sum() if total.sum() > 0 else np.nan
    residual = Residual.of(np.where(seen, left, 0.0), weight)
    return Stack(weights, residual, float(r2), target_r2, len(weight))


def no_stack(n_learners, targets, weight):
    """Return the stack that predicts the mean, where nothing could be held out.

    Parameters
    ----------
    n_learners : int
    targets : ndarray of shape (n_samples, n_targets)
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    stack : Stack
    """
    n_targets = targets.shape[1]
    weights = np.zeros((n_learners, n_targets))
    residual = Residual.of(targets - weight @ targets / weight.sum(), weight)
    unknown = np.full(n_targets, np.nan)
    return Stack(weights, residual, np.nan, unknown, len(weight))


def _line(predicted, goal, mass):
    root = np.sqrt(mass)
    system = np.column_stack([*(predicted * root), goal * root])
    triangle = np.linalg.qr(system, mode="r")
    weights = nnls(triangle[:, :-1], triangle[:, -1])[0]
    return weights * min(1.0, _MOST_WEIGHT / max(weights.sum(), 1e-300))


@dataclass(frozen=True)
class PairModel:
    """What predicts a modality from a set of others.

    Parameters
    ----------
    pair : Pair
    learners : tuple of Fitted
        None for those without a weight.
    stack : Stack
    mean : ndarray of shape (n_targets,)
    """

    pair: Pair
    learners: tuple
    stack: Stack
    mean: np.ndarray

    def predict(self, parts):
        """Return standardised codes of rows that have all sources.

        Parameters
        ----------
        parts : list of ndarray of shape (n_samples, width)
            One a modality of the table.
        """
        own = [parts[m] for m in self.pair.sources]
        total = np.tile(self.mean, (len(own[0]), 1))
        for learner, weights in zip(self.learners, self.stack.weights, strict=True):
            if learner is not None:
                total += weights * (learner.predict(own) - self.mean)
        return total


def fit_pair(pair, makers, parts, targets, weight, groups, found):
    """Return the model of one pair, fitted on all of its rows.

    Parameters
    ----------
    pair : Pair
    makers : list of callable
        Return a new learner.
    parts : list of ndarray of shape (n_rows, width)
        One a modality, of the pair's rows, as are the rest.
    targets : ndarray of shape (n_rows, n_targets)
    weight, groups : ndarray of shape (n_rows,)
    found : Stack

    Returns
    -------
    model : PairModel
    """
    own = [parts[m] for m in pair.sources]
    learners = tuple(
        Fitted.fit(make(), own, targets, weight, groups) if used else None
        for make, used in zip(makers, found.weights.any(axis=1), strict=True)
    )
    return PairModel(pair, learners, found, weight @ targets / weight.sum())
