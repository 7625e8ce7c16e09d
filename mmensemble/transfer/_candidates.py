"""Ways to use the sources' rows, and the model that each gives."""

from dataclasses import dataclass

import numpy as np

from mmensemble._frame import take_rows
from mmensemble._validation import as_weight
from mmensemble.ensemble._routing import accepted_params
from mmensemble.learners._task import (
    Task,
    fit_learner,
    new_learner,
    outputs,
    take_params,
)
from mmensemble.transfer._correction import correct
from mmensemble.transfer._domain_alignment import Alignment


@dataclass(frozen=True)
class Candidate:
    """One way to use the sources' rows.

    Parameters
    ----------
    weight : float, default=None
        Total weight of the target's rows as a multiple of that of all sources'
        rows; None leaves all rows as they are.
    align : {None, "standardise", "coral"}, default=None
    towards : {"pooled", "source"}, default="pooled"
    """

    weight: float | None = None
    align: str | None = None
    towards: str = "pooled"


@dataclass(frozen=True)
class Problem:
    """Rows of several domains, and what is to be fitted to them.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    codes : ndarray of int of shape (n_samples,)
        Domain of each row.
    estimator : estimator object
    task : Task
    weight : ndarray of shape (n_samples,) or None
        The user's.
    params : dict
        More metadata for the estimator's ``fit``.
    seed : int
    """

    X: object
    y: np.ndarray
    codes: np.ndarray
    estimator: object
    task: Task
    weight: np.ndarray | None
    params: dict
    seed: int

    def own_weight(self, rows):
        """Return the user's weights of some rows, ones if there are none."""
        return as_weight(self.weight, len(self.codes))[rows]


@dataclass(frozen=True)
class Transferred:
    """A fitted candidate.

    Parameters
    ----------
    model : fitted estimator
        Of all rows, or of the sources.
    task : Task
    alignment : Alignment or None
    correction : Correction or None
    """

    model: object
    task: Task
    alignment: Alignment | None = None
    correction: object = None

    def read(self, X):
        """Return rows of the target as the model takes them."""
        return X if self.alignment is None else self.alignment.apply(X)

    def outputs(self, X):
        """Return probabilities or values, an array of shape (n_samples, n_outputs)."""
        X = self.read(X)
        if self.correction is not None:
            return self.correction.outputs(X)
        return outputs(self.model, X, self.task)


def target_factor(weight, own_weight, is_target):
    """Return what the weights of the target's rows are multiplied with.

    Parameters
    ----------
    weight : float
        Finite.
    own_weight : ndarray of shape (n_rows,)
    is_target : ndarray of bool of shape (n_rows,)
    """
    target = own_weight[is_target].sum()
    return weight * own_weight[~is_target].sum() / target if target > 0 else 0.0


def fit_candidate(problem, rows, target, candidate):
    """Fit one candidate to some rows.

    Parameters
    ----------
    problem : Problem
    rows : ndarray of int
    target : int
        Domain that counts as the target.
    candidate : Candidate

    Returns
    -------
    fitted : Transferred
    """
    X, is_target = take_rows(problem.X, rows), problem.codes[rows] == target
    alignment = None
    if candidate.align is not None:
        codes = problem.codes[rows]
        alignment = Alignment(candidate.align).fit(X, codes, target)
        X = alignment.apply(X, codes)
    if candidate.towards == "source":
        return _towards_source(problem, rows, X, is_target, candidate, alignment)
    weight = problem.own_weight(rows)
    changed = candidate.weight is not None
    if changed and np.isinf(candidate.weight):
        weight = np.where(is_target, weight, 0.0)
    elif changed:
        factor = target_factor(candidate.weight, weight, is_target)
        weight = np.where(is_target, factor * weight, weight)
    given = weight if changed or problem.weight is not None else None
    model = _fit(problem, rows, X, given)
    return Transferred(model, problem.task, alignment)


def _fit(problem, rows, X, weight):
    """Fit the estimator to the rows that weigh anything."""
    kept = np.arange(len(rows))
    if weight is not None:
        kept = np.flatnonzero(weight) if weight.any() else kept
        # weights that are all one are none
        weight = None if (weight[kept] == 1).all() else weight[kept]
    metadata = take_params(problem.params, rows[kept], len(problem.codes))
    if weight is not None:
        metadata["sample_weight"] = weight
    params = accepted_params("estimator", problem.estimator, metadata)
    learner = new_learner(problem.estimator, problem.seed)
    if len(kept) < len(rows):
        X = take_rows(X, kept)
    return fit_learner(learner, X, problem.y[rows[kept]], params)


def _towards_source(problem, rows, X, is_target, candidate, alignment):
    sources, targets = np.flatnonzero(~is_target), np.flatnonzero(is_target)
    own = problem.own_weight(rows)
    given = None if problem.weight is None else own[sources]
    X_source, X_target = take_rows(X, sources), take_rows(X, targets)
    model = _fit(problem, rows[sources], X_source, given)
    factor = target_factor(candidate.weight, own, is_target)
    y = problem.y[rows[targets]]
    correction = correct(
        model, X_source, X_target, y, factor * own[targets], problem.task
    )
    return Transferred(model, problem.task, alignment, correction)
