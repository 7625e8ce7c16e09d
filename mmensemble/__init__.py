"""mmensemble: ensembles for tables that hold several modalities."""

from mmensemble._version import __version__
from mmensemble.analysis import CorrelationPruner, ModalityCorrelation
from mmensemble.auxiliary import AuxiliaryJoiner
from mmensemble.crossmodal import CrossModalProjector, CrossModalRetriever
from mmensemble.display import ModalityCorrelationDisplay, PresenceDisplay
from mmensemble.ensemble import (
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
    SharedSpace,
)
from mmensemble.fusion import (
    AttentionFusion,
    AutoFusion,
    ConcatFusion,
    CooperativeFusion,
    DynamicFusion,
    EvidenceFusion,
    FeatureGatingFusion,
    GatingFusion,
    HybridFusion,
    KernelFusion,
    SelectionFusion,
    SharedSpaceFusion,
    StackingFusion,
    VotingFusion,
    WeightedFusion,
    list_fusions,
)
from mmensemble.modality import stack_views
from mmensemble.model_selection import (
    FusionSearchCV,
    compare_fusions,
    modality_contributions,
)
from mmensemble.report import CorrelationReport, correlation_report
from mmensemble.semi_supervised import CoTraining, MultimodalSelfTraining
from mmensemble.transfer import DistilledClassifier, DistilledRegressor

__all__ = [
    "AttentionFusion",
    "AutoFusion",
    "AuxiliaryJoiner",
    "CoTraining",
    "ConcatFusion",
    "CooperativeFusion",
    "CorrelationPruner",
    "CorrelationReport",
    "CrossModalProjector",
    "CrossModalRetriever",
    "DistilledClassifier",
    "DistilledRegressor",
    "DynamicFusion",
    "EvidenceFusion",
    "FeatureGatingFusion",
    "FusionSearchCV",
    "GatingFusion",
    "HybridFusion",
    "KernelFusion",
    "ModalityCorrelation",
    "ModalityCorrelationDisplay",
    "MultimodalClassifier",
    "MultimodalRegressor",
    "MultimodalSelfTraining",
    "MultimodalTransformer",
    "PresenceDisplay",
    "SelectionFusion",
    "SharedSpace",
    "SharedSpaceFusion",
    "StackingFusion",
    "VotingFusion",
    "WeightedFusion",
    "__version__",
    "compare_fusions",
    "correlation_report",
    "list_fusions",
    "modality_contributions",
    "stack_views",
]
