"""The command line: ``mmensemble demo``, ``fit`` and ``predict``."""

from mmensemble.cli._main import main

__all__ = ["main"]
