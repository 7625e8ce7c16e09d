"""Whole estimators among the choices of a comparison, and rows without a target."""

from dataclasses import dataclass, field

import joblib
import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.validation import check_consistent_length

from mmensemble._frame import take_rows
from mmensemble._frame_write import stack_rows
from mmensemble._unlabelled import missing_targets, split_target
from mmensemble._validation import check_table_and_target
from mmensemble.learners._task import accepts, take_params


@dataclass(frozen=True)
class Unlabelled:
    """Rows of the table that have no target.

    Parameters
    ----------
    X : table of shape (n_unlabelled, n_columns)
    params : dict
        Their metadata.
    """

    X: object
    params: dict = field(default_factory=dict)

    @property
    def code(self):
        """A text that tells these rows from others."""
        return joblib.hash((self.X, self.params))


def labelled_problem(estimator, X, y, metadata, choices):
    """Return the rows that have a target, checked, and those that have none.

    Parameters
    ----------
    estimator : MultimodalClassifier or MultimodalRegressor
    X : table of shape (n_samples, n_columns)
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
    metadata : dict
    choices : list of Choice
        Rows without a target need an estimator that learns from them.

    Returns
    -------
    X, y, metadata
        Of the rows that have a target.
    unlabelled : Unlabelled or None
        None where every row has one.

    Raises
    ------
    ValueError
        When rows lack a target, and no choice learns from such rows.
    """
    extra = None
    if any(learns_unlabelled(c.fusion) for c in choices) and missing_targets(y).any():
        check_consistent_length(X, y)
        own = {"classifier": is_classifier(estimator)}
        y, labelled = split_target(type(estimator).__name__, y, **own)
        known, rest = np.flatnonzero(labelled), np.flatnonzero(~labelled)
        n_samples = len(labelled)
        extra = Unlabelled(take_rows(X, rest), take_params(metadata, rest, n_samples))
        X, metadata = take_rows(X, known), take_params(metadata, known, n_samples)
    X, y = check_table_and_target(estimator, X, y)
    check_consistent_length(X, y)
    return X, y, metadata, extra


def learns_unlabelled(estimator):
    """Tell whether an estimator learns from rows without a target, as it says."""
    return getattr(estimator, "learns_unlabelled", False)


def training_rows(choice, X, y, params, extra):
    """Return what an estimator is fitted on: a fold's rows, and those without target.

    Parameters
    ----------
    choice : Choice
    X : table of shape (n_train, n_columns)
    y : ndarray of shape (n_train,) or (n_train, n_targets)
    params : dict
        Metadata of these rows for ``fit``. Groups are given to what takes them.
    extra : Unlabelled or None

    Returns
    -------
    X, y, params

    Raises
    ------
    ValueError
        When the estimator does not take some metadata, such as weights.
    """
    estimator = choice.fusion
    taken = {name for name in params if accepts(estimator, name)}
    lost = sorted(set(params) - taken - {"groups"})
    if lost:
        raise ValueError(
            f"{choice.name} cannot be compared by {lost}: fit of "
            f"{type(estimator).__name__} does not take them."
        )
    params = {name: params[name] for name in taken}
    if extra is None or not learns_unlabelled(estimator):
        return X, y, params
    n_extra = extra.X.shape[0]
    both = np.full((len(y) + n_extra, *y.shape[1:]), None, dtype=object)
    both[: len(y)] = y
    params = {
        name: np.concatenate([value, extra.params[name]])
        if np.shape(value)[:1] == (len(y),)
        else value
        for name, value in params.items()
    }
    return stack_rows(X, extra.X), both, params
