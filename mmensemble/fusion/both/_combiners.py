"""Ways to combine members, from the simplest on, each learnt a presence pattern."""

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from mmensemble.fusion._patterns import PatternModels, rows_with
from mmensemble.fusion._rows import rows_of_weight, rows_predicted
from mmensemble.fusion._second_level import second_level
from mmensemble.fusion._weights import member_losses
from mmensemble.learners._nonnegative import NonNegativeLogistic, nonnegative_line
from mmensemble.learners._objectives import make_objective
from mmensemble.numerics._columns import column_moments
from mmensemble.numerics._greedy import greedy_selection
from mmensemble.numerics._logistic import RidgeLogistic

#: Penalty of a stack, in rows: what each unit of weight has to win on them. This
#: one and the next two are varied in benchmarks/bench_constants.py.
_PENALTY = 5.0
#: The same of a stack by classes: of what its weights differ from one for all.
_CLASS_PENALTY = 100.0
#: Rows of exactly a pattern from which members on all modalities are tried there.
_EVIDENCE = 50


@dataclass(frozen=True)
class Combination:
    """What one pattern does with the members.

    Parameters
    ----------
    weights : ndarray of shape (n_members,)
    intercept : ndarray of shape (n_outputs,), default=None
        None: the weighted mean. Else a stack: the intercept and the weighted sum
        of logits, or of values.
    matrices : ndarray of shape (n_members, n_outputs, n_outputs), default=None
        What a stack multiplies each member's logits by, in place of one weight.
    loss : float
        On the rows it was learnt from.
    """

    weights: np.ndarray
    intercept: np.ndarray | None = None
    matrices: np.ndarray | None = None
    loss: float = 0.0

    def predict(self, predictions, task):
        """Return fused predictions of shape (n_samples, n_outputs)."""
        used = self.weights > 0
        own, weights = predictions[:, used], self.weights[used]
        if self.intercept is None:
            return np.einsum("imk,m->ik", own, weights)
        if not task.is_classification:
            return np.einsum("imk,m->ik", own, weights) + self.intercept
        return softmax(self._scores(own, task), axis=1)

    def _scores(self, own, task):
        """Return the scores of the classes, of those members that count."""
        used = self.weights > 0
        logits = second_level(own, task, True)
        if task.n_outputs == 2:
            logits = np.stack([-logits / 2, logits / 2], axis=2)
        logits = logits.reshape(own.shape)
        if self.matrices is not None:
            return np.tensordot(logits, self.matrices[used], axes=2) + self.intercept
        return np.einsum("imk,m->ik", logits, self.weights[used]) + self.intercept


def best_member(predictions, targets, data):
    """Take the one member of least loss."""
    singles = np.eye(predictions.shape[1])
    objective = make_objective(predictions, data, targets)
    return Combination(singles[np.argmin(objective(singles))])


def selection(predictions, targets, data):
    """Take the mean of a greedily selected ensemble."""
    n_members = predictions.shape[1]
    objective = make_objective(predictions, data, targets)
    return Combination(greedy_selection(objective, np.arange(n_members), n_members))


def stack(predictions, targets, data):
    """Take a non-negative stack, a little penalised; None where a class lacks."""
    weight = data.weight
    if not data.task.is_classification:
        return Combination(*_stacked_values(predictions, targets, weight))
    if not targets.any(axis=0).all():
        return None
    model = NonNegativeLogistic(penalty=_PENALTY / len(targets))
    logits = second_level(predictions, data.task, True)
    model.fit(logits, targets.argmax(axis=1), weight)
    if not model.weights_.any():
        return None
    return Combination(model.weights_, model.intercept_)


def _stacked_values(predictions, targets, weight):
    """Non-negative least squares, one weight a member for all targets alike."""
    middle = np.average(predictions, axis=0, weights=weight)
    level, spread = column_moments(targets, weight)
    spread = np.where(spread > 0, spread, 1.0)
    columns = ((predictions - middle) / spread).transpose(0, 2, 1)
    weights, _ = nonnegative_line(
        columns.reshape(-1, predictions.shape[1]),
        ((targets - level) / spread).ravel(),
        np.repeat(weight, targets.shape[1]),
    )
    if not weights.any():
        weights = np.full(len(weights), 1 / len(weights))
    return weights, level - weights @ middle


def class_stack(predictions, targets, data):
    """Let a stack's weights differ by class, as far as the rows pay for it.

    A multinomial logistic regression on all members' centred logs of
    probabilities, whose ridge penalty shrinks it to the stack of one weight a
    member. For three classes or more; None where there is no stack.
    """
    n_classes = targets.shape[1]
    base = None
    if data.task.is_classification and n_classes > 2:
        base = stack(predictions, targets, data)
    if base is None:
        return None
    weight = data.weight
    logits = second_level(predictions, data.task, True)
    own = np.einsum("m,kl->mkl", base.weights, np.eye(n_classes))
    scores = logits @ own.reshape(-1, n_classes) + base.intercept
    penalty = _CLASS_PENALTY * weight.mean()
    problem = RidgeLogistic(logits, targets, weight, offset=scores)
    fit = problem.solve(penalty, tol=1e-6)
    matrices = own + fit.coef.reshape(own.shape)
    size = np.sqrt((matrices**2).sum(axis=(1, 2)) / n_classes)
    return Combination(size, base.intercept + fit.intercept, matrices)


