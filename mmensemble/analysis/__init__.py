"""Which modalities say the same, which complement each other, and what to drop."""

from mmensemble.analysis._chunked_features import correlate_chunked
from mmensemble.analysis._chunked_sample import sample_chunks
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

__all__ = [
    "MOST_PAIRS",
    "OUTLIER_Z",
    "CorrelationPruner",
    "FeatureCorrelations",
    "ModalityCorrelation",
    "choose_pairs",
    "chunks_of",
    "correlate_chunked",
    "correlate_table",
    "differing_pairs",
    "feature_frame",
    "sample_chunks",
    "strongest_pairs",
]
