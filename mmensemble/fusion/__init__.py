"""Fusions: one file a strategy, all behind one interface."""

from mmensemble.fusion._attention import AttentionFusion
from mmensemble.fusion._auto import AutoFusion
from mmensemble.fusion._base import BaseFusion, FusionData, Member
from mmensemble.fusion._concat import ConcatFusion
from mmensemble.fusion._cooperative import CooperativeFusion
from mmensemble.fusion._dynamic import DynamicFusion
from mmensemble.fusion._evidence import EvidenceFusion
from mmensemble.fusion._feature_gating import FeatureGatingFusion
from mmensemble.fusion._gating import GatingFusion
from mmensemble.fusion._hybrid import HybridFusion
from mmensemble.fusion._kernel import KernelFusion
from mmensemble.fusion._lookup import make_fusion
from mmensemble.fusion._registry import FUSIONS, list_fusions
from mmensemble.fusion._selection import SelectionFusion
from mmensemble.fusion._shared_space import SharedSpaceFusion
from mmensemble.fusion._stacking import StackingFusion
from mmensemble.fusion._voting import VotingFusion
from mmensemble.fusion._weighted import WeightedFusion

__all__ = [
    "FUSIONS",
    "AttentionFusion",
    "AutoFusion",
    "BaseFusion",
    "ConcatFusion",
    "CooperativeFusion",
    "DynamicFusion",
    "EvidenceFusion",
    "FeatureGatingFusion",
    "FusionData",
    "GatingFusion",
    "HybridFusion",
    "KernelFusion",
    "Member",
    "SelectionFusion",
    "SharedSpaceFusion",
    "StackingFusion",
    "VotingFusion",
    "WeightedFusion",
    "list_fusions",
    "make_fusion",
]
