"""mmensemble: ensembles for tables that hold several modalities."""

from mmensemble._version import __version__
from mmensemble.analysis import CorrelationPruner, ModalityCorrelation
from mmensemble.display import ModalityCorrelationDisplay, PresenceDisplay
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
from mmensemble.model_selection import FusionComparison, FusionSearchCV, compare_fusions
from mmensemble.report import CorrelationReport, correlation_report

__all__ = [
    "ConcatFusion",
    "CorrelationPruner",
    "CorrelationReport",
    "FusionComparison",
    "FusionSearchCV",
    "ModalityCorrelation",
    "ModalityCorrelationDisplay",
    "MultimodalClassifier",
    "MultimodalRegressor",
    "MultimodalTransformer",
    "PresenceDisplay",
    "StackingFusion",
    "VotingFusion",
    "__version__",
    "compare_fusions",
    "correlation_report",
    "list_fusions",
    "stack_views",
]
