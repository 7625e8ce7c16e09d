"""Targets that some rows lack: which rows have one, and what it is."""

import warnings

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_consistent_length

from mmensemble._frame import as_table, take_rows
from mmensemble._validation import check_target_of_task, row_values


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
        When no row has a target, a row has some of its targets only, or rows hold
        the `missing_label` as another type.

    Warns
    -----
    UserWarning
        When no row lacks a label, and there is a class -1 beside others, or an empty
        text.

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
        if classifier and missing_label is None:
            _warn_of_marks(owner, known)
        return known, np.ones(len(known), dtype=bool)
    if missing.all():
        raise ValueError(
            f"Input y contains NaN, None or the 'missing_label' in every row; {owner} "
            "needs rows with a target."
        )
    # pandas' integers stay such only without what is missing
    known = y if hasattr(y, "dtype") else _objects(y)
    known = np.asarray(take_rows(known, np.flatnonzero(~missing)))
    known = _own_type(known) if known.dtype == object else known
    return check_target_of_task(owner, known, classifier=classifier), ~missing


def missing_targets(y, missing_label=None):
    """Return which rows lack a target, an array of bool of shape (n_samples,).

    Raises
    ------
    ValueError
        When `missing_label` is no single value, rows hold it as another type, or a
        row has some of its targets only.
    """
    if not pd.api.types.is_scalar(missing_label):
        raise ValueError(
            "The 'missing_label' parameter must be one value, such as -1, got "
            f"{missing_label!r}. Put None in the place of further ones in y."
        )
    if y is None:
        return np.zeros(0, dtype=bool)
    values = row_values(y)
    if values.ndim == 0:
        return np.zeros(0, dtype=bool)
    missing = np.asarray(pd.isna(values))
    if not pd.isna(missing_label):
        missing = missing | _equal(y, missing, missing_label)
    each = missing.reshape(len(values), -1)
    parts = each.any(axis=1) & ~each.all(axis=1)
    if parts.any():
        raise ValueError(
            f"{parts.sum():,} of {len(parts):,} rows of y lack some of their targets, "
            f"the first is row {parts.argmax()}: rows must have all targets, to be "
            "learnt from, or none. Fit one model a target, or make all targets of "
            "these rows missing."
        )
    return each.all(axis=1)


def _equal(y, missing, missing_label):
    """Return which of the targets that are not missing equal the label for that."""
    cells = (np.asarray(y) if hasattr(y, "dtype") else _objects(y)).ravel()
    known = cells[~missing.ravel()].tolist()
    equal = np.zeros(missing.size, dtype=bool)
    equal[~missing.ravel()] = [cell == missing_label for cell in known]
    if not equal.any():
        texts = {str(cell): cell for cell in known}
        other = texts.get(str(missing_label), missing_label)
        if other != missing_label:
            raise ValueError(
                f"The 'missing_label' parameter is {missing_label!r}, and y holds "
                f"{other!r}, which is of another type. Give missing_label={other!r}."
            )
    return equal.reshape(missing.shape)


def _objects(y):
    """Return a list as an array of what it holds, a frame as an array."""
    if isinstance(y, list | tuple):
        return np.array(y, dtype=object)
    return np.asarray(y)


def _warn_of_marks(owner, known):
    """Warn where no row lacks a label, and a class looks like a mark of that."""
    labels = np.unique(known)
    if labels.dtype.kind in "if":
        marks = [-1] if len(labels) > 2 and labels[0] == -1 else []
    else:
        marks = [label for label in labels.tolist() if str(label).strip() == ""]
    if marks:
        warnings.warn(
            f"No row of y lacks a label, and {owner} takes {marks[0]!r} for a class. "
            f"If it stands for a missing label, give missing_label={marks[0]!r}.",
            UserWarning,
            stacklevel=2,
        )


class LabelledScoreMixin:
    """Score an estimator on rows that have a target.

    Stands before scikit-learn's mixins, whose score it hands these rows to.
    """

    def score(self, X, y, sample_weight=None):
        """Return the accuracy, or R^2, of predictions for rows that have a target.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Rows without a target are left out.
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        score : float

        Raises
        ------
        ValueError
            When no row has a target.
        """
        known, labelled = split_target(
            type(self).__name__,
            y,
            classifier=hasattr(self, "classes_"),
            missing_label=self.missing_label,
        )
        X, rows = as_table(X, type(self).__name__), np.flatnonzero(labelled)
        check_consistent_length(X, labelled, sample_weight)
        X = take_rows(X, rows)
        if sample_weight is not None:
            sample_weight = np.asarray(sample_weight)[rows]
        return super().score(X, known, sample_weight)


def _own_type(values):
    """Return objects of one type as an array of that type, others as they are."""
    cells = [
        value.item() if isinstance(value, np.generic) else value
        for value in values.ravel().tolist()
    ]
    plain = {type(value) for value in cells} in ({int}, {float}, {bool}, {str})
    return np.array(cells).reshape(values.shape) if plain else values
