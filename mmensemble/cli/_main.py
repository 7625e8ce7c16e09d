"""Parsing, and what becomes of errors."""

import argparse
import os
import sys
import warnings
from contextlib import contextmanager, nullcontext

from mmensemble._version import __version__
from mmensemble.cli import (
    _compare,
    _correlate,
    _demo,
    _distill,
    _fill,
    _fit,
    _predict,
    _report,
    _retrieve,
)
from mmensemble.cli._dates import dates_hint
from mmensemble.cli._errors import CommandError
from mmensemble.cli._tables import READ_ERRORS

_COMMANDS = (
    *(_demo, _fit, _predict, _report, _compare, _correlate, _fill, _retrieve),
    _distill,
)


class _Parser(argparse.ArgumentParser):
    """Errors are one line, without the usage."""

    def error(self, message):
        self.exit(2, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def make_parser():
    """Return the parser of the whole command line."""
    parser = _Parser(
        prog="mmensemble",
        description="Ensembles for tables that hold several modalities.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument(
        "--traceback",
        action="store_true",
        help="show where an error comes from instead of one line",
    )
    commands = parser.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", required=True
    )
    for module in _COMMANDS:
        module.add_parser(commands)
    return parser


def main(argv=None):
    """Run the command line, as `mmensemble.cli.main` does."""
    try:
        args = make_parser().parse_args(argv)
    except SystemExit as stop:
        return stop.code or 0
    try:
        with nullcontext() if args.traceback else plain_warnings():
            return args.run(args) or 0
    except KeyboardInterrupt as stop:
        return _say(": ".join(["interrupted", *map(str, stop.args)]), 130)
    except BrokenPipeError:
        # whoever read our output has gone; nothing is left to say to them
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (CommandError, ImportError, TypeError, *READ_ERRORS) as error:
        if args.traceback:
            raise
        return _say(f"error: {_one_line(error)}", 2)


@contextmanager
def plain_warnings():
    """Show each distinct warning once, in one line, and not where it comes from."""
    seen, before = set(), warnings.formatwarning

    def format_once(message, *_, **__):
        text = " ".join(str(message).split())
        if text in seen:
            return ""
        seen.add(text)
        return f"mmensemble: warning: {text}\n"

    warnings.formatwarning = format_once
    try:
        yield
    finally:
        warnings.formatwarning = before


def _say(text, code):
    print(f"mmensemble: {text}", file=sys.stderr)
    return code


def _one_line(error):
    if isinstance(error, OSError) and error.strerror:
        where = f" {error.filename!r}" if error.filename else ""
        return f"{error.strerror}:{where}"
    notes = getattr(error, "__notes__", [])
    text = " ".join(" ".join([str(error), *(f"({note})" for note in notes)]).split())
    if hint := dates_hint(text):
        return text.rstrip(".") + hint
    return text or type(error).__name__
