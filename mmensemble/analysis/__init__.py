"""Which modalities say the same, which complement each other, and what to drop."""

from mmensemble.analysis._acquisition_curve import acquisition_curve
from mmensemble.analysis._acquisition_gains import acquisition_gains, next_acquisition
from mmensemble.analysis._ambiguity import regressor_diversity
from mmensemble.analysis._chunked_features import correlate_chunked
from mmensemble.analysis._chunked_sample import sample_chunks
from mmensemble.analysis._coalition_losses import coalition_entropy, coalition_losses
from mmensemble.analysis._diversity import Diversity, classifier_diversity
from mmensemble.analysis._feature_correlations import correlate_table
from mmensemble.analysis._feature_pairs import (
    MOST_PAIRS,
    OUTLIER_Z,
    FeatureCorrelations,
    choose_pairs,
    differing_pairs,
    strongest_pairs,
)
from mmensemble.analysis._feature_table import feature_frame
from mmensemble.analysis._modality_correlation import ModalityCorrelation
from mmensemble.analysis._pruner import CorrelationPruner
from mmensemble.analysis._readers import chunks_of
from mmensemble.analysis._shapley import (
    coalition_masks,
    coalition_predictions,
    contribution_frame,
    shapley_interactions,
    shapley_values,
)

__all__ = [
    "MOST_PAIRS",
    "OUTLIER_Z",
    "CorrelationPruner",
    "Diversity",
    "FeatureCorrelations",
    "ModalityCorrelation",
    "acquisition_curve",
    "acquisition_gains",
    "choose_pairs",
    "chunks_of",
    "classifier_diversity",
    "coalition_entropy",
    "coalition_losses",
    "coalition_masks",
    "coalition_predictions",
    "contribution_frame",
    "correlate_chunked",
    "correlate_table",
    "differing_pairs",
    "feature_frame",
    "next_acquisition",
    "regressor_diversity",
    "sample_chunks",
    "shapley_interactions",
    "shapley_values",
    "strongest_pairs",
]
