"""mmensemble: ensembles for tables that hold several modalities."""

from mmensemble._version import __version__
from mmensemble.ensemble import (
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
)
from mmensemble.fusion import (
    ConcatFusion,
    StackingFusion,
    VotingFusion,
    list_fusions,
)
from mmensemble.modality import stack_views

__all__ = [
    "ConcatFusion",
    "MultimodalClassifier",
    "MultimodalRegressor",
    "MultimodalTransformer",
    "StackingFusion",
    "VotingFusion",
    "__version__",
    "list_fusions",
    "stack_views",
]
