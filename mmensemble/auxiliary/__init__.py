"""Auxiliary information: tables joined as of a time, histories, metadata."""

from mmensemble.auxiliary._history import HistoryFeatures
from mmensemble.auxiliary._joiner import AuxiliaryJoiner
from mmensemble.auxiliary._metadata import MetadataFeatures

__all__ = ["AuxiliaryJoiner", "HistoryFeatures", "MetadataFeatures"]
