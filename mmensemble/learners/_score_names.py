"""What is known of a score by its scorer's name: words, range, exact interval."""

import numpy as np

from mmensemble.numerics._resampled import share_interval

#: Beginnings of scorers' names that are shares, and of those that are at most 1.
_SHARES = (
    *("accuracy", "average_precision", "balanced_accuracy", "f1", "jaccard"),
    *("precision", "recall", "roc_auc", "top_k_accuracy"),
)
_UP_TO_ONE = ("d2_", "explained_variance", "r2")
#: Ends of names of scores that are means over rows, as accuracy is.
_MEANS = ("_micro", "recall_weighted")
#: Names of metrics for people, where these are not the words alone.
_NAMES = {"r2": "R²", "roc_auc": "ROC AUC", "f1": "F1"}


def default_scoring(task):
    """Return the name of the score that stands for None.

    Parameters
    ----------
    task : Task or None
        None counts as classes.
    """
    return "accuracy" if task is None or task.is_classification else "r2"


def scorer_name(name, scoring, task):
    """Return scikit-learn's name for a metric; None for scorers of the user's own.

    Parameters
    ----------
    name : str
        Of one metric; "score" for the only one.
    scoring : None, str, callable, list, tuple or dict
        What the scorer was made from.
    task : Task or None

    Examples
    --------
    >>> scorer_name("f1", ["f1", "accuracy"], None), scorer_name("score", max, None)
    ('f1', None)
    """
    if name == "score":
        word = default_scoring(task) if scoring is None else scoring
        return word if isinstance(word, str) else None
    return name if isinstance(scoring, list | tuple) else None


def metric_name(name, scoring, task):
    """Return a metric's name for people.

    Parameters
    ----------
    name, scoring, task
        As `scorer_name` takes them.

    Returns
    -------
    text : str

    Examples
    --------
    >>> metric_name("score", "neg_log_loss", None)
    'negative log loss'
    """
    word = scorer_name(name, scoring, task) or name
    return _NAMES.get(word, word.replace("neg_", "negative ").replace("_", " "))


def metric_bounds(name, scoring, task):
    """Return the lowest and the highest value that a metric can have.

    Parameters
    ----------
    name, scoring, task
        As `scorer_name` takes them.

    Returns
    -------
    bounds : tuple of float
        Infinite where nothing is known, as of users' own scorers.

    Examples
    --------
    >>> metric_bounds("score", "roc_auc", None), metric_bounds("score", "r2", None)
    ((0.0, 1.0), (-inf, 1.0))
    """
    word = scorer_name(name, scoring, task)
    if word is None:
        return -np.inf, np.inf
    if word.startswith(_SHARES):
        return 0.0, 1.0
    if word.startswith(_UP_TO_ONE):
        return -np.inf, 1.0
    if word == "matthews_corrcoef":
        return -1.0, 1.0
    return -np.inf, 0.0 if word.startswith("neg_") else np.inf


def is_mean_of_rows(scoring, task):
    """Tell whether a score of labels is a mean over rows, whatever their classes.

    Parameters
    ----------
    scoring : None, str or callable
    task : Task

    Examples
    --------
    >>> is_mean_of_rows(None, None), is_mean_of_rows("f1_micro", None)
    (True, True)
    >>> is_mean_of_rows("balanced_accuracy", None), is_mean_of_rows(max, None)
    (False, False)
    """
    word = scorer_name("score", scoring, task)
    return word is not None and (word == "accuracy" or word.endswith(_MEANS))


def is_share_of_spread(scoring, task):
    """Tell whether a score of numbers is relative to the spread of those at hand.

    Parameters
    ----------
    scoring : None, str or callable
    task : Task

    Examples
    --------
    >>> is_share_of_spread("r2", None), is_share_of_spread("neg_max_error", None)
    (True, False)
    """
    word = scorer_name("score", scoring, task)
    return word is not None and word.startswith(_UP_TO_ONE)


def interval_without_spread(score, scoring, task, units, level=0.95):
    """Return the interval of a score that no fold and no draw differed from.

    Parameters
    ----------
    score : float
    scoring : None, str or callable
    task : Task
    units : array-like of shape (n_samples,)
        Who each row belongs to: a row of its own, or a group.
    level : float, default=0.95

    Returns
    -------
    lower, upper : float
        The exact ones of an accuracy, else NaN.
    """
    if scorer_name("score", scoring, task) != "accuracy":
        return np.nan, np.nan
    return share_interval(score, len(np.unique(units)), level)
