"""What the modalities are to tell about: a target, as numbers to be predicted."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils.validation import check_consistent_length

from mmensemble._validation import (
    check_labels,
    check_target,
    numeric_target,
    warn_of_one_class,
    warn_of_order,
)
from mmensemble.learners._task import Task, make_task

#: Numbers with more distinct values than this are no classes.
MOST_CLASSES = 20


@dataclass(frozen=True)
class Target:
    """A target and the task it poses.

    Parameters
    ----------
    y : ndarray of shape (n_rows,) or (n_rows, n_targets)
        As it was given; what a learner is fitted to.
    values : ndarray of shape (n_rows, n_outputs)
        Indicators of the classes, or the numbers.
    task : Task
    """

    y: np.ndarray
    values: np.ndarray
    task: Task

    @property
    def is_classification(self):
        """Whether the target holds classes."""
        return self.task.is_classification


def make_target(y, X, task="auto", sample_weight=None, *, owner="make_target"):
    """Return the `Target` of a table, None where `y` is None.

    Parameters
    ----------
    y : array-like of shape (n_rows,) or (n_rows, n_targets), or None
    X : table of shape (n_rows, n_columns)
    task : {"auto", "classification", "regression"}, default="auto"
        ``"auto"`` takes numbers of more than 20 distinct values, and numbers that
        are not whole, for a regression.
    sample_weight : ndarray of shape (n_rows,), default=None
    owner : str
        Who asks, for messages.

    Raises
    ------
    ValueError
        For another length than the table's, missing or infinite values, dates,
        classes in several columns, and numbers that are none.
    """
    if y is None:
        return None
    warn_of_order(X, y)
    y = check_target(owner, y)
    check_consistent_length(X, y)
    if task == "classification" or (task == "auto" and _holds_classes(y)):
        y = check_labels(owner, y)
        warn_of_one_class(y, sample_weight)
        made = make_task(y, classifier=True, sample_weight=sample_weight)
        indicators = (y[:, None] == made.classes).astype(float)
        return Target(y, indicators, made)
    y = numeric_target(y)
    made = make_task(y, classifier=False, sample_weight=sample_weight)
    return Target(y, y.reshape(len(y), -1), made)


def _holds_classes(y):
    if y.dtype.kind not in "iuf":
        return True
    if y.ndim > 1 or not np.array_equal(y, np.round(y)):
        return False
    return len(np.unique(y)) <= MOST_CLASSES
