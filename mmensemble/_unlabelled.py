"""Targets that some rows lack: which rows have one, and what it is."""

import numpy as np
import pandas as pd

from mmensemble._frame import take_rows
from mmensemble._validation import check_target_of_task


def split_target(owner, y, *, classifier, missing_label=None):
    """Return the targets of the rows that have one, and which rows these are.

    NaN, None, NaT and NA stand for a missing target.

    Parameters
    ----------
    owner : str
        Who asks, for messages.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
    classifier : bool
        Whether `y` holds classes.
    missing_label : object, default=None
        What else stands for a missing target, such as -1.

    Returns
    -------
    known : ndarray of shape (n_labelled,) or (n_labelled, n_targets)
        Where `y` is of objects because of what is missing, of the labels' own type.
    labelled : ndarray of bool of shape (n_samples,)

    Raises
    ------
    ValueError
        When no row has a target, or a row has some of its targets only.

    Examples
    --------
    >>> from mmensemble._unlabelled import split_target
    >>> known, labelled = split_target("me", ["a", None, "b"], classifier=True)
    >>> known.tolist(), labelled.tolist()
    (['a', 'b'], [True, False, True])
    """
    missing = missing_targets(y, missing_label)
    if not missing.any():
        # labels that once stood beside None
        if y is not None and np.asarray(y).dtype == object:
            y = _own_type(np.asarray(y))
        known = check_target_of_task(owner, y, classifier=classifier)
        return known, np.ones(len(known), dtype=bool)
    if missing.all():
        raise ValueError(
            f"Input y contains NaN, None or the 'missing_label' in every row; {owner} "
            "needs rows with a target."
        )
    # pandas' integers stay such only without what is missing
    known = y if hasattr(y, "dtype") else np.asarray(y)
    known = np.asarray(take_rows(known, np.flatnonzero(~missing)))
    known = _own_type(known) if known.dtype == object else known
    return check_target_of_task(owner, known, classifier=classifier), ~missing


def missing_targets(y, missing_label=None):
    """Return which rows lack a target, an array of bool of shape (n_samples,)."""
    if y is None:
        return np.zeros(0, dtype=bool)
    y = np.asarray(y)
    if y.ndim == 0:
        return np.zeros(0, dtype=bool)
    missing = np.asarray(pd.isna(y))
    if missing_label is not None:
        same = [value == missing_label for value in y.ravel().tolist()]
        missing = missing | np.array(same, dtype=bool).reshape(y.shape)
    return missing.reshape(len(y), -1).all(axis=1)


def _own_type(values):
    """Return objects of one type as an array of that type, others as they are."""
    types = {type(value) for value in values.ravel().tolist()}
    plain = types in ({int}, {float}, {bool}, {str})
    return np.array(values.tolist()) if plain else values
