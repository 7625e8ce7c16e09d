"""Augmentation: changed copies of training rows, made inside every fold."""

from mmensemble.augmentation._augmenter import AugmentedRows, MultimodalAugmenter
from mmensemble.augmentation._oversample import Oversample
from mmensemble.augmentation._pictures import ImageChanges, Mosaic
from mmensemble.augmentation._steps import (
    CutMixModality,
    DropModality,
    Jitter,
    MixUp,
    SwapModality,
)
from mmensemble.augmentation._texts import TextEdits
from mmensemble.augmentation._wordnet import read_wordnet

__all__ = [
    "AugmentedRows",
    "CutMixModality",
    "DropModality",
    "ImageChanges",
    "Jitter",
    "MixUp",
    "Mosaic",
    "MultimodalAugmenter",
    "Oversample",
    "SwapModality",
    "TextEdits",
    "read_wordnet",
]
