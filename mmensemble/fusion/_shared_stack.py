"""Stacks of all presence patterns that share strength."""

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from mmensemble.fusion._partial_pooling import (
    VOTE_ROWS,
    PartialPooling,
    Sample,
    known_predictions,
)
from mmensemble.fusion._patterns import EVERY_PATTERN
from mmensemble.fusion._second_level import centred_logs
from mmensemble.learners._nonnegative import (
    NonNegativeLinear,
    NonNegativeLogistic,
    Pull,
    logistic_weights,
    pulled_line,
)
from mmensemble.numerics._columns import column_moments
from mmensemble.numerics._losses import log_softmax

#: Relative gain at which fits stop: of penalised weights no more digits matter.
_TOL = 1e-9
#: Least share of the targets' variance that counts as noise: with none the pull to
#: the vote would cost nothing.
_LEAST_NOISE = 1e-3


@dataclass(frozen=True)
class Evidence:
    """What members add to the prior, and the way back.

    What a member's centred log probabilities add to those of the prior, or its
    deviations from the mean in standard deviations of the target. An absent member
    adds nothing.

    Parameters
    ----------
    is_classification : bool
    level : ndarray of shape (n_outputs,)
        Centred log prior, or means of the targets.
    spread : ndarray of shape (n_outputs,)
        Ones for classes.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.fusion._shared_stack import Evidence
    >>> evidence = Evidence(False, np.array([1.0]), np.array([2.0]))
    >>> evidence.of(np.array([[[5.0], [np.nan]]])).ravel()
    array([2., 0.])
    """

    is_classification: bool
    level: np.ndarray
    spread: np.ndarray

    @classmethod
    def learn(cls, sample):
        """Take level and spread from a sample."""
        ones = np.ones(len(sample.prior))
        if sample.is_classification:
            return cls(True, centred_logs(sample.prior), ones)
        spread = column_moments(sample.targets, sample.weight)[1]
        return cls(False, sample.prior, np.where(spread > 0, spread, ones))

    def of(self, predictions):
        """Return evidence of the shape of `predictions`, zero for NaN."""
        known = centred_logs(predictions) if self.is_classification else predictions
        return np.nan_to_num((known - self.level) / self.spread)

    def intercept(self, weights, shift):
        """Return the intercept that goes with weights of logits or of values.

        Parameters
        ----------
        weights : ndarray of shape (n_members,) or (n_samples, n_members)
        shift : ndarray of shape (n_outputs,)
            The intercept beside evidence.
        """
        rest = 1 - np.sum(weights, axis=-1, keepdims=True)
        return rest * self.level + self.spread * shift


@dataclass(frozen=True)
class PooledStack:
    """What all rows say: a stack of whichever members a row has.

    Parameters
    ----------
    evidence : Evidence
    members : ndarray of int
        Positions in the view of the members that count.
    weights : ndarray of shape (n_members,) or (n_members, n_outputs)
    shift : ndarray of shape (n_outputs,)
    """

    evidence: Evidence
    members: np.ndarray
    weights: np.ndarray
    shift: np.ndarray

    def predict(self, predictions):
        """Return fused predictions of rows of a view that may lack members."""
        own = predictions[:, self.members]
        values = self.evidence.of(own) * reach(~np.isnan(own[:, :, 0]))[:, :, None]
        weights = self.weights.reshape(len(self.weights), -1)
        scores = np.einsum("imk,mk->ik", values, weights * np.ones(values.shape[2]))
        scores = self.evidence.level + self.evidence.spread * (scores + self.shift)
        return softmax(scores, axis=1) if self.evidence.is_classification else scores


def reach(has):
    """Return how much the weight of each member counts in rows that have some.

    The root of the number of members over that of the present ones: between a sum of
    evidence, right where what members know is independent, and a mean, right where
    it is the same. Zero for those absent.

    Parameters
    ----------
    has : ndarray of bool of shape (n_samples, n_members)
    """
    n_present = np.maximum(has.sum(axis=1, keepdims=True), 1)
    return has * np.sqrt(has.shape[1] / n_present)


