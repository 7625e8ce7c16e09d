"""scikit-learn's own checks, for what learns from several sources."""

import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import (
    estimator_checks_generator,
    parametrize_with_checks,
)

from mmensemble._compat import sklearn_version
from mmensemble.transfer import (
    DomainScaler,
    MultiSourceClassifier,
    MultiSourceRegressor,
)

INSTANCES = [
    MultiSourceClassifier(LogisticRegression()),
    MultiSourceRegressor(Ridge()),
    DomainScaler(),
]
NUMBER_OF_CHECKS = [60, 58, 46]
BY_HAND = [
    "check_dataframe_column_names_consistency",
    "check_param_validation",
    "check_inplace_ensure_writeable",
]
OF_TRANSFORMERS = [
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_get_feature_names_out_error",
    "check_set_output_transform",
    "check_set_output_transform_pandas",
    "check_set_output_transform_polars",
    "check_global_output_transform_pandas",
    "check_global_set_output_transform_polars",
]


@parametrize_with_checks(INSTANCES)
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates."""
    check(estimator)


@pytest.mark.skipif(sklearn_version < (1, 9), reason="numbers are those of 1.9")
@pytest.mark.parametrize("position", range(3))
def test_number_of_checks(position):
    """No check gets lost: at least as many are collected as on the day of writing."""
    collected = sum(1 for _ in estimator_checks_generator(INSTANCES[position]))
    assert collected >= NUMBER_OF_CHECKS[position]


@pytest.mark.filterwarnings("ignore:X (does not have valid|has) feature names")
@pytest.mark.parametrize("name", BY_HAND + OF_TRANSFORMERS)
@pytest.mark.parametrize("estimator", INSTANCES, ids=lambda e: type(e).__name__)
def test_checks_that_the_generator_leaves_out(estimator, name):
    """Those that scikit-learn runs on itself only."""
    if name in OF_TRANSFORMERS and not hasattr(estimator, "transform"):
        return
    getattr(estimator_checks, name)(type(estimator).__name__, estimator)
