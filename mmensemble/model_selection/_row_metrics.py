"""Metrics as functions of targets and predictions, row by row where they can be."""

import numpy as np

from mmensemble._validation import as_weight
from mmensemble.learners._scoring import score_of
from mmensemble.numerics._roc import roc_areas

_TINY = np.finfo(float).eps


def metric_of(scorer, scoring, name, task):
    """Return ``metric(y, prediction, sample_weight=None)``, higher is better.

    Parameters
    ----------
    scorer : callable
        As :func:`sklearn.metrics.check_scoring` returns it.
    scoring : object
        What it was made from.
    name : str
        Of one metric; "score" for the only one.
    task : Task

    Returns
    -------
    metric : callable
        An array with one score a row where the metric is a mean over rows. Raises
        ValueError where the scorer needs more than targets and predictions.
    is_row_wise : bool
    """
    word = scoring if name == "score" else name
    known = _row_wise(word, task)
    if known is not None:
        return known, True
    if _is_auc(word) and task.is_classification and len(task.classes) == 2:
        return RankedAuc(task.classes), False

    def metric(y, prediction, sample_weight=None):
        params = {} if sample_weight is None else {"sample_weight": sample_weight}
        if len(np.unique(y)) < 2:
            return np.nan
        try:
            return score_of(scorer, prediction, task, None, y, params)[name]
        except ValueError:
            # a draw of rows may lack a class without which there is no score
            if task.is_classification and len(np.unique(y)) < len(task.classes):
                return np.nan
            raise
        except Exception as error:  # of a user's scorer: it may be anything
            raise ValueError(f"{type(error).__name__}: {error}") from error

    return metric, False


def _is_auc(word):
    return isinstance(word, str) and word == "roc_auc"


class RankedAuc:
    """Area under the ROC curve; rows are ranked once for all bootstrap draws.

    Parameters
    ----------
    classes : ndarray of shape (2,)
        The second is the positive one.
    """

    def __init__(self, classes):
        self.classes = classes

    def __call__(self, y, prediction, sample_weight=None):
        weight = as_weight(sample_weight, len(y))
        return self.of_draws(y, prediction, np.asarray(weight)[None])[0]

    def of_draws(self, y, prediction, weights):
        """Return one score a draw.

        Parameters
        ----------
        y : ndarray of shape (n_rows,)
        prediction : ndarray of shape (n_rows, 2)
        weights : ndarray of shape (n_draws, n_rows)
            How often, or how much, each row counts.

        Returns
        -------
        scores : ndarray of shape (n_draws,)
            NaN where a draw has one class only.
        """
        return roc_areas(np.asarray(y) == self.classes[1], prediction[:, 1], weights)


def _row_wise(scoring, task):
    if scoring is None:
        scoring = "accuracy" if task.is_classification else None
    if not isinstance(scoring, str):
        return None
    if task.is_classification:
        if scoring == "accuracy":
            return lambda y, prediction: (task.decide(prediction) == y).astype(float)
        if scoring != "neg_log_loss":
            return None
        classes = task.classes
        return lambda y, prediction: _log_scores(
            np.searchsorted(classes, y), prediction
        )
    return {
        "neg_mean_squared_error": _squared,
        "neg_mean_absolute_error": _absolute,
    }.get(scoring)


def _log_scores(codes, prediction):
    own = np.take_along_axis(prediction, codes[:, None], axis=1)[:, 0]
    return np.log(np.clip(own, _TINY, 1 - _TINY))


def _squared(y, prediction):
    return -((np.asarray(y).reshape(len(y), -1) - prediction) ** 2).mean(axis=1)


def _absolute(y, prediction):
    return -np.abs(np.asarray(y).reshape(len(y), -1) - prediction).mean(axis=1)
