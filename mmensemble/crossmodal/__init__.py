"""From one modality to another: projection and retrieval over one table."""

from mmensemble.crossmodal._projector import CrossModalProjector

__all__ = ["CrossModalProjector"]
