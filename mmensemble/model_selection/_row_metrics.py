"""Metrics as functions of targets and predictions, row by row where they can be."""

import numpy as np

from mmensemble.model_selection._answers import score_of

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
        An array with one score a row where the metric is a mean over rows.
    is_row_wise : bool
    """
    known = _row_wise(scoring if name == "score" else name, task)
    if known is not None:
        return known, True

    def metric(y, prediction, sample_weight=None):
        params = {} if sample_weight is None else {"sample_weight": sample_weight}
        if len(np.unique(y)) < 2:
            return np.nan
        return score_of(scorer, prediction, task, None, y, params)[name]

    return metric, False


def _row_wise(scoring, task):
    if scoring is None:
        scoring = "accuracy" if task.is_classification else None
    if not isinstance(scoring, str):
        return None
    if task.is_classification:
        rows = {"accuracy": _hits, "neg_log_loss": _log_scores}.get(scoring)
        return None if rows is None else _with_classes(rows, task.classes)
    return {
        "neg_mean_squared_error": _squared,
        "neg_mean_absolute_error": _absolute,
    }.get(scoring)


def _with_classes(rows, classes):
    return lambda y, prediction: rows(np.searchsorted(classes, y), prediction)


def _hits(codes, prediction):
    return (prediction.argmax(axis=1) == codes).astype(float)


def _log_scores(codes, prediction):
    own = np.take_along_axis(prediction, codes[:, None], axis=1)[:, 0]
    return np.log(np.clip(own, _TINY, 1 - _TINY))


def _squared(y, prediction):
    return -((np.asarray(y).reshape(len(y), -1) - prediction) ** 2).mean(axis=1)


def _absolute(y, prediction):
    return -np.abs(np.asarray(y).reshape(len(y), -1) - prediction).mean(axis=1)
