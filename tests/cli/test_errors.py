"""Errors of the library and of the system, in one line."""

import pytest

from mmensemble.cli import _demo
from mmensemble.cli._errors import CommandError


def noted(error):
    """Return an error with a note, as the library adds them."""
    error.add_note("while fitting learner 'a'")
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CommandError("told as it is"), "told as it is"),
        (ValueError("two\n  lines"), "two lines"),
        (noted(ValueError("bad")), "bad (while fitting learner 'a')"),
        (
            PermissionError(13, "Permission denied", "x.csv"),
            "Permission denied: 'x.csv'",
        ),
        (OSError("no number"), "no number"),
        (TypeError(), "TypeError"),
    ],
)
def test_errors_are_one_line(fail, monkeypatch, error, said):
    """Line breaks go, notes and file names stay, an empty message has its type."""

    def refuse():
        raise error

    monkeypatch.setattr(_demo, "load_nycflights", refuse)
    assert fail("demo") == f"mmensemble: error: {said}\n"


def test_bugs_are_not_hidden(run, monkeypatch):
    """An error that no user can mend keeps its traceback."""

    def break_down():
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(_demo, "load_nycflights", break_down)
    with pytest.raises(ZeroDivisionError, match="a bug"):
        run("demo")
