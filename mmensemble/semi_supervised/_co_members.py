"""Members that label rows for each other: one a modality, or three of all."""

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax
from sklearn.base import clone
from sklearn.utils import check_random_state

from mmensemble._frame import take_rows
from mmensemble._seeds import seed_for
from mmensemble._validation import as_weight
from mmensemble.fusion._weights import one_hot
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask

#: Least probability whose log is taken.
_TINY = 1e-6


@dataclass(frozen=True)
class Trained:
    """Members after training, which keep no training row.

    Parameters
    ----------
    members : list of fitted MultimodalClassifier or None
    classes : ndarray of shape (n_classes,)
    prior : ndarray of shape (n_classes,)
    modalities : list of (name, extractor, columns) or None
        One a member; None where each member reads all of them.
    """

    members: list
    classes: np.ndarray
    prior: np.ndarray
    modalities: list | None = None

    def outputs(self, X):
        """Return the members' product, of what each row has; or their mean."""
        if self.modalities is None:
            found = [aligned(member, X, self.classes) for member in self.members]
            return np.mean(found, axis=0)
        presence = presence_mask(X, self.modalities)
        logs = np.zeros((len(presence), len(self.classes)))
        lacking = np.ones(len(presence), dtype=bool)
        for k, member in enumerate(self.members):
            rows = np.flatnonzero(presence[:, k])
            if member is not None and len(rows):
                found = aligned(member, take_rows(X, rows), self.classes)
                logs[rows] += np.log(np.maximum(found, _TINY))
                lacking[rows] = False
        logs[lacking] = np.log(np.maximum(self.prior, _TINY))
        return softmax(logs, axis=1)


class CoMembers:
    """Members, each with pseudo-labelled rows of its own.

    Parameters
    ----------
    problem : Problem
    rows : ndarray of int
        Labelled rows to learn from.
    test : ndarray of int
        Labelled rows held out: unlabelled rows of their groups stay away.
    """

    def __init__(self, problem, rows, test):
        self.problem, self.rows, self.test = problem, rows, test
        self.pool = problem.unlabelled
        if problem.groups is not None:
            held_out = np.isin(problem.groups[self.pool], problem.groups[test])
            self.pool = self.pool[~held_out]
        weight = as_weight(problem.weight, len(problem.y))[rows]
        self.prior = weight @ one_hot(problem.y[rows], problem.classes)
        self.prior = self.prior / self.prior.sum()

    def fit_one(self, modalities, rows, y, fusion="voting"):
        """Return a member fitted to rows of the table."""
        problem = self.problem
        model = clone(problem.estimator)
        model.set_params(modalities=modalities, fusion=fusion, pruner=None, cv=None)
        metadata = problem.metadata(rows)
        groups = metadata.pop("groups", None)
        weight = metadata.pop("sample_weight", None)
        X = problem.table(rows)
        return model.fit(X, y, sample_weight=weight, groups=groups, **metadata)


class Views(CoMembers):
    """One member a modality; each labels rows for all others (Blum & Mitchell 1998)."""

    def __init__(self, problem, rows, test, share):
        super().__init__(problem, rows, test)
        self.share = share
        given = problem.estimator.modalities
        self.modalities = resolve_modalities(given, problem.X)
        self.presence = presence_mask(problem.X, self.modalities)
        self.more = [([], []) for _ in self.modalities]
        self.left = [np.ones(len(self.pool), dtype=bool) for _ in self.modalities]
        self.members = [self._fit(k) for k in range(len(self.modalities))]

    def _fit(self, k):
        """Return the member of a modality, or None where it has not two classes."""
        more, labels = self.more[k]
        rows = np.concatenate([self.rows, *more]).astype(int)
        y = np.concatenate([self.problem.y[self.rows], *labels])
        has = self.presence[rows, k]
        if len(np.unique(y[has])) < 2:
            return None
        return self.fit_one([self.modalities[k]], rows[has], y[has])

    def step(self, n_rounds):
        """Let each member label its most certain rows for the others; fit again."""
        picks = [self._pick(k, n_rounds) for k in range(len(self.members))]
        for k in range(len(self.members)):
            for other, (rows, labels) in enumerate(picks):
                if other != k:
                    self.more[k][0].append(rows)
                    self.more[k][1].append(labels)
        self.members = [self._fit(k) for k in range(len(self.members))]
        return sum(len(rows) for rows, _ in picks)

    def _pick(self, k, n_rounds):
        """Return rows and labels of a member, by class as many as it is frequent."""
        classes = self.problem.classes
        free = self.left[k] & self.presence[self.pool, k]
        candidates = np.flatnonzero(free)
        if self.members[k] is None or not len(candidates):
            return np.empty(0, dtype=int), classes[:0]
        own = self.ask_one(k, self.pool[candidates])
        chosen, labels = [], []
        for code, frequency in enumerate(self.prior):
            n = round(frequency * self.share * len(self.pool) / n_rounds)
            mine = np.flatnonzero(own.argmax(axis=1) == code)
            best = mine[np.argsort(-own[mine, code], kind="stable")[: max(n, 1)]]
            chosen.append(candidates[best])
            labels.append(np.full(len(best), code))
        chosen = np.concatenate(chosen)
        self.left[k][chosen] = False
        return self.pool[chosen], classes[np.concatenate(labels)]

    def ask_one(self, k, rows):
        """Return a member's probabilities, in the order of the problem's classes."""
        return aligned(self.members[k], self.problem.table(rows), self.problem.classes)

    def trained(self):
        """Return the members as they are."""
        return Trained(self.members, self.problem.classes, self.prior, self.modalities)


