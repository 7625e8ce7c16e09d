"""Presence patterns: which modalities a row has, and what to do for each.

A model learnt for all modalities is wrong for rows that lack some. What is
cheap to fit is therefore fitted for every pattern, on the rows that have at
least its modalities (reduced models; Saar-Tsechansky & Provost 2007, "Handling
missing values when applying classification models", JMLR 8). `PatternModels`
fits them and knows which serves a row whose own pattern has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from sklearn.utils.parallel import Parallel, delayed

from mmensemble.fusion._weights import over_present

#: Share of complete rows, among those with any modality of a pattern, from which
#: they alone are learnt from; below it incomplete rows, imputed, serve too. Varied
#: in benchmarks/bench_constants.py.
COMPLETE_ENOUGH = 0.75
#: Key of a model of all rows, whatever they lack.
EVERY_PATTERN = ()


@dataclass(frozen=True, eq=False)
class PatternModels(Mapping):
    """Fitted models by presence pattern, and which of them serves a row.

    A mapping from patterns, tuples of the positions of present modalities, to
    models, in the order of fitting: the fullest pattern first. A model under the
    key ``()`` was learnt from all rows, whatever they lack; it serves patterns
    without a model of their own. Where there is none, `fallbacks` decide.

    Parameters
    ----------
    patterns : tuple of tuple of int
        The keys. (Kept beside the models: a dict whose keys are tuples is more
        than some formats can store.)
    models : tuple of object
    losses : tuple of float
        Training loss of each model; zeros where there are none to compare.
    fallbacks : tuple of {"around", "within", "fullest"}
        What serves a pattern without a model, the first that is found. "around":
        the smallest fitted pattern that contains it. "within": the largest fitted
        pattern that it contains, the one of smaller loss among equals. "fullest":
        the first model.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.fusion._patterns import PatternModels, pattern_jobs
    >>> present = np.array([[True, True], [True, True], [True, False]])
    >>> def count(pattern, rows, known):
    ...     return (len(rows), 0.0) if len(rows) > 1 else None
    >>> models = PatternModels.fit(count, pattern_jobs(present, 64))
    >>> dict(models)
    {(0, 1): 2, (0,): 3, (1,): 2}
    >>> models.key_for((0, 1, 2))
    (0, 1)
    """

    patterns: tuple = ()
    models: tuple = ()
    losses: tuple = ()
    fallbacks: tuple = ("within",)

    @classmethod
    def fit(cls, learn, jobs, *, after="all", fallbacks=("within",), n_jobs=None):
        """Learn a model for each job.

        Parameters
        ----------
        learn : callable
            ``learn(pattern, rows, known)`` returns a model and its training loss,
            or None where these rows are too few. `known` holds the models that
            it may begin from, a PatternModels.
        jobs : list of (pattern, rows)
            As `pattern_jobs` makes them.
        after : {"all", "first", "none"}, default="all"
            Which models a later one begins from: all before it, one after the
            other; the first alone, the rest side by side; none.
        fallbacks : tuple of str, default=("within",)
        n_jobs : int, default=None
            Fits at the same time, of those that stand side by side.

        Returns
        -------
        models : PatternModels
        """
        known = cls(fallbacks=fallbacks)
        in_turn = {"all": len(jobs), "first": 1, "none": 0}[after]
        for pattern, rows in jobs[:in_turn]:
            known = known._with(pattern, learn(pattern, rows, known))
        if rest := jobs[in_turn:]:
            found = Parallel(n_jobs=n_jobs)(
                delayed(learn)(pattern, rows, known) for pattern, rows in rest
            )
            for (pattern, _), fitted in zip(rest, found, strict=True):
                known = known._with(pattern, fitted)
        return known

    def _with(self, pattern, fitted):
        """Return these and one more; the same where nothing was `fitted`."""
        if fitted is None:
            return self
        model, loss = fitted
        return replace(
            self,
            patterns=(*self.patterns, pattern),
            models=(*self.models, model),
            losses=(*self.losses, float(loss)),
        )

    def with_models(self, models):
        """Return other models for the same patterns."""
        return replace(self, models=tuple(models))

    def __getitem__(self, pattern):
        if pattern not in self.patterns:
            raise KeyError(pattern)
        return self.models[self.patterns.index(pattern)]

    def __iter__(self):
        return iter(self.patterns)

    def __len__(self):
        return len(self.patterns)

    @property
    def fullest(self):
        """The first pattern; None where there is no model."""
        return next(iter(self.patterns), None)

    def key_for(self, pattern):
        """Return the pattern whose model serves `pattern`; None where none does."""
        for key in (pattern, EVERY_PATTERN):
            if key in self.patterns:
                return key
        for fallback in self.fallbacks:
            key = getattr(self, f"_{fallback}")(pattern)
            if key is not None:
                return key
        return None

    def _around(self, pattern):
        found = [key for key in self.patterns if set(key) >= set(pattern)]
        return min(found, key=lambda key: (len(key), key), default=None)

    def _within(self, pattern):
        inside = [
            (-len(key), loss, key)
            for key, loss in zip(self.patterns, self.losses, strict=True)
            if set(key) <= set(pattern)
        ]
        return min(inside)[2] if inside else None

    def _fullest(self, pattern):
        return self.fullest

    def serve(self, present):
        """Yield (key, rows) of each model that serves any row, and those rows.

        Parameters
        ----------
        present : ndarray of bool of shape (n_samples, n_modalities)

        Yields
        ------
        key : tuple of int or None
            None for rows that no model serves.
        rows : ndarray of int
        """
        served = {}
        for pattern, rows in group_rows(present):
            served.setdefault(self.key_for(pattern), []).append(rows)
        for key, parts in served.items():
            yield key, parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))

    def weights_of_rows(self, data, default):
        """Return each member's weight in each row, where models are such weights.

        Parameters
        ----------
        data : FusionData
        default : ndarray of shape (n_members,)
            Weights of rows that no model serves.

        Returns
        -------
        weights : ndarray of shape (n_samples, n_members)
            Zero where the member has no prediction; each row sums to one. Where
            all that a row has weighs nothing, it counts as equal.
        """
        has = ~np.isnan(data.predictions[:, :, 0])
        weights = np.tile(default, (len(has), 1))
        if self:
            for key, rows in self.serve(data.available()):
                if key is not None:
                    weights[rows] = self[key]
        return over_present(weights, has)


def pattern_jobs(present, max_patterns, rows_for=None):
    """Return (pattern, rows to learn from) for each pattern to prepare for.

    Parameters
    ----------
    present : ndarray of bool of shape (n_samples, n_modalities)
    max_patterns : int
    rows_for : callable, default=None
        `rows_with`, `rows_with_any` or `rows_with_enough`; the first by default.
    """
    rows_for = rows_with if rows_for is None else rows_for
    return [(p, rows_for(present, p)) for p in list_patterns(present, max_patterns)]


def list_patterns(available, max_patterns):
    """Return the presence patterns to prepare for.

    All non-empty subsets of the modalities seen in training, or, where there
    are more than `max_patterns`: the full one, each with one modality less,
    each modality alone, and then the most frequent in training.

    Parameters
    ----------
    available : ndarray of bool of shape (n_samples, n_modalities)
    max_patterns : int

    Returns
    -------
    patterns : list of tuple of int
        Positions of the modalities present, the fullest pattern first.
    """
    seen = tuple(np.flatnonzero(available.any(axis=0)).tolist())
    n_subsets = 2 ** len(seen) - 1
    if n_subsets <= max_patterns:
        sizes = range(len(seen), 0, -1)
        return [subset for size in sizes for subset in combinations(seen, size)]
    wanted = [seen, *combinations(seen, len(seen) - 1), *combinations(seen, 1)]
    rows, counts = np.unique(available, axis=0, return_counts=True)
    for position in np.argsort(-counts, kind="stable"):
        wanted.append(tuple(np.flatnonzero(rows[position]).tolist()))
    unique = list(dict.fromkeys(subset for subset in wanted if subset))
    return unique[:max_patterns]


def rows_with(available, pattern):
    """Return the positions of the rows that have at least `pattern`."""
    return np.flatnonzero(available[:, list(pattern)].all(axis=1))


def rows_with_any(available, pattern):
    """Return the positions of the rows that have some modality of `pattern`."""
    return np.flatnonzero(available[:, list(pattern)].any(axis=1))


def rows_with_enough(available, pattern):
    """Return complete rows where most are complete, else all with any modality.

    Most: `COMPLETE_ENOUGH` of the rows that have some modality of `pattern`.
    """
    complete, touched = rows_with(available, pattern), rows_with_any(available, pattern)
    return complete if len(complete) >= COMPLETE_ENOUGH * len(touched) else touched


def group_rows(available):
    """Yield (pattern, rows) for each distinct pattern of `available`."""
    if available.all():
        yield tuple(range(available.shape[1])), np.arange(len(available))
        return
    patterns, which = np.unique(available, axis=0, return_inverse=True)
    for position, row in enumerate(patterns):
        rows = np.flatnonzero(which.ravel() == position)
        yield tuple(np.flatnonzero(row).tolist()), rows
