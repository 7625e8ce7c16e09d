"""Fusions: one file a strategy, all behind one interface."""

from mmensemble.fusion._base import BaseFusion, FusionData, Member
from mmensemble.fusion._lookup import list_fusions, make_fusion
from mmensemble.fusion.both._auto import AutoFusion
from mmensemble.fusion.both._hybrid import HybridFusion
from mmensemble.fusion.decision._evidence import EvidenceFusion
from mmensemble.fusion.decision._gating import GatingFusion
from mmensemble.fusion.decision._selection import SelectionFusion
from mmensemble.fusion.decision._stacking import StackingFusion
from mmensemble.fusion.decision._voting import VotingFusion
from mmensemble.fusion.decision.dynamic._dynamic import DynamicFusion
from mmensemble.fusion.feature._concat import ConcatFusion
from mmensemble.fusion.feature._feature_gating import FeatureGatingFusion
from mmensemble.fusion.feature._shared import SharedSpaceFusion
from mmensemble.fusion.feature._weighted import WeightedFusion
from mmensemble.fusion.feature.attention._attention import AttentionFusion
from mmensemble.fusion.feature.cooperative._cooperative import CooperativeFusion
from mmensemble.fusion.feature.kernel._kernel import KernelFusion

__all__ = [
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