class Three(CoMembers):
    """Three members of bootstrap samples; two that agree teach the third.

    Zhou & Li (2005): a member learns from rows on which the others agree, if their
    common error, on labelled rows, times the number of these rows falls.
    """

    def __init__(self, problem, rows, test, seed):
        super().__init__(problem, rows, test)
        self.modalities = problem.estimator.modalities
        rng = check_random_state(seed_for(seed, "bootstrap"))
        self.samples = [_bootstrap(problem.y, rows, rng) for _ in range(3)]
        self.rng, self.errors, self.sizes = rng, [0.5] * 3, [0] * 3
        self.members = [
            self.fit_one(self.modalities, own, problem.y[own], "concat")
            for own in self.samples
        ]

    def step(self, _):
        """Let each two members teach the third; return the number of rows taught."""
        n_taught = 0
        known = [self._codes(k, self.rows) for k in range(3)]
        told = [self._codes(k, self.pool) for k in range(3)]
        lessons = [self._lesson(k, known, told) for k in range(3)]
        for k, lesson in enumerate(lessons):
            if lesson is None:
                continue
            error, rows, labels = lesson
            y = np.concatenate([self.problem.y[self.rows], labels])
            rows = np.concatenate([self.rows, rows])
            self.members[k] = self.fit_one(self.modalities, rows, y, "concat")
            self.errors[k], self.sizes[k] = error, len(labels)
            n_taught += len(labels)
        return n_taught

    def _codes(self, k, rows):
        X = self.problem.table(rows)
        return aligned(self.members[k], X, self.problem.classes).argmax(axis=1)

    def _lesson(self, k, known, told):
        """Return error, rows and labels that the two others teach, or None."""
        first, second = (other for other in range(3) if other != k)
        y = np.searchsorted(self.problem.classes, self.problem.y[self.rows])
        agree = known[first] == known[second]
        error = np.mean(known[first][agree] != y[agree]) if agree.any() else 0.5
        before, size = self.errors[k], self.sizes[k]
        if error >= before:
            return None
        alike = np.flatnonzero(told[first] == told[second])
        least = error / (before - error)
        size = size or int(least + 1)
        if len(alike) <= size:
            return None
        if error * len(alike) >= before * size:
            if size <= least:
                return None
            n = int(np.ceil(before * size / error - 1))
            alike = np.sort(self.rng.permutation(alike)[:n])
        labels = self.problem.classes[told[first][alike]]
        return error, self.pool[alike], labels

    def trained(self):
        """Return the members as they are."""
        return Trained(self.members, self.problem.classes, self.prior)


def _bootstrap(y, rows, rng):
    """Return rows drawn with replacement, of each class as many as there are."""
    own = y[rows]
    parts = [rows[own == label] for label in np.unique(own)]
    drawn = [rng.choice(part, len(part)) for part in parts]
    return np.sort(np.concatenate(drawn))


def aligned(model, X, classes):
    """Return a model's probabilities, zero for classes that it does not know."""
    found = np.zeros((X.shape[0], len(classes)))
    found[:, np.searchsorted(classes, model.classes_)] = model.predict_proba(X)
    return found
