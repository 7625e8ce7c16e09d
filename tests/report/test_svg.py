"""Figures as inline SVG."""

import re

import pandas as pd
import pytest

from mmensemble.display import PresenceDisplay
from mmensemble.report._svg import inline_svg

pytest.importorskip("matplotlib").use("Agg")


@pytest.fixture
def display():
    """Two patterns."""
    return PresenceDisplay(pd.DataFrame({"a": [True, True], "b": [True, False]}))


def test_svg_is_an_element_of_the_page(display):
    """No prologue, no style for all, no fixed size, ids of its own."""
    svg = inline_svg(display, prefix="s7", alt="two <patterns>")
    assert svg.startswith('<svg role="img" aria-label="two &lt;patterns&gt;"')
    head = svg[: svg.index(">")]
    assert "width:100%" in head
    assert " width=" not in head
    assert "<style" not in svg
    assert "<metadata" not in svg
    assert all(name.startswith("s7-") for name in re.findall(r'\bid="([^"]+)"', svg))


def test_text_stays_text_in_the_pages_colour(display):
    """Names can be searched and read aloud, and are legible in the dark."""
    svg = inline_svg(display, prefix="s1", alt="")
    assert re.search(r"<text[^>]*>a</text>", svg)
    assert "currentColor" in svg


def test_options_reach_plot(display):
    """What is given for `plot` arrives there."""
    svg = inline_svg(display, prefix="s1", alt="", options={"max_patterns": 1})
    assert "The 1 commonest of 2 presence patterns" in svg
