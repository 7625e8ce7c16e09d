"""scikit-learn's own checks of both estimators."""

import pytest
from sklearn.preprocessing import MaxAbsScaler
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import (
    estimator_checks_generator,
    parametrize_with_checks,
)

from mmensemble import CrossModalProjector, CrossModalRetriever
from mmensemble._compat import sklearn_version

MODALITIES = [
    ("first", MaxAbsScaler(), slice(0, 1)),
    ("second", "auto", slice(1, None)),
]
INSTANCES = [
    CrossModalProjector(MODALITIES, estimator="linear"),
    CrossModalRetriever(MODALITIES, blend=0.0),
]
#: Checks that scikit-learn 1.9 generates; other versions have others.
NUMBER_OF_CHECKS = {CrossModalProjector: 50, CrossModalRetriever: 38}
COPIES = (
    "penalties are chosen by leaving out single rows: of copies the others stay, "
    "and the one row with their weight is gone"
)
WHOLE = "predict gives the columns of modalities, not one number a row"
IDS = [type(instance).__name__ for instance in INSTANCES]
quiet = pytest.mark.filterwarnings(
    "ignore:Nothing in the other modalities",
    "ignore:X (does not have valid|has) feature names",
)


def expected_failed_checks(estimator):
    """Failures that are meant, each with its reason."""
    if isinstance(estimator, CrossModalProjector):
        return {
            "check_estimator_sparse_matrix": WHOLE,
            "check_estimator_sparse_array": WHOLE,
            "check_sample_weight_equivalence_on_dense_data": COPIES,
            "check_sample_weight_equivalence_on_sparse_data": COPIES,
        }
    return {}


@quiet
@parametrize_with_checks(INSTANCES, expected_failed_checks=expected_failed_checks)
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates."""
    check(estimator)


@pytest.mark.skipif(sklearn_version < (1, 9), reason="numbers are those of 1.9")
@pytest.mark.parametrize("estimator", INSTANCES, ids=IDS)
def test_number_of_checks(estimator):
    """No check gets lost: at least as many are collected as on the day of writing."""
    collected = sum(1 for _ in estimator_checks_generator(estimator))
    assert collected >= NUMBER_OF_CHECKS[type(estimator)]


BY_HAND = ["check_param_validation", "check_inplace_ensure_writeable"]
OF_TRANSFORMERS = [
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_get_feature_names_out_error",
    "check_set_output_transform",
    "check_set_output_transform_polars",
    "check_global_set_output_transform_polars",
]
ALL_BY_HAND = [
    pytest.param(instance, name, id=f"{case}-{name}")
    for case, instance in zip(IDS, INSTANCES, strict=True)
    for name in BY_HAND + OF_TRANSFORMERS * hasattr(instance, "transform")
]


@quiet
@pytest.mark.parametrize(("estimator", "name"), ALL_BY_HAND)
def test_checks_that_the_generator_leaves_out(estimator, name):
    """Those that scikit-learn runs on itself only.

    But for the order of columns, which does not matter here, and those on pandas
    output, which take it that a fit to an array returns arrays for frames.
    """
    getattr(estimator_checks, name)(type(estimator).__name__, estimator)
