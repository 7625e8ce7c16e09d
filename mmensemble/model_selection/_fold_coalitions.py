"""One outer fold of contributions: a model fitted once, asked for all coalitions."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import clone

from mmensemble._compat import safe_indexing
from mmensemble.analysis.coalitions._shapley import coalition_masks
from mmensemble.learners._scoring import score_of
from mmensemble.learners._task import take_params
from mmensemble.model_selection._failures import describe_error
from mmensemble.model_selection._pooled_task import align_predictions


@dataclass
class FoldCoalitions:
    """What one fold predicts and scores from each coalition of its modalities.

    Parameters
    ----------
    test : ndarray of int
        Rows that were predicted.
    names : tuple of str
        Modalities that the fold's model reads: those that its pruner has left.
    predictions : ndarray of shape (n_coalitions, n_test, n_outputs) or None
        None where the fit failed.
    scores : ndarray of shape (n_coalitions,)
    presence : ndarray of bool of shape (n_test, n_modalities)
    task : Task or None
        Labels that the fold has trained on.
    error : str
        "" where all went well.
    more : object
        What a look at the fitted model has found; None without one.
    """

    test: np.ndarray
    names: tuple = ()
    predictions: np.ndarray | None = None
    scores: np.ndarray | None = None
    presence: np.ndarray | None = None
    task: object = None
    error: str = ""
    more: object = None


def run_coalitions(
    model,
    X,
    y,
    split,
    scorer,
    routed,
    error_score,
    *,
    masks_of=coalition_masks,
    look=None,
):
    """Fit on the training rows of one fold and score all coalitions on the others.

    Parameters
    ----------
    model : MultimodalClassifier or MultimodalRegressor
        Unfitted.
    X : table of shape (n_samples, n_columns)
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    split : (train, test) index arrays
    scorer : callable
        As :func:`sklearn.metrics.check_scoring` returns it.
    routed : dict of str to dict
        Metadata of all rows for "fit" and "score".
    error_score : "raise" or float
    masks_of : callable, default=coalition_masks
        ``masks_of(n_modalities)`` returns the coalitions that are asked for.
    look : callable, default=None
        ``look(model, X, y, train, test, score)`` is called with the fitted model, the
        whole table and target, and ``score(predictions)`` on the test rows; the fold
        keeps what it returns as `more`.

    Returns
    -------
    fold : FoldCoalitions
    """
    train, test = split
    model = clone(model)
    try:
        own = take_params(routed["fit"], train, len(y))
        model.fit(safe_indexing(X, train), y[train], **own)
        part = safe_indexing(X, test)
        names = tuple(name for name, _, _ in model.modalities_)
        predictions = model.predict_coalitions(part, masks_of(len(names)))
        presence = model.presence(part).to_numpy()
    except Exception as error:
        if isinstance(error_score, str):
            raise
        return FoldCoalitions(test, error=describe_error(error))
    # with the rule by which this model decides on labels
    task = model._task
    fold = FoldCoalitions(test, names, predictions, None, presence, task)
    params = take_params(routed["score"], test, len(y))

    def score(known):
        return _one_score(score_of(scorer, known, task, part, y[test], params))

    try:
        fold.scores = np.array([score(known) for known in predictions])
        if look is not None:
            fold.more = look(model, X, y, train, test, score)
    except Exception as error:
        if isinstance(error_score, str):
            raise
        fold.error = describe_error(error)
    return fold


def _one_score(scores):
    """Return the only score of a scorer."""
    if len(scores) > 1:
        raise ValueError(
            "The 'scoring' parameter must give one score, got several: "
            f"{sorted(scores)}."
        )
    return next(iter(scores.values()))


def widen(fold, names, task):
    """Return what a fold predicts from coalitions of more modalities than it reads.

    A modality that the fold's pruner has left out changes nothing: coalitions that
    differ in it only share one prediction, so that it contributes zero.

    Parameters
    ----------
    fold : FoldCoalitions
        That has predictions.
    names : list of str
        Modalities of all folds.
    task : Task
        Classes of all folds.

    Returns
    -------
    predictions : ndarray of shape (n_test, n_coalitions, n_outputs)
        Zero for a class that the fold has not trained on.
    scores : ndarray of shape (n_coalitions,)
    presence : ndarray of bool of shape (n_test, n_modalities)
        Modalities that a row has and the fold's model reads.
    """
    places = [names.index(name) for name in fold.names]
    masks = coalition_masks(len(names))
    own = masks[:, places] @ (1 << np.arange(len(places)))
    predictions = align_predictions(fold.predictions, fold.task.classes, task)
    scores = np.full(len(masks), np.nan)
    if fold.scores is not None:
        scores = fold.scores[own]
    presence = np.zeros((len(fold.test), len(names)), dtype=bool)
    presence[:, places] = fold.presence
    return predictions[own].transpose(1, 0, 2), scores, presence
