"""Ways to combine members, from the simplest on; presence patterns share strength."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import softmax

from mmensemble.fusion._partial_pooling import Sample, common_patterns
from mmensemble.fusion._second_level import second_level
from mmensemble.fusion._shared_mixture import SharedMixture
from mmensemble.fusion._shared_stack import SharedStack
from mmensemble.learners._objectives import make_objective
from mmensemble.numerics._greedy import greedy_selection
from mmensemble.numerics._logistic import RidgeLogistic

#: Penalty of a sparse stack, in rows: what each unit of weight has to win on them.
#: This one and the next are varied in benchmarks/bench_constants.py.
_PENALTY = 5.0
#: The same of a stack by classes: of what its weights differ from one for all.
_CLASS_PENALTY = 100.0
#: Rows below which nothing is learnt.
_FEWEST = 2


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
    """

    weights: np.ndarray
    intercept: np.ndarray | None = None
    matrices: np.ndarray | None = None

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


class Library:
    """Out-of-fold predictions to learn combinations from.

    Parts of it have the strength of the whole: one number out of five, chosen out of
    fold, is not chosen anew in each fold.

    Parameters
    ----------
    data : FusionData
        Training rows.
    strength : float, default=None
        Rows that shared weights are worth to a pattern; chosen by default, once.
    common : set of tuple of int, default=None
        Patterns whose own rows count beside what all say; all by default.

    Attributes
    ----------
    everyone : frozenset of int
        Members that predict something.
    core : frozenset of int
        Members of the first learner.
    sparse : dict of frozenset of int to callable
        Sparse stacks of some members, once they are learnt.
    """

    def __init__(self, data, strength=None, common=None):
        self.data, self._strength, self._common = data, strength, common
        self.sparse, first = {}, data.members[0].learner
        self.everyone = frozenset(range(len(data.members))) - data.unused
        self.core = frozenset(
            k for k, member in enumerate(data.members) if member.learner == first
        )

    @property
    def strength(self):
        """Rows that shared weights are worth, chosen for the stack of all members."""
        if self._strength is None:
            everyone = self.sample(sorted(self.everyone))
            self._strength = SharedStack(everyone).strength
        return self._strength

    def take(self, rows):
        """Return a library of some rows to compare with, of the same strength."""
        common = common_patterns(self.data.available())
        return Library(self.data.take(rows), self.strength, common)

    def is_own(self, pattern):
        """Tell whether the rows of a pattern count beside what all say."""
        return self._common is None or pattern in self._common

    def sample(self, members):
        """Return the rows to learn weights of some members from."""
        return Sample.of(self.data, members)

    def members(self, pattern, allowed):
        """Return positions of the allowed members that rows of a pattern have."""
        inside = self.data.members_in(pattern, joint=True)
        return [k for k in inside if k in allowed]


def vote(library, allowed, *, log=False):
    """Take the mean of the first learner's members, or that of their logs."""
    n_members, n_outputs = library.data.predictions.shape[1:]
    singles = {k for k in library.core if library.data.members[k].modality is not None}

    def learn(pattern):
        inside = library.members(pattern, allowed & singles)
        if not inside:
            return None
        weights = np.zeros(n_members)
        weights[inside] = 1 / len(inside)
        return Combination(weights, np.zeros(n_outputs) if log else None)

    return learn if library.data.task.is_classification or not log else None


def mixture(library, allowed, *, single=False):
    """Take the mean of a greedily selected ensemble, or the single best member."""
    members, sample = _known(library, allowed)
    if sample is None:
        return None
    data = library.data

    def solve(predictions, rows, inside):
        if len(rows) < _FEWEST:
            return None
        part = data.take(rows)
        own = sample.targets[np.searchsorted(sample.rows, rows)]
        objective = make_objective(predictions, part, own)
        if single:
            singles = np.eye(len(inside))
            return singles[np.argmin(objective(singles))]
        return greedy_selection(objective, np.arange(len(inside)), len(inside))

    shared = SharedMixture(sample, solve, library.strength)
    return partial(_learn, library, members, shared, _mean)


def _mean(model, library, inside, found):
    weights = np.zeros(len(library.data.members))
    weights[inside] = model
    return Combination(weights)


