"""Learners on a matrix that a fusion makes, one set a presence pattern."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import sparse

from mmensemble._seeds import seed_for
from mmensemble._threads import inner_threads, threads_for
from mmensemble.fusion._blocks import join_blocks
from mmensemble.fusion._patterns import (
    EVERY_PATTERN,
    PatternModels,
    pattern_jobs,
    rows_with_enough,
)
from mmensemble.fusion._rows import has_all_classes
from mmensemble.fusion._side_by_side import SideBySide
from mmensemble.learners._linear import AutoLinearClassifier, AutoLinearRegressor
from mmensemble.learners._task import fit_learner, new_learner, outputs

#: Entries up to which a sparse matrix becomes dense, 8 MB: solvers are then exact.
_SMALL = 1_000_000


def is_default(learners):
    """Tell whether (name, learner) pairs hold nothing but our own linear models."""
    ours = AutoLinearClassifier | AutoLinearRegressor
    return all(isinstance(learner, ours) for _, learner in learners)


def fit_heads(learners, matrix, data, modalities, n_threads):
    """Return one fitted head a learner.

    Parameters
    ----------
    learners : sequence of (name, estimator)
        Unfitted.
    matrix : ndarray or sparse matrix of shape (n_samples, n_features)
    data : FusionData
        The same rows.
    modalities : sequence of str
        Whose features the matrix holds, for seeds.
    n_threads : int

    Returns
    -------
    heads : list of estimator
    """
    heads = []
    for name, learner in learners:
        model = new_learner(learner, seed_for(data.seed, "head", name, *modalities))
        with threads_for(*matrix.shape, n_threads):
            model = fit_learner(model, matrix, data.y, data.params.get(name, {}))
        heads.append(model)
    return heads


def mean_outputs(heads, matrix, task):
    """Return the mean prediction of heads, of shape (n_rows, n_outputs)."""
    return np.mean([outputs(head, matrix, task) for head in heads], axis=0)


@dataclass(frozen=True)
class Heads:
    """What one pattern predicts with.

    Parameters
    ----------
    learners : list of estimator
        One a learner, fitted.
    imputed : bool
        Whether they have learnt from rows that lack something.
    """

    learners: list
    imputed: bool


@dataclass(frozen=True)
class FusedHeads:
    """Learners on a matrix of all modalities, one set a presence pattern.

    A pattern's learners read its modalities alone; they learn from complete rows
    where most are complete, else from incomplete ones too, imputed. Patterns
    without learners of their own are served by those of the fullest pattern, if
    these know imputed rows; else by some for all rows, imputed, which are fitted
    where training rows lack anything; else by the nearest pattern within theirs.

    Parameters
    ----------
    source : object
        Has ``matrix(data, pattern, imputed)``.
    models : PatternModels
        Of `Heads`; none where the view brought no learners.
    """

    source: object
    models: PatternModels

    @classmethod
    def fit(cls, source, data, max_patterns):
        """Fit learners for each pattern, several at a time.

        Parameters
        ----------
        source : object
        data : FusionData
            Training rows with the learners.
        max_patterns : int or None
            Most patterns with learners of their own; None for one set for all
            rows, imputed.
        """
        if not data.learners:
            return cls(source, PatternModels())
        jobs, fallbacks = _plan(data, max_patterns)
        threads = inner_threads(data.n_jobs)
        models = PatternModels.fit(
            partial(_fit_pattern, source, data, threads),
            jobs,
            after="none",
            fallbacks=fallbacks,
            n_jobs=data.n_jobs,
        )
        return cls(source, models)

    def predict(self, data):
        """Return the mean prediction of each row's learners."""
        out = np.empty((data.n_samples, data.task.n_outputs))
        for key, rows in self.models.serve(data.presence):
            part = data.take(rows) if len(rows) < data.n_samples else data
            heads = self.models[key]
            matrix = self.source.matrix(part, key, heads.imputed)
            out[rows] = mean_outputs(heads.learners, matrix, data.task)
        return out


def _plan(data, max_patterns):
    """Return (pattern, rows) of each set of learners, and who serves the others."""
    presence = data.presence
    everyone = EVERY_PATTERN, np.flatnonzero(presence.any(axis=1))
    if max_patterns is None:
        return [everyone], ("fullest",)
    jobs = [
        (pattern, rows)
        for pattern, rows in pattern_jobs(presence, max_patterns, rows_with_enough)
        if has_all_classes(data, rows)
    ]
    full = tuple(np.flatnonzero(presence.any(axis=0)).tolist())
    if not jobs or jobs[0][0] != full:
        return [*jobs, everyone], ("fullest",)
    if _is_imputed(data, *jobs[0]):
        return jobs, ("fullest",)
    if presence[everyone[1]][:, list(full)].all():
        return jobs, ("within", "fullest")
    return [*jobs, everyone], ("fullest",)


def _is_imputed(data, pattern, rows):
    """Tell whether any of the rows lacks one of the pattern's modalities."""
    return not data.presence[np.ix_(rows, pattern)].all()


def _fit_pattern(source, data, n_threads, pattern, rows, known):
    """Make the matrix where it is used, so that only one is alive at a time."""
    imputed = pattern == EVERY_PATTERN or _is_imputed(data, pattern, rows)
    data = data.take(rows) if len(rows) < data.n_samples else data
    matrix = source.matrix(data, pattern, imputed)
    names = [data.modalities[m] for m in pattern]
    learners = fit_heads(data.learners, matrix, data, names, n_threads)
    return Heads(learners, imputed), 0.0


@dataclass(frozen=True)
class BesideBlocks:
    """What a model makes of all modalities, beside their own features.

    Parameters
    ----------
    blocks : SideBySide
    model : object
        Has ``pooled(data, pattern)``, of shape (n_samples, n_made), and `n_made`.
    name : str
        Of its columns.
    """

    blocks: SideBySide
    model: object
    name: str

    def matrix(self, data, pattern=(), imputed=True):
        """Return the features of a pattern's modalities, of all for ()."""
        own = self.blocks.matrix(data, pattern, imputed)
        matrix = join_blocks([own, self.model.pooled(data, pattern)])
        if sparse.issparse(matrix) and np.prod(matrix.shape) <= _SMALL:
            return matrix.toarray()
        return matrix

    def get_feature_names_out(self):
        """Return the features' names, then those of what the model makes."""
        made = [f"{self.name}{j}" for j in range(self.model.n_made)]
        return self.blocks.get_feature_names_out() + made
