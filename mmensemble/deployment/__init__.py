"""Models outside the process that fitted them: files without code, ONNX graphs."""

from mmensemble._persistence import load, save
from mmensemble.deployment._onnx_export import to_onnx

__all__ = ["load", "save", "to_onnx"]
