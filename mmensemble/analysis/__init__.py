"""Which modalities say the same, which complement each other, and what to drop."""

from mmensemble.analysis.coalitions._acquisition_curve import acquisition_curve
from mmensemble.analysis.coalitions._acquisition_gains import (
    acquisition_gains,
    next_acquisition,
)
from mmensemble.analysis.coalitions._coalition_losses import (
    coalition_entropy,
    coalition_losses,
)
from mmensemble.analysis.coalitions._shapley import (
    coalition_masks,
    coalition_predictions,
    contribution_frame,
    shapley_interactions,
    shapley_values,
)
from mmensemble.analysis.columns._chunked_features import correlate_chunked
from mmensemble.analysis.columns._feature_correlations import correlate_table
from mmensemble.analysis.columns._feature_pairs import (
    MOST_PAIRS,
    OUTLIER_Z,
    FeatureCorrelations,
    choose_pairs,
    differing_pairs,
    strongest_pairs,
)
from mmensemble.analysis.columns._feature_table import feature_frame
from mmensemble.analysis.matrix._chunk_readers import chunks_of
from mmensemble.analysis.matrix._chunked_sample import sample_chunks
from mmensemble.analysis.matrix._correlate import (
    Correlation,
    SparseCorrelation,
    correlate,
)
from mmensemble.analysis.matrix._inference import (
    adjust_pvalues,
    fisher_interval,
    permutation_pvalues,
)
from mmensemble.analysis.matrix._streaming import (
    PearsonAccumulator,
    RankTables,
    correlate_chunks,
)
from mmensemble.analysis.members._ambiguity import regressor_diversity
from mmensemble.analysis.members._diversity import Diversity, classifier_diversity
from mmensemble.analysis.modalities._modality_correlation import ModalityCorrelation
from mmensemble.analysis.pruning._pruner import CorrelationPruner

__all__ = [
    "MOST_PAIRS",
    "OUTLIER_Z",
    "Correlation",
    "CorrelationPruner",
    "Diversity",
    "FeatureCorrelations",
    "ModalityCorrelation",
    "PearsonAccumulator",
    "RankTables",
    "SparseCorrelation",
    "acquisition_curve",
    "acquisition_gains",
    "adjust_pvalues",
    "choose_pairs",
    "chunks_of",
    "classifier_diversity",
    "coalition_entropy",
    "coalition_losses",
    "coalition_masks",
    "coalition_predictions",
    "contribution_frame",
    "correlate",
    "correlate_chunked",
    "correlate_chunks",
    "correlate_table",
    "differing_pairs",
    "feature_frame",
    "fisher_interval",
    "next_acquisition",
    "permutation_pvalues",
    "regressor_diversity",
    "sample_chunks",
    "shapley_interactions",
    "shapley_values",
    "strongest_pairs",
]
