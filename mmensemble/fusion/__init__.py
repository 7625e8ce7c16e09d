"""Fusions: one file a strategy, all behind one interface."""

from mmensemble.fusion._attention import AttentionFusion
from mmensemble.fusion._base import BaseFusion, FusionData, Member
from mmensemble.fusion._concat import ConcatFusion
from mmensemble.fusion._registry import FUSIONS, list_fusions, make_fusion
from mmensemble.fusion._stacking import StackingFusion
from mmensemble.fusion._voting import VotingFusion
from mmensemble.fusion._weighted import WeightedFusion

__all__ = [
    "FUSIONS",
    "AttentionFusion",
    "BaseFusion",
    "ConcatFusion",
    "FusionData",
    "Member",
    "StackingFusion",
    "VotingFusion",
    "WeightedFusion",
    "list_fusions",
    "make_fusion",
]
