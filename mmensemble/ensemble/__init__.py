"""The multimodal estimators, and the out-of-fold engine that they share."""

from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.ensemble._regressor import MultimodalRegressor
from mmensemble.ensemble._transformer import MultimodalTransformer

__all__ = ["MultimodalClassifier", "MultimodalRegressor", "MultimodalTransformer"]