#: From the simplest to the most flexible.
COMBINERS = {
    "best": best_member,
    "selection": selection,
    "stack": stack,
    "class_stack": class_stack,
}


@dataclass(frozen=True)
class Library:
    """Out-of-fold predictions to learn combinations from.

    Parameters
    ----------
    data : FusionData
    targets : ndarray of shape (n_samples, n_outputs)
    available : ndarray of bool of shape (n_samples, n_modalities)
    """

    data: object
    targets: np.ndarray
    available: np.ndarray

    def take(self, rows):
        """Return the library of some rows."""
        return Library(self.data.take(rows), self.targets[rows], self.available[rows])

    @property
    def full(self):
        """The pattern of all modalities that any row has."""
        return tuple(np.flatnonzero(self.available.any(axis=0)).tolist())

    def learn(self, combiner, pattern, full=None, allowed=None):
        """Return the combination of a pattern, or None where it cannot be learnt.

        Members on all modalities together serve rows that lack some if Akaike's
        criterion on the rows of exactly that pattern prefers that.

        Parameters
        ----------
        combiner : {"best", "selection", "stack", "class_stack"}
        pattern : tuple of int
        full : tuple of int, default=None
            The pattern that lacks nothing; that of the rows by default.
        allowed : set of int, default=None
            Members to choose from; all by default.
        """
        full = self.full if full is None else full
        rows = rows_with(self.available, pattern)
        inside = self.data.members_in(pattern, joint=pattern == full)
        found = self._combine(combiner, rows, inside, allowed)
        everything = self.data.members_in(pattern, joint=True)
        if pattern == full or len(everything) == len(inside) or found is None:
            return found
        n_present = self.available[rows].sum(axis=1)
        exact = rows[n_present == len(pattern)]
        if len(exact) < _EVIDENCE:
            return found
        other = self._combine(combiner, exact, everything, allowed)
        if other is None or self._criterion(found, exact) <= self._criterion(
            other, exact
        ):
            return found
        return other

    def learn_all(self, combiner, patterns, full):
        """Return what can be learnt for each of the patterns, a PatternModels."""
        found = {pattern: self.learn(combiner, pattern, full) for pattern in patterns}
        return combinations_by_pattern({p: c for p, c in found.items() if c})

    def _combine(self, combiner, rows, inside, allowed):
        """Learn on the rows that count, with weights for all members."""
        if allowed is not None:
            inside = [i for i in inside if i in allowed]
        rows = self._counting(rows, inside)
        if len(rows) < 2 or not inside:
            return None
        predictions = self.data.predictions[np.ix_(rows, inside)]
        part = self.data.take(rows)
        own = COMBINERS[combiner](predictions, self.targets[rows], part)
        if own is None:
            return None
        weights = np.zeros(len(self.data.members))
        weights[inside] = own.weights
        matrices = None
        if own.matrices is not None:
            matrices = np.zeros((len(weights), *own.matrices.shape[1:]))
            matrices[inside] = own.matrices
        loss = self.loss(own.predict(predictions, self.data.task), rows)
        return Combination(weights, own.intercept, matrices, loss)

    def _counting(self, rows, inside):
        return rows_of_weight(self.data, rows_predicted(self.data, rows, inside))

    def loss(self, fused, rows=slice(None)):
        """Return the log loss or squared error of fused predictions of some rows."""
        weight = self.data.sample_weight
        return float(
            member_losses(
                fused[:, None, :],
                self.targets[rows],
                None if weight is None else weight[rows],
                classification=self.data.task.is_classification,
            )[0]
        )

    def _criterion(self, combination, rows):
        """Akaike's, over twice the number of rows; less is better."""
        used = combination.weights > 0
        n_weights = used.sum()
        if combination.matrices is not None:
            n_weights *= combination.matrices.shape[1]  # one a class, about
        rows = self._counting(rows, np.flatnonzero(used))
        if len(rows) == 0:
            return np.inf
        fused = combination.predict(self.data.predictions[rows], self.data.task)
        loss = self.loss(fused, rows)
        if not self.data.task.is_classification:
            loss = np.log(max(loss, np.finfo(float).tiny)) / 2
        return loss + n_weights / len(rows)

    def predict(self, combinations):
        """Return the combinations' predictions of every row, NaN where none serves."""
        out = np.full(self.targets.shape, np.nan)
        return predict_by_pattern(combinations, self.data, self.available, out)


def combinations_by_pattern(found):
    """Return a dict of tuple of int to Combination as PatternModels."""
    losses = tuple(combination.loss for combination in found.values())
    return PatternModels(tuple(found), tuple(found.values()), losses)


def predict_by_pattern(combinations, data, available, out):
    """Fill `out` with the combinations' predictions, row by row, where any serves.

    Parameters
    ----------
    combinations : PatternModels
        Of Combination.
    data : FusionData
    available : ndarray of bool of shape (n_samples, n_modalities)
    out : ndarray of shape (n_samples, n_outputs)

    Returns
    -------
    out : ndarray of shape (n_samples, n_outputs)
    """
    for key, rows in combinations.serve(available):
        if key is not None:
            out[rows] = combinations[key].predict(data.predictions[rows], data.task)
    return out
