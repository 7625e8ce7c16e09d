"""Shared spaces of several blocks: numerical cores on arrays and presence."""

from mmensemble.representation._covariance import (
    JointCovariance,
    block_slices,
    joint_covariance,
)
from mmensemble.representation._factor import GroupFactor
from mmensemble.representation._gcca import gcca
from mmensemble.representation._mcca import mcca
from mmensemble.representation._mfa import explaining, mfa
from mmensemble.representation._pls import choose_pls, pls
from mmensemble.representation._reduce import BlockReducer
from mmensemble.representation._space import LinearSpace

__all__ = [
    "BlockReducer",
    "GroupFactor",
    "JointCovariance",
    "LinearSpace",
    "block_slices",
    "choose_pls",
    "explaining",
    "gcca",
    "joint_covariance",
    "mcca",
    "mfa",
    "pls",
]
