"""Modalities: which columns belong to which, and which rows have them."""

from mmensemble.modality._blocks import Block, as_block_values
from mmensemble.modality._columns import (
    PRUNED,
    check_extractor,
    check_names,
    prune_columns,
    resolve_modalities,
    select,
    used_columns,
)
from mmensemble.modality._presence import presence_mask
from mmensemble.modality._stack import stack_views

__all__ = [
    "PRUNED",
    "Block",
    "as_block_values",
    "check_extractor",
    "check_names",
    "presence_mask",
    "prune_columns",
    "resolve_modalities",
    "select",
    "stack_views",
    "used_columns",
]
