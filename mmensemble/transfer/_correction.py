"""A source's model, corrected by few rows of the target with a penalty on change."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit, softmax
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from mmensemble.learners._task import accepted_input, outputs
from mmensemble.numerics._logistic import RidgeLogistic

_TOLERANCE = 1e-10


@dataclass
class Correction:
    """A source's model, and what is added to its scores.

    Parameters
    ----------
    source : fitted estimator
    task : Task
    scaler : StandardScaler
        Of the features, fitted on the source's rows.
    coef : ndarray of shape (n_lines, n_features + 1)
        Of the scaled features, and of a one.
    floor : float
        Probability of a class that the source does not know.
    """

    source: object
    task: object
    scaler: object
    coef: np.ndarray
    floor: float

    def outputs(self, X):
        """Return probabilities or values, an array of shape (n_samples, n_outputs)."""
        if not self.coef.any():
            return outputs(self.source, X, self.task)
        scores = self.scores(X)
        if not self.task.is_classification:
            return scores
        if scores.shape[1] == 1:
            return expit(scores * [-1, 1])
        return softmax(scores, axis=1)

    def scores(self, X):
        """Return corrected log odds, log probabilities or values."""
        offset = source_scores(self.source, X, self.task, self.floor)
        Z = _with_one(self.scaler.transform(features(self.source, X, offset)))
        return offset + Z @ self.coef.T


def last_step(model):
    """Return the predictor of a pipeline, or the model itself."""
    return model.steps[-1][1] if hasattr(model, "steps") else model


def features(model, X, scores):
    """Return what a correction is linear in.

    The features that a linear model sees; of any other, its own scores.
    """
    if not hasattr(last_step(model), "coef_"):
        return scores
    if hasattr(model, "steps") and len(model.steps) > 1:
        X = model[:-1].transform(X)
    return accepted_input(X, last_step(model))


def source_scores(model, X, task, floor):
    """Return log odds, log probabilities or values of a model."""
    found = outputs(model, X, task)
    if not task.is_classification:
        return found
    logs = np.log(np.where(found > 0, found, floor))
    return logs[:, 1:] - logs[:, :1] if logs.shape[1] == 2 else logs


def strength(model):
    """Return the inverse penalty that a model itself was fitted with, 1 if none."""
    model = last_step(model)
    for name, power in (("C_", 1), ("C", 1), ("alpha_", -1), ("alpha", -1)):
        value = getattr(model, name, None)
        if value is not None and np.all(np.asarray(value) > 0):
            return float(np.mean(value)) ** power
    return 1.0


def correct(source, X_source, X_target, y, weight, task):
    """Return the correction of a source's model by rows of the target.

    Coefficients are those of the source plus a change that is penalised as the
    source's own are, so that without weight nothing changes (in idea Chelba &
    Acero 2006, "Adaptation of maximum entropy capitalizer", Computer Speech &
    Language 20(4)).

    Parameters
    ----------
    source : fitted estimator
    X_source, X_target : tables
    y : ndarray of shape (n_target,) or (n_target, n_outputs)
    weight : ndarray of shape (n_target,)
        Of the rows' losses against the penalty.
    task : Task

    Returns
    -------
    correction : Correction
    """
    floor = 1 / (X_source.shape[0] + task.n_outputs)
    scores = source_scores(source, X_source, task, floor)
    seen = features(source, X_source, scores)
    scaler = StandardScaler(with_mean=not sparse.issparse(seen)).fit(seen)
    offset = source_scores(source, X_target, task, floor)
    Z = _with_one(scaler.transform(features(source, X_target, offset)))
    if not weight.any():
        coef = np.zeros((offset.shape[1], Z.shape[1]))
    elif task.is_classification:
        codes = np.searchsorted(task.classes, y)
        targets = np.eye(len(task.classes))[codes]
        coef = _logistic_change(Z, targets, weight, offset, 1 / strength(source))
    else:
        left = y.reshape(len(y), -1) - offset
        ridge = Ridge(alpha=1 / strength(source), fit_intercept=False)
        coef = ridge.fit(Z, left, weight).coef_.reshape(left.shape[1], -1)
    return Correction(source, task, scaler, coef, floor)


def _logistic_change(Z, targets, weight, offset, penalty):
    """Return coefficients of a line, for two classes, or of one a class."""
    two = offset.shape[1] == 1
    if two:  # the penalty of a line is twice that of its halves
        offset = np.column_stack([np.zeros(len(offset)), offset])
        penalty = 2 * penalty
    problem = RidgeLogistic(Z, targets, weight, offset=offset, fit_intercept=False)
    coef = problem.solve(penalty, tol=_TOLERANCE).coef
    return np.diff(coef, axis=1).T if two else coef.T


def _with_one(Z):
    Z = Z.toarray() if sparse.issparse(Z) else np.asarray(Z)
    return np.column_stack([Z, np.ones(Z.shape[0])])
