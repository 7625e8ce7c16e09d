"""mmensemble: ensembles for tables that hold several modalities."""

from mmensemble._version import __version__
from mmensemble.analysis import CorrelationPruner, ModalityCorrelation
from mmensemble.display import PresenceDisplay
from mmensemble.ensemble import (
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
)
from mmensemble.fusion import (
    AutoFusion,
    ConcatFusion,
    HybridFusion,
    SelectionFusion,
    StackingFusion,
    VotingFusion,
    list_fusions,
)
from mmensemble.modality import stack_views

__all__ = [
    "AutoFusion",
    "ConcatFusion",
    "CorrelationPruner",
    "HybridFusion",
    "ModalityCorrelation",
    "MultimodalClassifier",
    "MultimodalRegressor",
    "MultimodalTransformer",
    "PresenceDisplay",
    "SelectionFusion",
    "StackingFusion",
    "VotingFusion",
    "__version__",
    "list_fusions",
    "stack_views",
]
