"""Which modalities say the same, which complement each other, and what to drop."""

from mmensemble.analysis._ambiguity import regressor_diversity
from mmensemble.analysis._diversity import Diversity, classifier_diversity
from mmensemble.analysis._modality_correlation import ModalityCorrelation
from mmensemble.analysis._pruner import CorrelationPruner
from mmensemble.analysis._shapley import (
    coalition_masks,
    coalition_predictions,
    contribution_frame,
    shapley_interactions,
    shapley_values,
)

__all__ = [
    "CorrelationPruner",
    "Diversity",
    "ModalityCorrelation",
    "classifier_diversity",
    "coalition_masks",
    "coalition_predictions",
    "contribution_frame",
    "regressor_diversity",
    "shapley_interactions",
    "shapley_values",
]
