"""Learning from elsewhere: rows of other sources, modalities that will be absent."""

from mmensemble.transfer._classifier import MultiSourceClassifier
from mmensemble.transfer._distilled_classifier import DistilledClassifier
from mmensemble.transfer._distilled_regressor import DistilledRegressor
from mmensemble.transfer._domain_scaler import DomainScaler
from mmensemble.transfer._regressor import MultiSourceRegressor

__all__ = [
    "DistilledClassifier",
    "DistilledRegressor",
    "DomainScaler",
    "MultiSourceClassifier",
    "MultiSourceRegressor",
]
