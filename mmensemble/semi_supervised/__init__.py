"""Learning from rows without a label: self-training and co-training."""

from mmensemble.semi_supervised._co_training import CoTraining
from mmensemble.semi_supervised._labelled_fold import LabelledFold
from mmensemble.semi_supervised._self_training import (
    MultimodalSelfTraining,
    MultimodalSelfTrainingRegressor,
)

__all__ = [
    "CoTraining",
    "LabelledFold",
    "MultimodalSelfTraining",
    "MultimodalSelfTrainingRegressor",
]
