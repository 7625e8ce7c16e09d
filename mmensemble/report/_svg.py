"""A Display as inline SVG that follows the page: its ink, its width, its ids."""

import io
import re

from mmensemble._html import escape
from mmensemble.display._axes import require_pyplot

#: Stands for the page's text colour while matplotlib draws.
_INK = "#010203"

_RC = {
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "axes.titlecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "svg.fonttype": "none",
    "svg.hashsalt": "mmensemble",
    "font.family": "sans-serif",
}

#: Of its natural width; below that text could not be read, so the page scrolls.
_LEAST = 0.7

_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def inline_svg(display, *, prefix, alt, options=None):
    """Return what a Display draws as an SVG element for an HTML page.

    Parameters
    ----------
    display : object with ``plot()`` that sets ``figure_``
    prefix : str
        Put before every id, so that figures of one page do not mix.
    alt : str
        What the figure shows, for those who do not see it.
    options : dict, default=None
        For ``plot``.

    Returns
    -------
    svg : str
        Text in the page's colour, as wide as the page allows.
    """
    plt = require_pyplot("A report")
    with plt.rc_context(_RC), plt.ioff():
        figure = display.plot(**(options or {})).figure_
        # a little room, because the page's font may be wider than ours
        figure.get_layout_engine().set(w_pad=0.1)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata=_NO_METADATA)
        plt.close(figure)
    return _for_page(buffer.getvalue(), prefix, alt)


def _for_page(svg, prefix, alt):
    svg = svg[svg.index("<svg") :]
    # a rule for "*" would reach the whole page
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = svg.replace(_INK, "currentColor")
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    svg = re.sub(r'href="#', f'href="#{prefix}-', svg)
    svg = re.sub(r"url\(#", f"url(#{prefix}-", svg)
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', svg).group(1))
    natural = width * 4 / 3
    head = (
        f'<svg role="img" aria-label="{escape(alt)}" '
        f'style="width:100%;max-width:{natural:.0f}px;'
        f'min-width:{_LEAST * natural:.0f}px;height:auto" '
    )
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", svg, count=1)
    return svg.replace("<svg ", head, 1)
