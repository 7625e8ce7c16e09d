"""How well modalities predict the target out of fold, alone and beside others.

Whatever is compared is compared by one test: the corrected resampled t-test over
the folds' differences of the score that is shown, as in a comparison of fusions.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import get_scorer, r2_score

from mmensemble._seeds import seed_for
from mmensemble._validation import as_weight
from mmensemble.learners._scoring import score_of
from mmensemble.learners._task import fit_learner, new_learner, outputs
from mmensemble.numerics._resampled import corrected_mean
from mmensemble.numerics._roc import roc_areas

#: How the test is called wherever its number is shown.
TEST = "corrected resampled t-test"


@dataclass(frozen=True)
class Score:
    """Out-of-fold scores of a model on some modalities.

    Parameters
    ----------
    by_fold : ndarray of shape (n_folds,)
        NaN where a fold has no score.
    """

    by_fold: np.ndarray

    @property
    def mean(self):
        """Mean over the folds, NaN where no fold has a score."""
        return mean_known(self.by_fold)


@dataclass(frozen=True)
class Predicted:
    """What one fold's model predicts for its held-out rows.

    Parameters
    ----------
    rows : ndarray of int
        Those that have one of the modalities.
    values : ndarray of shape (n_rows, n_outputs)
    centre : ndarray of shape (n_outputs,)
        Weighted mean of the training rows.
    """

    rows: np.ndarray
    values: np.ndarray
    centre: np.ndarray

    def at(self, rows):
        """Return predictions of rows, the centre where there are none."""
        values = np.tile(self.centre, (len(rows), 1))
        _shared, to, place = np.intersect1d(rows, self.rows, return_indices=True)
        values[to] = self.values[place]
        return values


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
        found = predictions(study, modalities)
        study.cache[key] = Score(
            np.array(
                [
                    np.nan
                    if p is None
                    else score_rows(study, p.values, p.rows, scoring)
                    for p in found
                ]
            )
        )
    return study.cache[key]


def predictions(study, modalities):
    """Return the held-out predictions of each fold, None where it has no rows.

    Parameters
    ----------
    study : Study
    modalities : tuple of int

    Returns
    -------
    predictions : list of Predicted or None
    """
    modalities = tuple(sorted(modalities))
    key = "predictions", modalities
    if key not in study.cache:
        there = study.presence[:, list(modalities)].any(axis=1)
        study.cache[key] = [
            _predict(study, fold, modalities, *(rows[there[rows]] for rows in split))
            for fold, split in enumerate(study.score_folds)
        ]
    return study.cache[key]


def _predict(study, fold, modalities, train, test):
    """Return what a model of one fold's training rows predicts."""
    weight = None if study.weight is None else study.weight[train]
    if not len(train) or not len(test) or (weight is not None and not weight.any()):
        return None
    target = study.target
    if study.estimator is None:
        return Predicted(
            test, *study.predict(fold, modalities, target.values, train, test)
        )
    centre = np.average(target.values[train], axis=0, weights=weight)
    A = study.blocks(fold).of(modalities)
    if A.shape[1] == 0:
        return Predicted(test, np.tile(centre, (len(test), 1)), centre)
    params = {} if weight is None else {"sample_weight": weight}
    seed = seed_for(study.root, "relevance", *map(str, modalities))
    learner = new_learner(study.estimator, seed)
    model = fit_learner(learner, A[train], target.y[train], params)
    return Predicted(test, outputs(model, A[test], target.task), centre)


def score_rows(study, predicted, test, scoring=None):
    """Return the score of predictions for some rows, NaN where it is not defined."""
    target = study.target
    weight = None if study.weight is None else study.weight[test]
    if weight is not None:
        predicted, test, weight = (
            predicted[weight > 0],
            test[weight > 0],
            weight[weight > 0],
        )
    if len(test) < 2:
        return np.nan
    if scoring is not None:
        if target.is_classification:  # a ridge's predictions are not in (0, 1)
            predicted = np.clip(predicted, 1e-6, None)
            predicted = predicted / predicted.sum(axis=1, keepdims=True)
        params = {} if weight is None else {"sample_weight": weight}
        scorer, y = get_scorer(scoring), target.y[test]
        return score_of(scorer, predicted, target.task, predicted, y, params)["score"]
    truth = target.values[test]
    if target.is_classification:
        return mean_auc(truth, predicted, weight)
    if not (truth != truth[0]).any():
        return np.nan
    return float(r2_score(truth, predicted, sample_weight=weight))


def mean_auc(truth, predicted, weight=None):
    """Return the mean area under the ROC curves of the classes that are there."""
    areas = []
    classes = [1] if truth.shape[1] == 2 else range(truth.shape[1])
    for k in classes:
        if 0 < truth[:, k].sum() < len(truth):
            weights = as_weight(weight, len(truth))[None]
            areas.append(roc_areas(truth[:, k] > 0, predicted[:, k], weights)[0])
    return float(np.mean(areas)) if areas else np.nan


def prior_score(study, modality, scoring=None):
    """Return the score of the training prior in each fold, on a modality's rows."""
    return np.array(
        [
            np.nan
            if p is None
            else score_rows(study, np.tile(p.centre, (len(p.rows), 1)), p.rows, scoring)
            for p in predictions(study, (modality,))
        ]
    )


def gain_over_prior(study, modality, scoring=None):
    """Return how much better than the prior one modality alone is.

    Returns
    -------
    gain : MeanOfSplits
        Of the folds' differences, with the test of `TEST`.
    """
    own = score(study, (modality,), scoring).by_fold
    return _paired(study, own, prior_score(study, modality, scoring))


def gain_beside(study, modality, others, scoring=None):
    """Return what a modality adds to others: the drop where it is left out.

    Both models are scored on the same rows; one that has none of the others is
    predicted by the training prior without the modality.

    Returns
    -------
    gain : MeanOfSplits
    """
    others = tuple(sorted(set(others) - {modality}))
    if not others:
        return gain_over_prior(study, modality, scoring)
    whole = predictions(study, (*others, modality))
    without = predictions(study, others)
    own = score(study, (*others, modality), scoring).by_fold
    lesser = np.full(len(own), np.nan)
    for fold, (full, part) in enumerate(zip(whole, without, strict=True)):
        if full is not None:
            if part is None:
                part = Predicted(full.rows[:0], full.values[:0], full.centre)
            lesser[fold] = score_rows(study, part.at(full.rows), full.rows, scoring)
    return _paired(study, own, lesser)


def difference(study, one, other, scoring=None):
    """Return by how much one modality predicts better than another.

    Returns
    -------
    difference : MeanOfSplits
        On held-out rows that have both.
    """
    scores = np.full((2, len(study.score_folds)), np.nan)
    pairs = zip(predictions(study, (one,)), predictions(study, (other,)), strict=True)
    for fold, pair in enumerate(pairs):
        if None not in pair:
            rows = np.intersect1d(pair[0].rows, pair[1].rows)
            scores[:, fold] = [
                score_rows(study, p.at(rows), rows, scoring) for p in pair
            ]
    return _paired(study, *scores)


def _paired(study, one, other):
    """Return the mean difference of the folds' scores, with the corrected error."""
    folds = study.score_folds
    ratio = np.array([len(test) / max(len(train), 1) for train, test in folds])
    sizes = np.fmax(np.abs(one), np.abs(other))
    size = np.nanmax(sizes, initial=0.0)
    return corrected_mean(one - other, ratio, size)
