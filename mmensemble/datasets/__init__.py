"""Real multimodal tables that come with the package, and a simulator.

Nothing here opens a network connection.
"""

from mmensemble.datasets._loaders import (
    load_alzheimer,
    load_chicago,
    load_credit,
    load_htad,
    load_ischemic_stroke,
    load_leaf_flavia,
    load_mfeat,
    load_nutrimouse,
    load_nycflights,
    load_watch,
    load_womens_clothing,
)
from mmensemble.datasets._simulate import make_multimodal

__all__ = [
    "load_alzheimer",
    "load_chicago",
    "load_credit",
    "load_htad",
    "load_ischemic_stroke",
    "load_leaf_flavia",
    "load_mfeat",
    "load_nutrimouse",
    "load_nycflights",
    "load_watch",
    "load_womens_clothing",
    "make_multimodal",
]
