"""What modalities tell about the target, out of fold, alone and beside others."""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from sklearn.metrics import get_scorer, r2_score

from mmensemble._seeds import seed_for
from mmensemble._validation import as_weight
from mmensemble.learners._scoring import score_of
from mmensemble.learners._task import fit_learner, new_learner, outputs
from mmensemble.numerics._resampled import corrected_mean
from mmensemble.numerics._roc import roc_areas


@dataclass(frozen=True)
class Score:
    """Out-of-fold scores of a model on some modalities.

    Parameters
    ----------
    by_fold : ndarray of shape (n_folds,)
    loss : ndarray of shape (n_rows,)
        Squared error of each held-out row (Brier score for classes); NaN for rows
        that were not predicted.
    prior : ndarray of shape (n_rows,)
        That of the training rows' frequencies or means.
    """

    by_fold: np.ndarray
    loss: np.ndarray
    prior: np.ndarray

    @property
    def mean(self):
        """Mean over the folds, NaN where no fold has a score."""
        return mean_known(self.by_fold)


@dataclass(frozen=True)
class Gain:
    """By how much one score is better than another.

    Parameters
    ----------
    mean, std : float
        Of the differences by fold.
    error : float
        Standard error of the mean, corrected for training rows that folds share
        (Nadeau and Bengio 2003, "Inference for the generalization error", Machine
        Learning 52): ``std * sqrt(1 / k + n_test / n_train)``.
    p_value : float
        Of a paired one-sided test that held-out rows (sums over groups, if there
        are any) are predicted with less squared error.
    """

    mean: float
    std: float
    error: float
    p_value: float


