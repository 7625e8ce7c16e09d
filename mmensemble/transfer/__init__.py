"""Learning from elsewhere: rows of other sources."""

from mmensemble.transfer._classifier import MultiSourceClassifier
from mmensemble.transfer._domain_scaler import DomainScaler
from mmensemble.transfer._regressor import MultiSourceRegressor

__all__ = ["DomainScaler", "MultiSourceClassifier", "MultiSourceRegressor"]
