"""scikit-learn's own checks, for every estimator with every fusion."""

from unittest import SkipTest

import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import estimator_checks_generator

from mmensemble import (
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
)
from mmensemble._compat import sklearn_version
from mmensemble.fusion import (
    AttentionFusion,
    AutoFusion,
    CooperativeFusion,
    DynamicFusion,
    KernelFusion,
    WeightedFusion,
)
from mmensemble.fusion._lookup import named_fusions

FUSIONS = named_fusions()
LEARNERS = {
    MultimodalClassifier: LogisticRegression,
    MultimodalRegressor: Ridge,
    MultimodalTransformer: LogisticRegression,
}
OUT_OF_FOLD = (
    "fit_transform returns out-of-fold predictions, on purpose, as TargetEncoder does"
)

NEIGHBOURS = (
    "a neighbourhood is a number of rows, so that the unit of weights does not matter"
)
COPIES_IN_FOLDS = (
    "the penalty is chosen by folds, over which copies of a row are spread, and the "
    "one row with their weight is not"
)
EVERYWHERE = (MultimodalClassifier, MultimodalRegressor, MultimodalTransformer)
#: Where a row of weight two is not two rows, and why.
WEIGHTS_ARE_NO_COPIES = {
    AttentionFusion: (EVERYWHERE, COPIES_IN_FOLDS),
    AutoFusion: ((MultimodalClassifier,), COPIES_IN_FOLDS),
    CooperativeFusion: (
        (MultimodalClassifier, MultimodalTransformer),
        COPIES_IN_FOLDS,
    ),
    DynamicFusion: ((MultimodalClassifier,), NEIGHBOURS),
    KernelFusion: ((MultimodalClassifier,), COPIES_IN_FOLDS),
    WeightedFusion: (EVERYWHERE, COPIES_IN_FOLDS),
}


def make(cls, fusion):
    """A small instance: two modalities, columns as slices."""
    learner = LEARNERS[cls]
    modalities = [
        ("first", StandardScaler(), slice(0, 1)),
        ("second", "auto", slice(0, None)),
    ]
    return cls(
        modalities,
        fusion=FUSIONS[fusion](),
        estimator=learner(),
        cv=3,
    )


#: Checks that scikit-learn 1.9 generates; other versions have others.
NUMBER_OF_CHECKS = {
    MultimodalClassifier: 61,
    MultimodalRegressor: 59,
    MultimodalTransformer: 53,
}


def serves(fusion, cls):
    """Tell whether a fusion works in an estimator of this class."""
    if cls is MultimodalTransformer:
        return hasattr(fusion, "_transform")
    task = "classification" if cls is MultimodalClassifier else "regression"
    return task in fusion.tasks


CASES = [
    (cls, name) for cls in LEARNERS for name in FUSIONS if serves(FUSIONS[name], cls)
]
INSTANCES = [make(cls, fusion) for cls, fusion in CASES]


def expected_failed_checks(estimator):
    """Failures that are meant, each with its reason."""
    classes, reason = WEIGHTS_ARE_NO_COPIES.get(type(estimator.fusion), ((), ""))
    if isinstance(estimator, classes):
        return {"check_sample_weight_equivalence_on_dense_data": reason}
    decides = "predictions" in estimator.fusion.needs
    if decides and isinstance(estimator, MultimodalTransformer):
        return {
            "check_transformer_general": OUT_OF_FOLD,
            "check_transformer_data_not_an_array": OUT_OF_FOLD,
        }
    return {}


