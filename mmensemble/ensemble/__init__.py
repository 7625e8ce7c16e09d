"""The multimodal estimators, and the out-of-fold engine that they share."""

from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.ensemble._plan import reduce_plan
from mmensemble.ensemble._regressor import MultimodalRegressor
from mmensemble.ensemble._shared import fit_members, prepare_fit
from mmensemble.ensemble._shared_space import SharedSpace
from mmensemble.ensemble._table import read_table
from mmensemble.ensemble._transformer import MultimodalTransformer

__all__ = [
    "MultimodalClassifier",
    "MultimodalRegressor",
    "MultimodalTransformer",
    "SharedSpace",
    "fit_members",
    "prepare_fit",
    "read_table",
    "reduce_plan",
]
