"""Learning from elsewhere: rows of other sources."""

from mmensemble.transfer._domain_scaler import DomainScaler
from mmensemble.transfer._multi_source import (
    MultiSourceClassifier,
    MultiSourceRegressor,
)

__all__ = ["DomainScaler", "MultiSourceClassifier", "MultiSourceRegressor"]
