"""Which modalities say the same, which complement each other, and what to drop."""

from mmensemble.analysis._modality_correlation import ModalityCorrelation
from mmensemble.analysis._pruner import CorrelationPruner

__all__ = ["CorrelationPruner", "ModalityCorrelation"]
