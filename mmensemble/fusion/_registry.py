"""Short names of the fusions, and the table of them."""

import pandas as pd

from mmensemble.fusion._lookup import FUSIONS
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

FUSIONS |= {
    "attention": AttentionFusion,
    "auto": AutoFusion,
    "concat": ConcatFusion,
    "dynamic": DynamicFusion,
    "evidence": EvidenceFusion,
    "feature_gating": FeatureGatingFusion,
    "gating": GatingFusion,
    "hybrid": HybridFusion,
    "kernel": KernelFusion,
    "selection": SelectionFusion,
    "shared": SharedSpaceFusion,
    "cooperative": CooperativeFusion,
    "stacking": StackingFusion,
    "voting": VotingFusion,
    "weighted": WeightedFusion,
}


def list_fusions():
    """Return the table of fusions.

    Returns
    -------
    table : DataFrame
        One row a short name: `class`, `level`, `needs`, `tasks`, `reference`
        and `when` to use it.

    Examples
    --------
    >>> from mmensemble import list_fusions
    >>> list_fusions().loc["voting", "level"]
    'decision'
    """
    rows = {
        name: {
            "class": cls.__name__,
            "level": cls.level,
            "needs": ", ".join(sorted(cls().needs)),
            "tasks": ", ".join(cls.tasks),
            "reference": cls.reference,
            "when": cls.when,
        }
        for name, cls in FUSIONS.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")
