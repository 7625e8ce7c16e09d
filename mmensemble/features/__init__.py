"""Extractors for one modality: a 2-D table in, 2-D numbers and names out."""

from mmensemble.features._auto import AutoExtractor
from mmensemble.features.cells._series import SeriesExtractor

__all__ = ["AutoExtractor", "SeriesExtractor"]
