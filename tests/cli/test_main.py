"""Parsing, and what becomes of errors."""

import subprocess
import sys

import pytest

from mmensemble import __version__, cli
from mmensemble.cli import _demo, main


def test_version(run):
    """`--version` prints the version."""
    assert run("--version") == (0, f"{__version__}\n", "")


def test_help_lists_the_commands(run):
    """`--help` shows each command and ends well."""
    code, out, _ = run("--help")
    assert code == 0
    assert all(name in out for name in ("demo", "fit", "predict", "correlate"))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("predict", "table to write (default: predictions.csv)"),
        ("retrieve", "table to write (default: found.csv)"),
        ("fill", "table to write (default: filled.csv)"),
        ("fit", "how modalities are fused (default: auto, which"),
        ("report", "how modalities are fused (default: auto, which"),
    ],
)
def test_help_tells_the_defaults(run, command, said):
    """What is written, and which fusion is taken, where nothing is said."""
    code, out, _ = run(command, "--help")
    assert code == 0
    assert said in " ".join(out.split())


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "required: COMMAND"),
        (["dmeo"], "invalid choice: 'dmeo'"),
        (["demo", "--rows", "many"], "argument --rows: invalid int value: 'many'"),
        (["fit", "table.csv", "--out", "m"], "required: --target"),
    ],
)
def test_wrong_options_are_one_line(fail, args, said):
    """A mistake in the options is one line that names it."""
    assert said in fail(*args)


def test_traceback_shows_the_source_of_an_error(run):
    """With --traceback the error comes through."""
    with pytest.raises(Exception, match="no such file"):
        main(["--traceback", "fit", "no.csv", "--target", "y", "--out", "m.joblib"])


def test_interruption_while_commands_are_imported(run, monkeypatch):
    """Ctrl-C is no traceback either before anything has begun."""

    def interrupt(name):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "import_module", interrupt)
    assert run("demo") == (130, "", "mmensemble: interrupted\n")


def test_interruption_has_its_own_code(run, monkeypatch):
    """Ctrl-C is no traceback."""

    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr(_demo, "load_nycflights", interrupt)
    code, _, err = run("demo")
    assert (code, err) == (130, "mmensemble: interrupted\n")


_WARN = """
import sys, warnings
from mmensemble.cli import _demo, _main

def warn(*_, **__):
    for word in ("one", "two", "one"):
        warnings.warn(f"this is\\n  {word}", UserWarning)
    warnings.warn("this is one", RuntimeWarning)
    raise SystemExit

_demo.load_nycflights = warn
before = warnings.formatwarning
try:
    _main.main(sys.argv[1:])
finally:
    assert warnings.formatwarning is before
"""


def test_warnings_are_one_line_each():
    """Distinct ones, once; with --traceback Python says where they come from."""

    def said(*args):
        command = [sys.executable, "-c", _WARN, *args, "demo"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stderr

    told = [f"mmensemble: warning: this is {word}" for word in ("one", "two")]
    assert said().splitlines() == told
    assert "UserWarning: this is" in said("--traceback")
