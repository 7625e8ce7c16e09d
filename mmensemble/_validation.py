"""Checks of what a user gives row by row: targets, weights and groups."""

import warnings
from collections import defaultdict

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import is_classifier
from sklearn.utils import check_array, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import assert_all_finite, check_consistent_length

from mmensemble._compat import check_sample_weight
from mmensemble._frame import as_table, is_frame

#: What pandas calls columns of objects that are moments or stretches of time.
_TIMES = {"datetime64", "datetime", "date", "time", "timedelta64", "timedelta"}


def check_target(owner, y):
    """Return `y` as an array: given, complete, finite, and no dates.

    Parameters
    ----------
    owner : str
        Who asks, for messages.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)

    Returns
    -------
    y : ndarray
        A single column is one-dimensional, with scikit-learn's warning.

    Raises
    ------
    ValueError
        When `y` is None or a name, or holds missing or infinite values, dates, or
        several labels a row.

    Warns
    -----
    UserWarning
        When texts hold "nan", which then is a class.
    """
    if y is None:
        raise ValueError(f"{owner} requires y to be passed, but the target y is None.")
    if isinstance(y, str):
        raise ValueError(
            f"{owner} takes the column y itself, got the text {y!r}. Give the column "
            f"of that name, y = X.pop({y!r}), which also takes it out of the table."
        )
    _refuse_sets(owner, y)
    y = y.toarray() if sparse.issparse(y) else row_values(y)
    if _holds_times(y):
        raise ValueError(
            "Input y holds dates or durations, which cannot be predicted as they are. "
            "Make them numbers, such as days since the first, or classes, such as the "
            "names of months."
        )
    _refuse_missing(y)
    _warn_of_texts_for_missing(y)
    assert_all_finite(y, input_name="y")
    return column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y


def row_values(values):
    """Return what is given row by row as an array, which keeps what is missing.

    NumPy makes the text "nan" of a NaN in a list of texts; here it stays one.

    Parameters
    ----------
    values : array-like

    Returns
    -------
    values : ndarray
        Of objects where a list holds texts and missing values.

    Examples
    --------
    >>> row_values(["a", float("nan")]).tolist()
    ['a', nan]
    """
    found = np.asarray(values)
    if found.dtype.kind != "U" or hasattr(values, "dtype") or found.ndim == 0:
        return found
    objects = np.array(values, dtype=object)
    return objects if pd.isna(objects).any() else found


#: What NumPy and pandas make of a missing value that becomes a text.
_TEXTS_FOR_MISSING = ("nan", "<NA>", "NaT")


def _warn_of_texts_for_missing(y):
    """Warn where a missing value seems to have become a text, and so a class."""
    if y.dtype.kind not in "UOT":
        return
    labels = y.ravel().tolist()
    found = [text for text in _TEXTS_FOR_MISSING if text in labels]
    if found:
        # the same words every time, so that inner fits add nothing
        warnings.warn(
            f"Input y has the class {found[0]!r}, the text that NumPy makes of a "
            "missing value beside texts. Give y as a pandas Series, or as an array of "
            "dtype=object with None in these rows.",
            UserWarning,
            stacklevel=2,
        )


def _refuse_missing(y):
    """Raise ValueError where rows lack a target: how many, which, what to do."""
    if y.dtype.kind not in "fcO":
        return
    lacking = pd.isna(y).reshape(len(y), -1).any(axis=1) if y.ndim else pd.isna([y])
    if lacking.any():
        what = "NaN, None or another missing value" if y.dtype == object else "NaN"
        raise ValueError(
            f"Input y contains {what} in {lacking.sum():,} of {len(lacking):,} rows, "
            f"the first in row {lacking.argmax()}. Drop these rows of X and y (on the "
            "command line --drop-unlabelled does), or fit MultimodalSelfTraining, "
            "which also learns classes from rows without a label."
        )


#: What to do with several labels a row.
_ONE_LABEL = (
    "Fit one model a column, as sklearn.multioutput.MultiOutputClassifier(model) and "
    "ClassifierChain(model) do, or make each combination of labels a class."
)


