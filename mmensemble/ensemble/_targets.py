"""Targets, checked with messages that scikit-learn's users know."""

import numpy as np
import pandas as pd
from sklearn.utils import check_array, column_or_1d
from sklearn.utils.validation import assert_all_finite

from mmensemble._frame import as_table


def check_target(estimator, X, y):
    """Return `X` as a table and `y` as an array without missing values.

    Raises
    ------
    ValueError
        When `y` is None or holds missing or infinite values.
    """
    X = as_table(X, type(estimator).__name__)
    if y is None:
        raise ValueError(
            f"{type(estimator).__name__} requires y to be passed, but the target y is "
            "None."
        )
    y = np.asarray(y)
    if y.dtype == object and pd.isna(y).any():
        raise ValueError("Input y contains NaN, None or another missing value.")
    assert_all_finite(y, input_name="y")
    return X, y


def numeric_target(y):
    """Return regression targets as floats of shape (n_samples,) or (n_samples, k)."""
    y = check_array(
        y, ensure_2d=False, allow_nd=False, dtype=np.float64, input_name="y"
    )
    if y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y, warn=True)
    return y
