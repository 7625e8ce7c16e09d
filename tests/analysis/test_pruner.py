"""The pruner: scikit-learn's contract, what it drops, and that nothing leaks."""

import pytest
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from mmensemble.analysis import CorrelationPruner


@parametrize_with_checks(
    [CorrelationPruner(cv=3), CorrelationPruner(level="feature", method="spearman")]
)
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates."""
    check(estimator)


@pytest.mark.parametrize(
    "name",
    [
        "check_param_validation",
        "check_inplace_ensure_writeable",
        "check_dataframe_column_names_consistency",
        "check_transformer_get_feature_names_out",
        "check_transformer_get_feature_names_out_pandas",
        "check_get_feature_names_out_error",
        "check_set_output_transform",
        "check_set_output_transform_pandas",
        "check_set_output_transform_polars",
        "check_global_output_transform_pandas",
        "check_global_set_output_transform_polars",
    ],
)
def test_checks_that_the_generator_leaves_out(name):
    """The eleven that scikit-learn runs on itself only."""
    getattr(estimator_checks, name)("CorrelationPruner", CorrelationPruner(cv=3))