class SharedStack(PartialPooling):
    """A non-negative stack of evidence whose weights patterns share.

    The pooled weights serve all rows, each member counting by `reach`; they are
    pulled to 1 / n_members, the log-linear vote, and their intercept to the prior.
    A pattern's weights are pulled to its part of them. A model is a pair of weights
    and the intercept beside evidence.

    Parameters
    ----------
    sample : Sample
    strength : float, default=None
        Rows that the pooled weights are worth to a pattern; chosen by default.
    lasso : float, default=0.0
        Rows of log loss that a unit of weight costs; classes only.
    vote : float, default=None
        Rows that the vote is worth; None for `VOTE_ROWS`.

    Attributes
    ----------
    pooled : (weights, intercept)
    strength : float

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.fusion import FusionData, Member
    >>> from mmensemble.fusion._partial_pooling import Sample
    >>> from mmensemble.fusion._shared_stack import SharedStack
    >>> from mmensemble.learners._task import make_task
    >>> y = np.arange(40) % 2
    >>> good = np.where(y == 1, 0.8, 0.2)[:, None]
    >>> predictions = np.stack([1 - good, good], axis=2)
    >>> data = FusionData(
    ...     make_task(y, classifier=True),
    ...     ("a",),
    ...     np.ones((40, 1), dtype=bool),
    ...     (Member("a", 0, "estimator"),),
    ...     predictions,
    ...     y=y,
    ... )
    >>> weights, intercept = SharedStack(Sample.of(data)).model((0,))
    >>> bool(weights[0] > 1)
    True
    """

    def __init__(self, sample, strength=None, *, lasso=0.0, vote=None):
        self.lasso, self.vote = lasso, VOTE_ROWS if vote is None else vote
        self.evidence = Evidence.learn(sample)
        self._values = self.evidence.of(sample.predictions)
        self._goal = sample.targets
        if not sample.is_classification:
            self._goal = (sample.targets - sample.prior) / self.evidence.spread
        self._noise = self._noise_of_vote(sample.has, sample.weight)
        super().__init__(sample, strength)

    def _noise_of_vote(self, has, weight):
        """Return the variance that the unit of squared error is; 1 for log loss."""
        if self.evidence.is_classification:
            return 1.0
        vote = np.einsum("imk,im->ik", self._values, reach(has) / has.shape[1])
        error = np.average((vote - self._goal) ** 2, axis=0, weights=weight)
        return float(np.clip(error.mean(), _LEAST_NOISE, 1.0))

    def _pool(self, rows, inside):
        values = self._values[rows][:, list(inside)]
        values = values * reach(self.sample.has[rows][:, list(inside)])[:, :, None]
        n_members, n_outputs = values.shape[1:]
        equal = np.full(n_members, 1 / n_members), np.zeros(n_outputs)
        return self._solve(values, rows, equal, self.vote)

    def _part(self, pooled, inside):
        weights, shift = pooled
        return weights[list(inside)] * np.sqrt(len(weights) / len(inside)), shift

    def _own(self, inside, rows, start, strength):
        return self._solve(self._values[rows][:, list(inside)], rows, start, strength)

    def _solve(self, values, rows, start, strength):
        """Return weights and shift of least loss, pulled to `start`."""
        weight = self.sample.weight[rows]
        n_rows = max(self.sample.count(rows), 1.0)
        rate = self._noise * strength / n_rows
        weights, shift = start
        if not self.evidence.is_classification:
            pull = Pull(rate, weights, shift)
            return pulled_line(values, self._goal[rows], weight, pull)
        level = self.evidence.level
        pull = Pull(rate, weights, level + shift)
        penalty = self.lasso / n_rows
        weights, intercept = logistic_weights(
            values, self._goal[rows], weight, penalty, tol=_TOL, pull=pull
        )
        return weights, intercept - level

    def _losses(self, inside, rows, model):
        weights, shift = model
        scores = np.einsum("imk,m->ik", self._values[rows][:, list(inside)], weights)
        scores = scores + shift
        if not self.evidence.is_classification:
            return ((self._goal[rows] - scores) ** 2).sum(axis=1)
        logs = log_softmax(scores + self.evidence.level)
        return -(logs * self._goal[rows]).sum(axis=1)


class SharedStacks:
    """The second-level models of every pattern, one stack a target.

    Classes have one stack for all of them.

    Parameters
    ----------
    data : FusionData
        Training rows that count.
    together : bool, default=False
        Whether a member has one weight for all targets.
    """

    def __init__(self, data, *, together=False):
        self._data = data
        predictions = known_predictions(data, data.available())
        known = ~np.isnan(predictions[:, :, 0]).all(axis=0)
        self._members = np.flatnonzero(known)
        together = together or data.task.is_classification
        outputs = [None] if together else range(data.task.n_outputs)
        self._stacks = [
            SharedStack(
                Sample.of(data, self._members, output=k, predictions=predictions)
            )
            for k in outputs
        ]

    @property
    def strength(self):
        """Rows that the shared weights are worth, the mean of the targets'."""
        return float(np.mean([stack.strength for stack in self._stacks]))

    def learn(self, pattern, rows, known):
        """Return the model of a pattern and its loss, as PatternModels asks for it."""
        if pattern == EVERY_PATTERN:
            return self._pooled(), 0.0
        return self.model(pattern), 0.0

    def parts(self, pattern):
        """Return the weights of a pattern's members and the intercept of each stack.

        They are of logits or values. Members that no row knows have no weight.
        """
        members = np.array(self._data.members_in(pattern))
        known = np.isin(members, self._members)
        inside = np.searchsorted(self._members, members[known]).tolist()
        found = []
        for stack in self._stacks:
            weights = np.zeros(len(members))
            weights[known], shift = stack.model(inside)
            found.append((weights, stack.evidence.intercept(weights, shift)))
        return found

    def model(self, pattern):
        """Return a fitted learner on the inputs of a pattern's members."""
        task, found = self._data.task, self.parts(pattern)
        if task.is_classification:
            return NonNegativeLogistic.of(*found[0], task.classes)
        weights = np.column_stack([weights for weights, _ in found])
        intercept = np.concatenate([intercept for _, intercept in found])
        return NonNegativeLinear.of(weights, intercept, squeeze=task.squeeze)

    def like(self, model, pattern):
        """Return the pattern's model with the penalty of another."""
        own = self.model(pattern)
        own.penalty_ = getattr(model, "penalty_", 0.0)
        return own

    def _pooled(self):
        parts = [stack.pooled for stack in self._stacks]
        evidence = self._stacks[0].evidence
        if evidence.is_classification:
            return PooledStack(evidence, self._members, *parts[0])
        level, spread = (
            np.concatenate([getattr(stack.evidence, name) for stack in self._stacks])
            for name in ("level", "spread")
        )
        weights = np.column_stack([weights for weights, _ in parts])
        shift = np.concatenate([shift for _, shift in parts])
        return PooledStack(
            Evidence(False, level, spread), self._members, weights, shift
        )
