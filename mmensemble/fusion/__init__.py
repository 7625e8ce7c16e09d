"""Fusions: one file a strategy, all behind one interface."""

from mmensemble.fusion._auto import AutoFusion
from mmensemble.fusion._base import BaseFusion, FusionData, Member
from mmensemble.fusion._concat import ConcatFusion
from mmensemble.fusion._hybrid import HybridFusion
from mmensemble.fusion._lookup import make_fusion
from mmensemble.fusion._registry import FUSIONS, list_fusions
from mmensemble.fusion._selection import SelectionFusion
from mmensemble.fusion._stacking import StackingFusion
from mmensemble.fusion._voting import VotingFusion

__all__ = [
    "FUSIONS",
    "AutoFusion",
    "BaseFusion",
    "ConcatFusion",
    "FusionData",
    "HybridFusion",
    "Member",
    "SelectionFusion",
    "StackingFusion",
    "VotingFusion",
    "list_fusions",
    "make_fusion",
]
