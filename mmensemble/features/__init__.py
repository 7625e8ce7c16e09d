"""Extractors for one modality: a 2-D table in, 2-D numbers and names out."""

from mmensemble.features._auto import AutoExtractor

__all__ = ["AutoExtractor"]
