"""The command line: ``mmensemble demo``, ``fit``, ``predict`` and ``correlate``."""

from mmensemble.cli._main import main

__all__ = ["main"]
