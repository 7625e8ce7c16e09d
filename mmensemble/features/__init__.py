"""Extractors for one modality: a 2-D table in, 2-D numbers and names out."""

from mmensemble.features._auto import AutoExtractor
from mmensemble.features.cells._audio import AudioExtractor
from mmensemble.features.cells._frozen import FrozenEncoder
from mmensemble.features.cells._image import ImageExtractor
from mmensemble.features.cells._series import SeriesExtractor
from mmensemble.features.cells._statistics import text_statistics
from mmensemble.features.cells._text_cells import TextExtractor

__all__ = [
    "AudioExtractor",
    "AutoExtractor",
    "FrozenEncoder",
    "ImageExtractor",
    "SeriesExtractor",
    "TextExtractor",
    "text_statistics",
]
