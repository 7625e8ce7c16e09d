"""Modalities: which columns belong to which, and which rows have them."""

from mmensemble.modality._blocks import Block
from mmensemble.modality._columns import OptionalColumns
from mmensemble.modality._stack import stack_views, view_overlap

__all__ = ["Block", "OptionalColumns", "stack_views", "view_overlap"]