def _refuse_sets(owner, y):
    """Raise ValueError where rows hold lists or sets of labels."""
    if sparse.issparse(y) or is_frame(y) or not hasattr(y, "__iter__"):
        return
    first = next(iter(y), None)
    if not isinstance(first, list | tuple | set | frozenset):
        return
    listed = isinstance(y, list | tuple) and isinstance(first, list | tuple)
    if not listed or len(set(map(len, y))) > 1:
        raise ValueError(
            f"{owner} takes one label a row, and the first row of y holds {first!r}. "
            "Make a column of 0 and 1 of each label with "
            f"sklearn.preprocessing.MultiLabelBinarizer. {_ONE_LABEL}"
        )


def check_labels(owner, y):
    """Return labels that `check_target` has passed: of classes, and one a row.

    Parameters
    ----------
    owner : str
        Who asks, for messages.
    y : ndarray

    Returns
    -------
    y : ndarray of shape (n_samples,)

    Raises
    ------
    ValueError
        For several columns of labels, for numbers that are no classes, and for
        objects that are not all texts.
    """
    if y.ndim != 1:
        raise ValueError(
            f"{owner} takes one label a row, got y of shape {y.shape}. {_ONE_LABEL}"
        )
    if y.dtype == object and not all(isinstance(label, str) for label in y):
        kinds = " and ".join(sorted({type(label).__name__ for label in y}))
        raise ValueError(
            f"Unknown label type: y holds objects of {kinds}, which are no classes to "
            f"{owner}; convert it, with y.astype(str), or y.astype(int) where all are "
            "whole numbers."
        )
    check_classification_targets(y)
    return y


def target_names(y):
    """Return the names of several targets, None where they come without any.

    Parameters
    ----------
    y : array-like or dataframe

    Returns
    -------
    names : tuple or None
    """
    several = is_frame(y) and y.shape[1] > 1
    return tuple(y.columns) if several else None


def _holds_times(y):
    if y.dtype != object:
        return y.dtype.kind in "mM"
    return pd.api.types.infer_dtype(y.ravel(), skipna=True) in _TIMES


def warn_of_order(X, y, name="y"):
    """Warn where rows of `X` and `y` have the same labels in different orders.

    Rows are taken as they stand, as scikit-learn does; labels that differ, or come
    twice, say nothing of who belongs together.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    y : array-like or None
    name : str, default="y"
        What `y` is, for the message.
    """
    one, other = getattr(X, "index", None), getattr(y, "index", None)
    both = isinstance(one, pd.Index) and isinstance(other, pd.Index)
    if not both or len(one) != len(other) or one.equals(other):
        return
    if not (one.is_unique and other.is_unique and other.isin(one).all()):
        return
    place = int(np.flatnonzero(one != other)[0])
    one, other = one[[place]].tolist()[0], other[[place]].tolist()[0]
    warnings.warn(
        f"X and {name} have the same index labels in different orders, and rows are "
        f"taken as they stand: row {place} of X is {one!r}, that of {name} is "
        f"{other!r}. Give {name}.loc[X.index] if labels tell what belongs together, "
        f"or {name}.to_numpy() if they do not.",
        UserWarning,
        stacklevel=2,
    )


def check_table_and_target(estimator, X, y):
    """Return `X` as a table and `y` as an array without missing values.

    That of a classifier holds one label a row.
    """
    name = type(estimator).__name__
    warn_of_order(X, y)
    X, y = as_table(X, name), check_target(name, y)
    return X, check_labels(name, y) if is_classifier(estimator) else y


def check_target_of_task(owner, y, *, classifier):
    """Return targets as a fit needs them.

    Parameters
    ----------
    owner : str
        Who asks, for messages.
    y : array-like or None
    classifier : bool or None
        Whether classes are predicted; None where nothing is, so that anything goes.

    Returns
    -------
    y : ndarray or None

    Raises
    ------
    ValueError
        For missing or infinite values and targets of the wrong type.
    """
    if classifier is None:
        return None if y is None else np.asarray(y)
    y = check_target(owner, y)
    if not classifier:
        return numeric_target(y)
    return check_labels(owner, y)


def _refuse_texts(y):
    """Raise ValueError where targets are texts that are no numbers as they stand."""
    y = np.asarray(y)
    if y.dtype.kind not in "OUST":
        return
    for value in y.ravel():
        if not isinstance(value, str):
            continue
        try:
            float(value)
        except ValueError as error:
            raise ValueError(
                f"Input y holds text such as {str(value)!r}, and a regressor needs "
                "numbers. Of numbers with a comma, pandas.read_csv(..., decimal=',') "
                "makes numbers; classes are for a classifier."
            ) from error


