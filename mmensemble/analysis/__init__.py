"""Which modalities say the same, which complement each other, and what to drop."""

from mmensemble.analysis._acquisition_curve import acquisition_curve
from mmensemble.analysis._acquisition_gains import acquisition_gains, next_acquisition
from mmensemble.analysis._ambiguity import regressor_diversity
from mmensemble.analysis._coalition_losses import coalition_entropy, coalition_losses
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
    "acquisition_curve",
    "acquisition_gains",
    "classifier_diversity",
    "coalition_entropy",
    "coalition_losses",
    "coalition_masks",
    "coalition_predictions",
    "contribution_frame",
    "next_acquisition",
    "regressor_diversity",
    "shapley_interactions",
    "shapley_values",
]
