"""What the displays share: matplotlib on demand, one look, short labels."""

from contextlib import contextmanager

from mmensemble._html import plot_text

#: Colours that are legible on white and on black.
BLUE, ORANGE, GREY = "#3a87c8", "#e0762e", "#8a8f98"

_LOOK = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 10,
    "svg.fonttype": "none",
}
_LONGEST = 28


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
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            f"{owner} needs matplotlib. Install it with "
            "`pip install 'mmensemble[plot]'`."
        ) from error
    return plt


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


def label(name):
    """Return a name as text of a plot: no markup, and not too long."""
    text = str(name)
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return plot_text(text)
