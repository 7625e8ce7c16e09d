"""A progress bar on stderr: one line that is rewritten, nothing elsewhere."""

import sys
from time import perf_counter

_WIDTH = 30


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
        # \x1b[K clears what a longer line has left
        line = f"\r[{bar}] {done}/{total} {seconds:4.0f} s  {text}\x1b[K"
        self.stream.write(line)
        self.stream.flush()

    def count(self, done, text):
        """Show that `done` pieces are finished, of nobody knows how many."""
        if self.shows:
            seconds = perf_counter() - self.start
            self.stream.write(f"\r{done:,} {text} {seconds:4.0f} s\x1b[K")
            self.stream.flush()

    def close(self):
        """Clear the line."""
        if self.shows:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
