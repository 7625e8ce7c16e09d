"""mmensemble: ensembles for tables that hold several modalities."""

from importlib import import_module as _import_module

from mmensemble._version import __version__

#: Rooms and their names at the top; each is imported when it is first asked for, so
#: that ``mmensemble --version`` and single rooms don't wait for all the others.
_ROOMS = {
    "analysis": ["CorrelationPruner", "ModalityCorrelation"],
    "augmentation": [],
    "auxiliary": ["AuxiliaryJoiner"],
    "cli": [],
    "crossmodal": ["CrossModalProjector", "CrossModalRetriever"],
    "datasets": [],
    "deployment": ["load"],
    "display": ["ModalityCorrelationDisplay", "PresenceDisplay"],
    "ensemble": [
        "MultimodalClassifier",
        "MultimodalRegressor",
        "MultimodalTransformer",
        "SharedSpace",
    ],
    "features": [],
    "fusion": [
        "AttentionFusion",
        "AutoFusion",
        "ConcatFusion",
        "CooperativeFusion",
        "DynamicFusion",
        "EvidenceFusion",
        "FeatureGatingFusion",
        "GatingFusion",
        "HybridFusion",
        "KernelFusion",
        "SelectionFusion",
        "SharedSpaceFusion",
        "StackingFusion",
        "VotingFusion",
        "WeightedFusion",
        "list_fusions",
    ],
    "learners": [],
    "modality": ["stack_views"],
    "model_selection": [
        "FusionSearchCV",
        "compare_fusions",
        "modality_contributions",
        "model_report",
    ],
    "numerics": [],
    "report": ["CorrelationReport", "correlation_report"],
    "representation": [],
    "semi_supervised": ["CoTraining", "MultimodalSelfTraining"],
    "testing": [],
    "transfer": ["DistilledClassifier", "DistilledRegressor"],
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

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
    "load",
    "modality_contributions",
    "model_report",
    "stack_views",
]


def __getattr__(name):
    if name in _ROOMS:
        return _import_module(f"mmensemble.{name}")
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'mmensemble' has no attribute {name!r}")
    value = getattr(_import_module(f"mmensemble.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__, *_ROOMS})