#: One fusion of decisions and one of features answer, for all, the checks of what
#: comes before any fusion: the table, the target, weights, parameters and tags.
BEFORE_ANY_FUSION = (
    "check_array_api_input",
    "check_classifier_data_not_an_array",
    "check_classifiers_regression_target",
    "check_complex_data",
    "check_dtype_object",
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_sparse_array",
    "check_estimator_sparse_matrix",
    "check_estimator_sparse_tag",
    "check_estimator_tags_renamed",
    "check_estimators_empty_data_messages",
    "check_estimators_fit_returns_self",
    "check_estimators_overwrite_params",
    "check_f_contiguous_array_estimator",
    "check_fit1d",
    "check_fit2d_predict1d",
    "check_get_params_invariance",
    "check_global_output_transform_pandas",
    "check_global_set_output_transform_polars",
    "check_mixin_order",
    "check_n_features_in",
    "check_n_features_in_after_fitting",
    "check_no_attributes_set_in_init",
    "check_pipeline_consistency",
    "check_positive_only_tag_during_fit",
    "check_readonly_memmap_input",
    "check_regressor_data_not_an_array",
    "check_requires_y_none",
    "check_sample_weights_list",
    "check_sample_weights_not_an_array",
    "check_sample_weights_pandas_series",
    "check_sample_weights_shape",
    "check_set_output_transform_pandas",
    "check_set_output_transform_polars",
    "check_set_params",
    "check_supervised_y_2d",
    "check_supervised_y_no_nan",
    "check_transformer_data_not_an_array",
    "check_valid_tag_types",
)
FOR_ALL = ("voting", "concat")
IDS = [f"{cls.__name__}-{fusion}" for cls, fusion in CASES]


def asked(fusion, check):
    """Tell whether a check is asked of the classes with a fusion."""
    return fusion in FOR_ALL or check not in BEFORE_ANY_FUSION


def generated():
    """Yield the checks that scikit-learn generates, of each class and fusion."""
    for (_, fusion), name, instance in zip(CASES, IDS, INSTANCES, strict=True):
        expected = expected_failed_checks(instance)
        for estimator, check in estimator_checks_generator(instance):
            wanted = check.func.__name__
            if not asked(fusion, wanted):
                continue
            reason = expected.get(wanted)
            marks = [pytest.mark.xfail(reason=reason)] if reason else []
            options = ",".join(f"{k}={v}" for k, v in check.keywords.items())
            label = f"{name}-{wanted}({options})" if options else f"{name}-{wanted}"
            yield pytest.param(estimator, check, id=label, marks=marks)


@pytest.mark.filterwarnings("ignore:The least populated class in y")
@pytest.mark.parametrize(("estimator", "check"), generated())
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates."""
    try:
        check(estimator)
    except SkipTest as reason:
        pytest.skip(str(reason))


@pytest.mark.skipif(sklearn_version < (1, 9), reason="names are those of 1.9")
def test_checks_asked_once_are_generated():
    """No name is written wrongly, or gone, in the list of them."""
    names = {
        check.func.__name__
        for instance in INSTANCES
        for _, check in estimator_checks_generator(instance)
    }
    assert {*BEFORE_ANY_FUSION} - names <= {*BY_HAND, *OF_TRANSFORMERS}


@pytest.mark.skipif(sklearn_version < (1, 9), reason="numbers are those of 1.9")
@pytest.mark.parametrize(("cls", "fusion"), CASES)
def test_number_of_checks(cls, fusion):
    """No check gets lost: at least as many are collected as on the day of writing."""
    collected = sum(1 for _ in estimator_checks_generator(make(cls, fusion)))
    assert collected >= NUMBER_OF_CHECKS[cls]


BY_HAND = ["check_param_validation", "check_inplace_ensure_writeable"]
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


ALL_BY_HAND = [
    pytest.param(instance, name, id=f"{case}-{name}")
    for (_, fusion), case, instance in zip(CASES, IDS, INSTANCES, strict=True)
    for name in BY_HAND + OF_TRANSFORMERS * hasattr(instance, "transform")
    if asked(fusion, name)
]


@pytest.mark.filterwarnings("ignore:The least populated class in y")
@pytest.mark.filterwarnings("ignore:X (does not have valid|has) feature names")
@pytest.mark.parametrize(("estimator", "name"), ALL_BY_HAND)
def test_checks_that_the_generator_leaves_out(estimator, name):
    """Those of the eleven that scikit-learn runs on itself only, but one."""
    getattr(estimator_checks, name)(type(estimator).__name__, estimator)


@pytest.mark.filterwarnings("ignore:The least populated class in y")
@pytest.mark.parametrize("estimator", INSTANCES, ids=IDS)
def test_column_names_check_fails_only_for_reordering(estimator):
    """The eleventh wants reordered frames refused; ours are addressed by name.

    It stops at its first case, the reversed columns: names are set, and wide of
    that frames are read as ColumnTransformer reads them.
    """
    check = estimator_checks.check_dataframe_column_names_consistency
    with pytest.raises(AssertionError, match="did not raise"):
        check(type(estimator).__name__, estimator)