def shared_stack(library, allowed, *, lasso=0.0, vote=None, core=False):
    """Take a non-negative stack, pulled to equal weights."""
    allowed = allowed & library.core if core else allowed
    members, sample = _known(library, allowed)
    if sample is None or (vote == 0 and not _has_all_classes(sample)):
        return None
    shared = SharedStack(sample, library.strength, lasso=lasso, vote=vote)
    return partial(_learn, library, members, shared, _stacked)


def sparse_stack(library, allowed):
    """Take a non-negative stack whose weights cost a little, and none where all do."""
    if allowed not in library.sparse:
        found = shared_stack(library, allowed, lasso=_PENALTY, vote=0.0)
        library.sparse[allowed] = found
    return library.sparse[allowed]


def _stacked(model, library, inside, shared):
    own, shift = model
    if not own.any():
        if library.data.task.is_classification:
            return None
        own = np.full(len(own), 1 / len(own))
    weights = np.zeros(len(library.data.members))
    weights[inside] = own
    return Combination(weights, shared.evidence.intercept(own, shift))


def _known(library, allowed):
    """Return the allowed members that any row knows, and the sample; or None."""
    known = ~np.isnan(library.data.predictions[:, :, 0]).all(axis=0)
    members = [k for k in sorted(allowed) if known[k]]
    if not members:
        return members, None
    sample = library.sample(members)
    return members, sample if len(sample.rows) >= _FEWEST else None


def _has_all_classes(sample):
    return not sample.is_classification or sample.targets.any(axis=0).all()


def _learn(library, members, shared, make, pattern):
    """Return the combination of a pattern; None where it has no member."""
    inside = library.members(pattern, frozenset(members))
    if not inside:
        return None
    where = np.searchsorted(members, inside).tolist()
    model = shared.model(where, own=library.is_own(pattern))
    return make(model, library, inside, shared)


def class_stack(library, allowed):
    """Let a stack's weights differ by class, as far as the rows pay for it.

    A multinomial logistic regression on all members' centred logs of
    probabilities, whose ridge penalty shrinks it to the sparse stack of one weight
    a member. For three classes or more; None where there is no stack.
    """
    task = library.data.task
    if not task.is_classification or task.n_outputs < 3:
        return None
    plain = sparse_stack(library, allowed)
    if plain is None:
        return None
    members, sample = _known(library, allowed)
    everyone = np.arange(len(sample.rows))

    def learn(pattern):
        base = plain(pattern)
        inside = library.members(pattern, frozenset(members))
        where = np.searchsorted(members, inside).tolist()
        own = base is not None and library.is_own(pattern)
        rows = sample.rows_of(where, everyone) if own else []
        if not len(rows) or not sample.targets[rows].any(axis=0).all():
            return base
        predictions = sample.predictions[rows][:, where]
        weight, targets = sample.weight[rows], sample.targets[rows]
        return _by_class(base, inside, predictions, targets, weight, task)

    return learn


def _by_class(base, inside, predictions, targets, weight, task):
    """Return the base with a matrix a member, shrunk to its one weight."""
    n_classes = task.n_outputs
    logits = second_level(predictions, task, True)
    own = np.einsum("m,kl->mkl", base.weights[inside], np.eye(n_classes))
    scores = logits @ own.reshape(-1, n_classes) + base.intercept
    problem = RidgeLogistic(logits, targets, weight, offset=scores)
    fit = problem.solve(_CLASS_PENALTY * weight.mean(), tol=1e-6)
    matrices = np.zeros((len(base.weights), n_classes, n_classes))
    matrices[inside] = own + fit.coef.reshape(own.shape)
    size = np.sqrt((matrices**2).sum(axis=(1, 2)) / n_classes)
    return Combination(size, base.intercept + fit.intercept, matrices)


log_vote = partial(vote, log=True)
best_member = partial(mixture, single=True)
core_stack = partial(shared_stack, core=True)
#: In the order of trust: the first that is about as good as any is taken. The stack
#: of the first learner's members comes first, being the log-linear vote where rows
#: are few; the single best of many, which looks better than it is, comes last. Each
#: takes a library and the members allowed, and returns a function from a pattern to
#: its Combination, or None where nothing can be learnt.
COMBINERS = {
    "core_stack": core_stack,
    "vote": vote,
    "log_vote": log_vote,
    "shrunk_stack": shared_stack,
    "selection": mixture,
    "stack": sparse_stack,
    "class_stack": class_stack,
    "best": best_member,
}
