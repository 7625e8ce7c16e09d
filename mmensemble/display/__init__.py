"""Displays: a frame of numbers, and a plot that draws exactly these."""

from mmensemble.display._codes import CodesDisplay, ReconstructionDisplay
from mmensemble.display._comparison import FusionComparisonDisplay
from mmensemble.display._contributions import ContributionDisplay
from mmensemble.display._correlation import ModalityCorrelationDisplay
from mmensemble.display._critical_difference import CriticalDifferenceDisplay
from mmensemble.display._feature_pairs import FeaturePairsDisplay, MethodDisplay
from mmensemble.display._modality_verdicts import ModalityVerdictDisplay
from mmensemble.display._model import ModelDisplay
from mmensemble.display._presence import PresenceDisplay
from mmensemble.display._retrieval import RetrievalDisplay

__all__ = [
    "CodesDisplay",
    "ContributionDisplay",
    "CriticalDifferenceDisplay",
    "FeaturePairsDisplay",
    "FusionComparisonDisplay",
    "MethodDisplay",
    "ModalityCorrelationDisplay",
    "ModalityVerdictDisplay",
    "ModelDisplay",
    "PresenceDisplay",
    "ReconstructionDisplay",
    "RetrievalDisplay",
]
