"""Scores that do not suit the target, noticed before anything is fitted."""

import inspect
import warnings
from dataclasses import replace

import numpy as np
from sklearn.metrics import get_scorer

from mmensemble.learners._scoring import score_of, weights_for

#: Metrics of one class, the positive one: how a scorer of another class is made.
OF_ONE_CLASS = {
    "average_precision": "average_precision_score, response_method='predict_proba'",
    "f1": "f1_score",
    "jaccard": "jaccard_score",
    "neg_brier_score": "brier_score_loss, greater_is_better=False, "
    "response_method='predict_proba'",
    "precision": "precision_score",
    "recall": "recall_score",
}
#: Those of them that also have a mean over the classes.
WITH_MACRO = {"f1", "jaccard", "precision", "recall"}
#: Classes that a message names.
_MOST_CLASSES = 6
#: Rows a class of the target that a score is tried on.
_ROWS = 4


class _ReadsTable(Exception):
    """A scorer asks for more than the number of rows."""


class _NoTable:
    """Stands for rows that a scorer must not read.

    Parameters
    ----------
    n_rows : int
    """

    def __init__(self, n_rows):
        self._n_rows = n_rows

    def __len__(self):
        return self._n_rows

    def __getattr__(self, name):
        raise _ReadsTable(name)

    def __getitem__(self, key):
        raise _ReadsTable(key)

    def __iter__(self):
        raise _ReadsTable("rows")

    def __array__(self, *args, **kwargs):
        raise _ReadsTable("cells")


def check_score(scoring, task, y, *, parameter, owner, weighted=False):
    """Raise where a score cannot be that of the target, told by trying it.

    Parameters
    ----------
    scoring : str or callable
    task : Task
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    parameter : {"scoring", "decision"}
        Where it was given.
    owner : str
        To whom.
    weighted : bool, default=False
        Whether rows have weights.

    Raises
    ------
    TypeError
        For a metric in the place of a scorer.
    ValueError
        For a scorer that reads the table, or that does not score such targets.
    """
    given = repr(scoring)
    if callable(scoring):
        given = getattr(scoring, "__name__", given)
        _refuse_metric(scoring, given, owner)
    scorer = get_scorer(scoring) if isinstance(scoring, str) else scoring
    try:
        _try(scorer, task, y, weighted)
    except _ReadsTable as error:
        raise ValueError(
            f"{owner} has only predictions to score, and the scorer given as "
            f"'scoring', {given}, reads X. Score what the model predicts, with "
            "make_scorer(metric); compare_fusions and cross_validate give X to their "
            "scorers."
        ) from error
    except Exception as error:
        advice = _advice(scoring, task, y, parameter, str(error))
        raise ValueError(
            f"{owner} cannot score this target: {advice} "
            f"({parameter}={given}: {type(error).__name__}: {error})"
        ) from error


def _refuse_metric(function, given, owner):
    """Raise TypeError for a function that does not take an estimator, X and y."""
    try:
        inspect.signature(function).bind(None, None, None)
    except TypeError as error:
        raise TypeError(
            f"The 'scoring' parameter of {owner} must be a scorer, called as "
            f"scorer(estimator, X, y), and {given} cannot be. If it is a metric of "
            f"true and predicted values, give make_scorer({given})."
        ) from error
    except ValueError:  # nobody knows what it takes
        return


def _try(scorer, task, y, weighted):
    """Score predictions that are nearly right, of all rows or of some a class."""
    if task.is_classification:
        codes = np.repeat(np.arange(len(task.classes)), _ROWS)
        y = task.classes[codes]
        predictions = 0.6 * np.eye(len(task.classes))[codes] + 0.4 / len(task.classes)
    else:
        values = y.reshape(len(y), -1)
        # between the target and its mean, so that no counts stay counts
        predictions = 0.9 * values + 0.1 * values.mean(axis=0)
    weights = weights_for(scorer, np.ones(len(y)) if weighted else None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = replace(task, rule=None)
        found = score_of(scorer, predictions, plain, _NoTable(len(y)), y, weights)
    if "score" not in found:
        raise TypeError(f"the scorer returns {list(found)}, and one number is needed")


def _advice(scoring, task, y, parameter, error):
    """Return what to do about an error."""
    if not isinstance(scoring, str):
        kind = "classes" if task.is_classification else "numbers"
        return f"the scorer must return one number for predicted {kind}."
    if not task.is_classification:
        return "name a score of numbers, such as 'r2' or 'neg_mean_absolute_error'."
    if is_of_positive_class(error) and scoring in OF_ONE_CLASS:
        return other_class(scoring, y, parameter)
    if "multi_class" in error:
        return f"{parameter}={scoring!r} is of two classes; of more, use 'roc_auc_ovr'."
    return "name a score of classes, such as 'balanced_accuracy' or 'f1_macro'."


def is_of_positive_class(error):
    """Tell whether a metric of one class has not found that class, or two classes.

    Parameters
    ----------
    error : str
    """
    return "pos_label" in error or "average='binary'" in error


def other_class(name, y, parameter="scoring"):
    """Return what to give for a metric of one class that the target lacks.

    Parameters
    ----------
    name : str
        Of a score.
    y : ndarray of shape (n_samples,)
        Labels.
    parameter : {"scoring", "decision"}, default="scoring"

    Returns
    -------
    text : str
        "" where the score is none of one class.

    Examples
    --------
    >>> print(other_class("f1", ["a", "b", "c"]))
    scoring='f1' takes the class 1 as positive and the target has the classes 'a',
    'b', 'c': use 'f1_macro', or make the target two classes, 0 and 1.
    """
    if name not in OF_ONE_CLASS:
        return ""
    classes, counts = np.unique(y, return_counts=True)
    shown = ", ".join(map(repr, classes.tolist()[:_MOST_CLASSES]))
    shown += ", ..." if len(classes) > _MOST_CLASSES else ""
    ways = [f"use {name + '_macro'!r}"] if name in WITH_MACRO else []
    if len(classes) == 2:
        rarer = classes.tolist()[counts.argmin()]
        recipe = f"make_scorer({OF_ONE_CLASS[name]}, pos_label={rarer!r})"
        ways.append("code the target as 0 and 1")
        if parameter == "scoring":
            ways.append(f"in Python give {recipe}")
        else:
            ways.append(f"give decision='auto' and AutoFusion(scoring={recipe})")
    else:
        ways = [
            *(ways or ["use 'roc_auc_ovr'"]),
            "make the target two classes, 0 and 1",
        ]
    return (
        f"{parameter}={name!r} takes the class 1 as positive and the target has the "
        f"classes {shown}: {', '.join(ways[:-1])}, or {ways[-1]}."
    )
