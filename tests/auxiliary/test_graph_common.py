"""scikit-learn's own checks, for what takes a graph."""

import numpy as np
import pytest
from graph_cases import FAMILY
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import (
    estimator_checks_generator,
    parametrize_with_checks,
)

from mmensemble._compat import sklearn_version
from mmensemble.auxiliary import GraphEmbedder, KnowledgeGraph, NeighbourFeatures

RING = np.array([[i, 0, (i + 1) % 7] for i in range(7)])
INSTANCES = [
    GraphEmbedder(RING, on=0, method="walks", n_components=2),
    GraphEmbedder(FAMILY, on=0, n_components=2),
    NeighbourFeatures(RING[:, [0, 2]], on=0, columns=[0]),
]
NUMBER_OF_CHECKS = [45, 45, 45]
#: Those that need no table, which a link predictor does not take.
WITHOUT_TABLE = [
    "check_param_validation",
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_no_attributes_set_in_init",
    "check_get_params_invariance",
    "check_set_params",
    "check_mixin_order",
    "check_parameters_default_constructible",
]
BY_HAND = [
    "check_param_validation",
    "check_inplace_ensure_writeable",
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_get_feature_names_out_error",
    "check_set_output_transform",
    "check_set_output_transform_pandas",
    "check_set_output_transform_polars",
    "check_global_output_transform_pandas",
    "check_global_set_output_transform_polars",
]


@pytest.mark.filterwarnings("ignore:No training row has an entity")
@parametrize_with_checks(INSTANCES)
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates."""
    check(estimator)


@pytest.mark.skipif(sklearn_version < (1, 9), reason="numbers are those of 1.9")
@pytest.mark.parametrize(
    ("estimator", "number"), list(zip(INSTANCES, NUMBER_OF_CHECKS, strict=True))
)
def test_number_of_checks(estimator, number):
    """No check gets lost: at least as many are collected as on the day of writing."""
    assert sum(1 for _ in estimator_checks_generator(estimator)) >= number


@pytest.mark.filterwarnings("ignore:No training row has an entity")
@pytest.mark.filterwarnings("ignore:X (does not have valid|has) feature names")
@pytest.mark.parametrize("name", BY_HAND)
@pytest.mark.parametrize("estimator", INSTANCES, ids=["walks", "closure", "means"])
def test_checks_that_the_generator_leaves_out(estimator, name):
    """Those that scikit-learn runs on itself; columns may be in any order here."""
    getattr(estimator_checks, name)(type(estimator).__name__, estimator)


@pytest.mark.parametrize("name", WITHOUT_TABLE)
def test_checks_of_the_link_predictor(name):
    """Its parameters keep the contract; scikit-learn has no check for triples."""
    check = getattr(estimator_checks, name)
    check("KnowledgeGraph", KnowledgeGraph(n_components=2, penalty=0.1, max_iter=2))
