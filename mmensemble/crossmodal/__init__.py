"""From one modality to another: projection and retrieval over one table."""

from mmensemble.crossmodal._projector import CrossModalProjector
from mmensemble.crossmodal._retriever import CrossModalRetriever
from mmensemble.crossmodal._scores import retrieval_scores

__all__ = ["CrossModalProjector", "CrossModalRetriever", "retrieval_scores"]
