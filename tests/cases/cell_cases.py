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

#: Checks that feed numbers, which are neither pictures nor sound.
CHECKS_ON_NUMBERS = [
    "check_array_api_input",
    "check_dict_unchanged",
    "check_dont_overwrite_parameters",
    "check_dtype_object",
    "check_estimators_dtypes",
    "check_estimators_fit_returns_self",
    "check_estimators_overwrite_params",
    "check_estimators_pickle",
    "check_f_contiguous_array_estimator",
    "check_fit2d_1feature",
    "check_fit2d_1sample",
    "check_fit2d_predict1d",
    "check_fit_check_is_fitted",
    "check_fit_idempotent",
    "check_fit_score_takes_y",
    "check_methods_sample_order_invariance",
    "check_methods_subset_invariance",
    "check_n_features_in",
    "check_n_features_in_after_fitting",
    "check_pipeline_consistency",
    "check_positive_only_tag_during_fit",
    "check_readonly_memmap_input",
    "check_sample_weight_equivalence_on_dense_data",
    "check_sample_weights_list",
    "check_sample_weights_not_an_array",
    "check_sample_weights_not_overwritten",
    "check_sample_weights_pandas_series",
    "check_sample_weights_shape",
    "check_transformer_data_not_an_array",
    "check_transformer_general",
]


def feeds_numbers(estimator):
    """Return the checks that an extractor of pictures or sound cannot pass."""
    name = type(estimator).__name__
    why = f"feeds numbers, which {name} refuses: they are neither pictures nor sound"
    return dict.fromkeys(CHECKS_ON_NUMBERS, why)


def common_checks(estimator, expected_failed_checks=None):
    """Parametrise a test over scikit-learn's checks, by names that stay the same.

    Its own decorator writes an encoder's address into the names, and workers that
    collect other names than each other run nothing.
    """
    expected = (
        {} if expected_failed_checks is None else expected_failed_checks(estimator)
    )
    checks = estimator_checks.estimator_checks_generator(
        estimator, expected_failed_checks=expected, mark="xfail"
    )
    return pytest.mark.parametrize(("estimator", "check"), list(checks), ids=_id_of)


def _id_of(part):
    """Return the name of an estimator's class, or of a check and its options."""
    if not hasattr(part, "func"):
        return type(part).__name__
    options = [f"{name}={value}" for name, value in part.keywords.items()]
    return "-".join([part.func.__name__, *options])


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