def numeric_target(y):
    """Return regression targets as floats of shape (n_samples,) or (n_samples, k).

    Raises
    ------
    ValueError
        For texts that are no numbers, and for infinite ones.
    """
    _refuse_texts(y)
    y = check_array(
        y, ensure_2d=False, allow_nd=False, dtype=np.float64, input_name="y"
    )
    if y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y, warn=True)
    return y


def check_classes(owner, y):
    """Raise ValueError where labels hold a single class."""
    classes = np.unique(y)
    if len(classes) < 2:
        raise ValueError(
            f"{owner} needs at least 2 classes, got one class: {classes.tolist()[0]!r}."
        )


def warn_of_one_class(y, weight):
    """Warn where all weight is on one of several classes.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
    weight : ndarray of shape (n_samples,) or None
    """
    if weight is None:
        return
    weighted = np.unique(y[weight > 0])
    if len(weighted) == 1 < len(np.unique(y)):
        warnings.warn(
            f"All of 'sample_weight' is on the class {weighted.tolist()[0]!r}: the "
            "other rows count for nothing, and nothing is learnt about their classes.",
            stacklevel=2,
        )


def warn_of_alike_classes(y):
    """Warn of classes that are written alike but for spaces or capitals.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
    """
    written = defaultdict(list)
    for label in np.unique(y).tolist():
        if isinstance(label, str):
            written[" ".join(label.split()).casefold()].append(label)
    alike = [labels for labels in written.values() if len(labels) > 1]
    if alike:
        names = "; ".join(" and ".join(map(repr, labels)) for labels in alike[:3])
        warnings.warn(
            "Classes differ in spaces or capitals only, and count as different ones: "
            f"{names}. Where they are one, write them alike.",
            stacklevel=2,
        )


def check_weight(sample_weight, n_rows):
    """Return weights as floats of shape (n_rows,), or None.

    Parameters
    ----------
    sample_weight : array-like of shape (n_rows,), number or None
    n_rows : int

    Raises
    ------
    ValueError
        For a wrong shape, negative or non-finite weights, or none above zero.
    """
    if sample_weight is None:
        return None
    try:
        given = np.asarray(sample_weight, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"The 'sample_weight' parameter must hold a number a row: {error}."
        ) from error
    if not np.any(given):
        raise ValueError(
            "Sample weights must contain at least one non-zero number; the "
            "'sample_weight' given is all zero."
        )
    return check_sample_weight(
        sample_weight, np.empty((n_rows, 1)), dtype=np.float64, ensure_non_negative=True
    )


def as_weight(weight, n_rows):
    """Return `weight`, or ones where it is None.

    Parameters
    ----------
    weight : ndarray of shape (n_rows,) or None
    n_rows : int
    """
    return np.ones(n_rows) if weight is None else weight


def check_groups(groups, X):
    """Return groups as an array of shape (n_rows,), or None.

    Parameters
    ----------
    groups : array-like of shape (n_rows,) or None
    X : table of shape (n_rows, n_columns), or anything else as long

    Raises
    ------
    ValueError
        For a name, another length than that of `X`, several columns, and rows whose
        group is missing.
    """
    if groups is None:
        return None
    if isinstance(groups, str):
        raise ValueError(
            "The 'groups' parameter must hold one label a row, got the text "
            f"{groups!r}. Give the column itself or, of a level of the table's index, "
            f"X.index.get_level_values({groups!r})."
        )
    check_consistent_length(X, groups)
    warn_of_order(X, groups, "groups")
    groups = row_values(groups)
    if groups.ndim != 1 and groups.shape[1:] != (1,):
        raise ValueError(
            "The 'groups' parameter must hold one label a row, got an array of shape "
            f"{groups.shape}. Join the columns into one label."
        )
    groups = groups.ravel()
    missing = np.flatnonzero(pd.isna(groups))
    if len(missing):
        raise ValueError(
            f"The 'groups' parameter holds {len(missing)} missing values (NaN, NaT or "
            f"None), the first in row {missing[0]}. Give each such row a group of its "
            "own, or leave it out."
        )
    return groups
