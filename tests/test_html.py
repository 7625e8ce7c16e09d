"""Escaping."""

import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmensemble._html import escape, plot_text

NASTY = [
    "<script>alert(1)</script>",
    '"onmouseover="x',
    "'onmouseover='x",
    "</style>",
    "$\\frac{$",
    "_x",
    "=1+1",
    "&lt;",
    "",
]
quick = settings(max_examples=100, deadline=None, derandomize=True, database=None)
plain = st.text(st.characters(exclude_categories=("Cs", "Cc")))


@pytest.mark.parametrize("text", NASTY)
def test_escaped_text_is_read_back_as_it_was(text):
    """A parser finds the text, in an element and in both kinds of attribute."""
    safe = escape(text)
    page = ElementTree.fromstring(f"<p a=\"{safe}\" b='{safe}'>{safe}</p>")
    assert (page.text or "") == text
    assert page.attrib == {"a": text, "b": text}


@quick
@given(text=plain)
def test_escaped_text_holds_no_markup(text):
    """No text leaves a character that could open or end anything."""
    safe = escape(text)
    assert not set(safe) & set("<>\"'")
    page = ElementTree.fromstring(f"<p>{safe.translate({0xFFFE: '', 0xFFFF: ''})}</p>")
    assert len(page) == 0


@pytest.mark.parametrize("value", [3, None, 1.5, ("<",)])
def test_anything_can_be_escaped(value):
    """What is no text is escaped as its text."""
    assert "<" not in escape(value)


@pytest.mark.parametrize("text", [*NASTY, "a$b$c", "\\$x$", "__y"])
def test_plot_text_is_drawn_as_text(text):
    """No mathtext is parsed, no legend entry hidden, nothing crashes."""
    pytest.importorskip("matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    canvas = FigureCanvasAgg(figure)
    axis = figure.subplots()
    axis.plot([0, 1], label=plot_text(text) or "empty")
    legend = axis.legend()
    axis.set_title(plot_text(text))
    canvas.draw()
    assert len(legend.get_texts()) == 1
