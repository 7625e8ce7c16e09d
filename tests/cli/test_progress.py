"""The progress bar."""

import io

import pytest

from mmensemble.cli._progress import Bar


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        """Say yes."""
        return True


def test_the_bar_is_drawn_on_terminals_only():
    """A terminal gets one line that is rewritten and cleared; a file gets nothing."""
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        bar = Bar(stream)
        bar(1, 2, "concat")
        bar(2, 2, "voting")
        bar.close()
    assert file.getvalue() == ""
    assert "1/2" in terminal.getvalue()
    assert "\n" not in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_counts_without_an_end():
    """Where nobody knows the total, what is done is told without a bar."""
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        Bar(stream).count(131072, "rows")
    assert file.getvalue() == ""
    assert terminal.getvalue().startswith("\r131,072 rows")
    assert "#" not in terminal.getvalue()


@pytest.mark.parametrize(
    ("seconds", "left"), [(10, "about 30 s left"), (100, "about 5 min left")]
)
def test_what_is_left(monkeypatch, seconds, left):
    """One piece of four took so long; after the last nothing is left."""
    now = [0.0]
    monkeypatch.setattr("mmensemble.cli._progress.perf_counter", lambda: now[0])
    terminal = Terminal()
    bar = Bar(terminal)
    bar(0, 4, "before")
    now[0] = seconds
    bar(1, 4, "first")
    bar(4, 4, "last")
    before, first, last = terminal.getvalue().split("\r")[1:]
    assert f"1/4 {seconds:4.0f} s, {left}  first" in first
    assert "left" not in before + last


def test_what_begins():
    """It is named before anything of it is finished, on terminals only."""
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        Bar(stream).begin("fitting")
    assert file.getvalue() == ""
    assert terminal.getvalue() == "\rfitting ...\x1b[K"


def test_a_line_is_never_wider_than_the_terminal(monkeypatch):
    """One that wraps could not be rewritten."""
    monkeypatch.setenv("COLUMNS", "60")
    terminal = Terminal()
    Bar(terminal)(1, 2, "audio + " * 30)
    line = terminal.getvalue().removeprefix("\r").removesuffix("\x1b[K")
    assert len(line) == 59
    assert line.endswith("  audio + ")
