"""Which modalities say the same, which complement each other, and what to drop."""

from mmensemble.analysis.coalitions._acquisition_curve import acquisition_curve
from mmensemble.analysis.coalitions._acquisition_gains import (
    acquisition_gains,
    next_acquisition,
)
from mmensemble.analysis.coalitions._shapley import shapley_interactions, shapley_values
from mmensemble.analysis.columns._associations import associate
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
    "Correlation",
    "CorrelationPruner",
    "Diversity",
    "ModalityCorrelation",
    "PearsonAccumulator",
    "RankTables",
    "SparseCorrelation",
    "acquisition_curve",
    "acquisition_gains",
    "adjust_pvalues",
    "associate",
    "classifier_diversity",
    "correlate",
    "correlate_chunks",
    "fisher_interval",
    "next_acquisition",
    "permutation_pvalues",
    "regressor_diversity",
    "shapley_interactions",
    "shapley_values",
]
