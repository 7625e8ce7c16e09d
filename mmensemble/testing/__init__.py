"""Our own checks for estimators and fusions, beside scikit-learn's."""

from mmensemble.testing._estimator_checks import (
    check_multimodal_estimator,
    multimodal_checks,
)
from mmensemble.testing._fusion_checks import check_fusion, fusion_checks

__all__ = [
    "check_fusion",
    "check_multimodal_estimator",
    "fusion_checks",
    "multimodal_checks",
]
