"""A progress bar on stderr: one line that is rewritten, nothing elsewhere."""

import shutil
import sys
from time import perf_counter

_WIDTH = 20
#: Seconds from which on minutes are told.
_MINUTES = 120


class Bar:
    """Draw progress on a terminal; stay silent where stderr is no terminal.

    Parameters
    ----------
    stream : text stream, default=None
        None is stderr.
    """

    def __init__(self, stream=None):
        self.stream = sys.stderr if stream is None else stream
        self.start = perf_counter()
        self.shows = bool(getattr(self.stream, "isatty", lambda: False)())

    def __call__(self, done, total, text):
        """Show that `done` of `total` pieces are finished, the last one `text`."""
        if not self.shows:
            return
        full = _WIDTH * done // total
        bar = "#" * full + "-" * (_WIDTH - full)
        seconds = perf_counter() - self.start
        left = f", {_left(seconds / done * (total - done))}" if 0 < done < total else ""
        self._write(f"[{bar}] {done}/{total} {seconds:4.0f} s{left}  {text}")

    def begin(self, text):
        """Show what is being done, before anything of it is finished."""
        if self.shows:
            self._write(f"{text} ...")

    def count(self, done, text):
        """Show that `done` pieces are finished, of nobody knows how many."""
        if self.shows:
            seconds = perf_counter() - self.start
            self._write(f"{done:,} {text} {seconds:4.0f} s")

    def close(self):
        """Clear the line."""
        if self.shows:
            self._write("")

    def _write(self, line):
        # a line that wraps could not be rewritten
        line = line[: shutil.get_terminal_size().columns - 1]
        # \x1b[K clears what a longer line has left
        self.stream.write(f"\r{line}\x1b[K")
        self.stream.flush()


def _left(seconds):
    """Return about how long it still takes, if it goes on as it went."""
    if seconds >= _MINUTES:
        return f"about {seconds / 60:.0f} min left"
    return f"about {seconds:.0f} s left"
