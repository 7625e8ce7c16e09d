"""What the displays share: matplotlib on demand, one look, short labels."""

from contextlib import contextmanager

from mmensemble._html import plot_text
from mmensemble._optional import optional_module

#: Colours that are legible on white and on black.
BLUE, ORANGE, GREY = "#3a87c8", "#e0762e", "#8a8f98"

_LOOK = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 10,
    "svg.fonttype": "none",
}
_LONGEST = 28
#: Letters that are kept in front of what is cut.
_FIRST = 8


def require_pyplot(owner):
    """Return ``matplotlib.pyplot``.

    Parameters
    ----------
    owner : str
        Class or function that draws, for the message.

    Returns
    -------
    pyplot : module
        Of matplotlib.

    Raises
    ------
    ImportError
        When matplotlib is not installed; it names the extra that brings it.
    """
    return optional_module("matplotlib.pyplot", owner)


@contextmanager
def drawing(owner, ax, size):
    """Give axes to draw on, with the displays' look; rcParams are restored.

    Parameters
    ----------
    owner : str
        Class that draws, for messages.
    ax : matplotlib Axes or None
        None makes a new figure.
    size : tuple of float
        Width and height of a new figure in inches.

    Yields
    ------
    ax : matplotlib Axes
    """
    plt = require_pyplot(owner)
    with plt.rc_context(_LOOK):
        if ax is None:
            _, ax = plt.subplots(figsize=size, layout="constrained")
        yield ax


def labels(names):
    """Return names as texts of a plot that differ where the names do.

    Those that would read the same are cut where they are alike.

    Parameters
    ----------
    names : iterable of object

    Returns
    -------
    texts : list of str
    """
    names = [str(name) for name in names]
    short = [_shortened(name) for name in names]
    for text in {text for text in short if short.count(text) > 1}:
        alike = sorted({n for n, s in zip(names, short, strict=True) if s == text})
        # the first and the last in order differ first; keep a little before that
        pairs = enumerate(zip(alike[0], alike[-1], strict=False))
        start = next((k for k, (a, b) in pairs if a != b), 0) - 4
        # as much of it as there is room for
        room = _LONGEST - _FIRST - 1 - max(len(name) - start for name in alike)
        start -= max(0, room)
        cut = {name: _shortened(_cut(name, start)) for name in alike}
        if len(set(cut.values())) < len(alike):
            cut = {name: f"{k + 1}: {cut[name]}" for k, name in enumerate(alike)}
        if len(alike) > 1:
            short = [cut.get(n, s) for n, s in zip(names, short, strict=True)]
    return [plot_text(text) for text in short]


def label(name):
    """Return a name as text of a plot: no markup, and not too long."""
    return plot_text(_shortened(str(name)))


def _cut(name, start):
    """Return a name without what stands between its first letters and `start`."""
    return name if start <= _FIRST else f"{name[:_FIRST]}…{name[start:]}"


def _shortened(text):
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
