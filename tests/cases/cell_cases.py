"""Tables of cells, encoders that are none, and the checks that extractors run."""

import numpy as np
import pandas as pd
import pytest
from sklearn.utils import estimator_checks

#: Checks that third parties call by hand.
CHECKS_LEFT_OUT = [
    "check_param_validation",
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_get_feature_names_out_error",
    "check_set_output_transform",
    "check_set_output_transform_pandas",
    "check_set_output_transform_polars",
    "check_global_output_transform_pandas",
    "check_global_set_output_transform_polars",
    "check_inplace_ensure_writeable",
]


def run_check(estimator, check):
    """Run a check of scikit-learn, that of the array API too."""
    if getattr(check, "func", check).__name__ != "check_array_api_input":
        check(estimator)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCIPY_ARRAY_API", "1")
        check(estimator)


def run_check_left_out(name, estimator):
    """Run a check that the generator leaves out."""
    getattr(estimator_checks, name)(type(estimator).__name__, estimator)


def one_column(cells, name="cell"):
    """Return a frame of one column of objects."""
    column = np.empty(len(cells), dtype=object)
    for row, cell in enumerate(cells):
        column[row] = cell
    return pd.DataFrame({name: column})


class CountingEncoder:
    """Encode any cell by its length and the number of its distinct pieces."""

    seen = []

    @classmethod
    def reset(cls):
        """Forget what was seen."""
        cls.seen.clear()


def count_pieces(cells):
    """Return two numbers a cell, and note the cells."""
    CountingEncoder.seen.extend(cells)
    return [[len(str(cell)), len(set(str(cell)))] for cell in cells]


def too_few(cells):
    """Return a row less than there are cells."""
    return np.zeros((len(cells) - 1, 2))


def not_finite(cells):
    """Return what is no number."""
    return np.full((len(cells), 2), np.nan)


def mean_colour(pictures):
    """Return the mean of each channel."""
    return np.stack([picture.mean(axis=(0, 1)) for picture in pictures])


def loudness(clips):
    """Return the root mean square of each clip, and its length."""
    return [[np.sqrt(np.mean(clip**2)), len(clip)] for clip in clips]
