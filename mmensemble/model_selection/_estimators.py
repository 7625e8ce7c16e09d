"""Whole estimators among the choices of a comparison, and rows without a target."""

from dataclasses import dataclass, field

import joblib
import numpy as np

from mmensemble._frame import take_rows
from mmensemble._frame_write import stack_rows
from mmensemble._unlabelled import missing_targets, split_target
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


def part_unlabelled(owner, X, y, metadata, *, classifier, choices):
    """Return the rows that have a target, and those that have none.

    Parameters
    ----------
    owner : str
        Who asks, for messages.
    X : table of shape (n_samples, n_columns)
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
    metadata : dict
    classifier : bool
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
    missing = missing_targets(y)
    if not missing.any() or not any(learns_unlabelled(c.fusion) for c in choices):
        return X, y, metadata, None
    y, labelled = split_target(owner, y, classifier=classifier)
    known, rest = np.flatnonzero(labelled), np.flatnonzero(~labelled)
    extra = Unlabelled(take_rows(X, rest), take_params(metadata, rest, len(labelled)))
    metadata = take_params(metadata, known, len(labelled))
    return take_rows(X, known), y, metadata, extra


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
