"""The progress bar."""

import io

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
