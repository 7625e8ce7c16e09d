"""Auxiliary information: tables joined as of a time, histories, metadata."""

from mmensemble.auxiliary._history import HistoryFeatures
from mmensemble.auxiliary._joiner import AuxiliaryJoiner

__all__ = ["AuxiliaryJoiner", "HistoryFeatures"]