def mean_known(values):
    """Return the mean of what is not NaN, NaN where nothing is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan


def score(study, modalities, scoring=None):
    """Return the out-of-fold score of a model on some modalities.

    One modality alone is judged by the rows that have it; several by all rows that
    have any, means standing in for what is absent.

    Parameters
    ----------
    study : Study
        With a target.
    modalities : tuple of int
    scoring : str or None, default=None
        Name of a scorer of scikit-learn; None is the area under the ROC curve
        (the mean of one-versus-rest for several classes) or R2.

    Returns
    -------
    score : Score
    """
    modalities = tuple(sorted(modalities))
    key = "score", modalities, scoring
    if key not in study.cache:
        study.cache[key] = _score(study, modalities, scoring)
    return study.cache[key]


def _score(study, modalities, scoring):
    n_rows = len(study.presence)
    loss, prior = np.full(n_rows, np.nan), np.full(n_rows, np.nan)
    by_fold = np.full(len(study.folds), np.nan)
    there = study.presence[:, list(modalities)].any(axis=1)
    for fold, split in enumerate(study.folds):
        train, test = (rows[there[rows]] for rows in split)
        if len(train) == 0 or len(test) == 0:
            continue
        truth = study.target.values
        told, centre = _tell(study, fold, modalities, train, test)
        loss[test] = ((truth[test] - told) ** 2).sum(axis=1)
        prior[test] = ((truth[test] - centre) ** 2).sum(axis=1)
        by_fold[fold] = score_rows(study, told, test, scoring)
    return Score(by_fold, loss, prior)


def _tell(study, fold, modalities, train, test):
    """Return predictions of one fold, and the mean of its training rows."""
    target = study.target
    if study.estimator is None:
        told, centre = study.predict(fold, modalities, target.values, train, test)
        return told, centre
    weight = None if study.weight is None else study.weight[train]
    centre = np.average(target.values[train], axis=0, weights=weight)
    A = study.blocks(fold).of(modalities)
    if A.shape[1] == 0:
        return np.tile(centre, (len(test), 1)), centre
    params = {} if weight is None else {"sample_weight": weight}
    seed = seed_for(study.root, "relevance", *map(str, modalities))
    learner = new_learner(study.estimator, seed)
    model = fit_learner(learner, A[train], target.y[train], params)
    return outputs(model, A[test], target.task), centre


def score_rows(study, told, test, scoring=None):
    """Return the score of predictions for some rows, NaN where it is not defined."""
    target = study.target
    weight = None if study.weight is None else study.weight[test]
    if weight is not None:
        told, test, weight = told[weight > 0], test[weight > 0], weight[weight > 0]
    if len(test) < 2:
        return np.nan
    if scoring is not None:
        if target.is_classification:  # a ridge's predictions are not in (0, 1)
            told = np.clip(told, 1e-6, None)
            told = told / told.sum(axis=1, keepdims=True)
        params = {} if weight is None else {"sample_weight": weight}
        scorer, y = get_scorer(scoring), target.y[test]
        return score_of(scorer, told, target.task, told, y, params)["score"]
    truth = target.values[test]
    if target.is_classification:
        return mean_auc(truth, told, weight)
    if not (truth != truth[0]).any():
        return np.nan
    return float(r2_score(truth, told, sample_weight=weight))


def mean_auc(truth, told, weight=None):
    """Return the mean area under the ROC curves of the classes that are there."""
    areas = []
    classes = [1] if truth.shape[1] == 2 else range(truth.shape[1])
    for k in classes:
        if 0 < truth[:, k].sum() < len(truth):
            weights = as_weight(weight, len(truth))[None]
            areas.append(roc_areas(truth[:, k] > 0, told[:, k], weights)[0])
    return float(np.mean(areas)) if areas else np.nan


def gain_over_prior(study, modality, scoring=None):
    """Return how much better than the prior one modality alone is."""
    own = score(study, (modality,), scoring)
    prior = prior_score(study, modality, scoring)
    return _gain(study, own.by_fold - prior, own.prior - own.loss)


def prior_score(study, modality, scoring=None):
    """Return the score of the prior in each fold, on the rows of a modality."""
    scores = np.full(len(study.folds), np.nan)
    there = study.presence[:, modality]
    for fold, split in enumerate(study.folds):
        train, test = (rows[there[rows]] for rows in split)
        if len(train) == 0 or len(test) == 0:
            continue
        weight = None if study.weight is None else study.weight[train]
        if weight is not None and not weight.any():
            continue
        centre = np.average(study.target.values[train], axis=0, weights=weight)
        told = np.tile(centre, (len(test), 1))
        scores[fold] = score_rows(study, told, test, scoring)
    return scores


def gain_beside(study, modality, others, scoring=None):
    """Return what a modality adds to others: the drop where it is left out."""
    others = tuple(sorted(set(others) - {modality}))
    if not others:
        return gain_over_prior(study, modality, scoring)
    whole = score(study, (*others, modality), scoring)
    without = score(study, others, scoring)
    loss = np.where(np.isnan(without.loss), whole.prior, without.loss)
    return _gain(study, whole.by_fold - without.by_fold, loss - whole.loss)


def _gain(study, by_fold, better):
    known = by_fold[np.isfinite(by_fold)]
    if not len(known):
        return Gain(np.nan, np.nan, np.nan, np.nan)
    ratio = np.array([len(test) / max(len(train), 1) for train, test in study.folds])
    found = corrected_mean(by_fold, ratio)
    p_value = paired_p_value(better, study.weight, study.groups)
    return Gain(found.mean, found.std, found.scale, p_value)


def paired_p_value(better, weight=None, groups=None):
    """Return the one-sided p-value that differences of losses are above zero.

    Student's t over rows, or over sums by group; conditional on the models, whose
    own chance it does not count.

    Parameters
    ----------
    better : ndarray of shape (n_rows,)
        Loss without, minus loss with; NaN where unknown.
    weight, groups : ndarray of shape (n_rows,), default=None
    """
    known = np.isfinite(better)
    if weight is not None:
        known &= weight > 0
    values = better[known] * (1.0 if weight is None else weight[known])
    if groups is not None:
        values = np.bincount(np.unique(groups[known], return_inverse=True)[1], values)
    if len(values) < 3:
        return np.nan
    spread = values.std(ddof=1)
    if not spread > 1e-12 * max(abs(values).max(), 1e-300):
        return 0.0 if values.mean() > 0 else 1.0
    t = values.mean() / (spread / np.sqrt(len(values)))
    return float(stats.t.sf(t, len(values) - 1))
