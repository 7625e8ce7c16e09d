"""The command line: ``mmensemble demo``, ``fit``, ``predict`` and ``correlate``."""

import sys
from importlib import import_module

from mmensemble._version import __version__

__all__ = ["main"]


def main(argv=None):
    """Run the command line.

    Parameters
    ----------
    argv : list of str, default=None
        Arguments; None takes those of the process.

    Returns
    -------
    code : int
        0 when all went well, 1 when a part of the work failed, 2 for a mistake
        in a file, column, label or option, 130 when interrupted.
    """
    if (sys.argv[1:] if argv is None else argv) == ["--version"]:
        print(__version__)  # without a wait for the commands to be imported
        return 0
    try:
        commands = import_module("mmensemble.cli._main")
    except KeyboardInterrupt:
        print("mmensemble: interrupted", file=sys.stderr)
        return 130
    return commands.main(argv)
