"""Targets, checked with messages that scikit-learn's users know."""

import numpy as np
import pandas as pd
from sklearn.utils import check_array, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import assert_all_finite

from mmensemble._frame import as_table


def check_target(estimator, X, y):
    """Return `X` as a table and `y` as an array without missing values.

    Raises
    ------
    ValueError
        When `y` is None or holds missing or infinite values.
    """
    name = type(estimator).__name__
    return as_table(X, name), complete_target(name, y)


def complete_target(name, y):
    """Return `y` as an array without missing values; `name` is who asks."""
    if y is None:
        raise ValueError(f"{name} requires y to be passed, but the target y is None.")
    y = np.asarray(y)
    if y.dtype == object and pd.isna(y).any():
        raise ValueError("Input y contains NaN, None or another missing value.")
    assert_all_finite(y, input_name="y")
    return y


def checked_target(name, y, *, classifier):
    """Return targets as a fit needs them.

    Parameters
    ----------
    name : str
        Of who asks, for messages.
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
    y = complete_target(name, y)
    if not classifier:
        return numeric_target(y)
    check_classification_targets(y)
    return column_or_1d(y, warn=True)


def check_classes(name, y):
    """Raise ValueError where labels hold a single class."""
    classes = np.unique(y)
    if len(classes) < 2:
        raise ValueError(
            f"{name} needs at least 2 classes, got one class: {classes.tolist()[0]!r}."
        )


def numeric_target(y):
    """Return regression targets as floats of shape (n_samples,) or (n_samples, k)."""
    y = check_array(
        y, ensure_2d=False, allow_nd=False, dtype=np.float64, input_name="y"
    )
    if y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y, warn=True)
    return y
