"""Colours and numbers of the drawings, and drawings of one or many modalities."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.display._correlation_drawing import (
    PALETTE,
    colours_of,
    draw_clustermap,
    draw_heatmap,
    draw_network,
    number,
    shaded,
)

pytest.importorskip("matplotlib").use("Agg")


@pytest.fixture
def ax():
    """Axes of a figure that is closed afterwards."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def luminance(colour):
    """Return the relative luminance of WCAG 2."""
    linear = np.where(
        np.asarray(colour) <= 0.03928,
        np.asarray(colour) / 12.92,
        ((np.asarray(colour) + 0.055) / 1.055) ** 2.4,
    )
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    """Return the contrast ratio of WCAG 2."""
    high, low = sorted([luminance(one), luminance(other)], reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("paper", "ink"),
    [
        (np.array([1.0, 1.0, 1.0]), np.array([0x1C, 0x21, 0x26]) / 255),
        (np.array([0x14, 0x18, 0x1C]) / 255, np.array([0xE8, 0xEB, 0xEE]) / 255),
    ],
    ids=["light", "dark"],
)
def test_text_on_cells_is_legible(paper, ink, ax):
    """The strongest cell leaves text a contrast of 4.5, on both papers."""
    square = pd.DataFrame([[np.nan, 1.0], [-1.0, np.nan]])
    draw_heatmap(ax, square, "explains")
    for colour in ax.images[0].get_array().reshape(-1, 4):
        cell = colour[3] * colour[:3] + (1 - colour[3]) * paper
        assert contrast(cell, ink) >= 4.5


def test_shades_tell_the_sign():
    """Strength is opacity; what is missing cannot be seen."""
    colours = shaded([[0.0, 1.0], [-0.5, np.nan]], strongest=0.8)
    np.testing.assert_allclose(colours[..., 3], [[0, 0.8], [0.4, 0]])
    assert colours[0, 1, 0] > colours[0, 1, 2]
    assert colours[1, 0, 0] < colours[1, 0, 2]


def test_numbers_are_short():
    """Shares are percent and not below 0; gaps are dashes."""
    assert number(-0.2, "explains") == "0%"
    assert number(0.834, "explains") == "83%"
    assert number(0.834, "rv") == "0.83"
    assert number(np.nan, "rv") == "–"


def test_colours_differ_until_they_run_out():
    """Ten modalities have their own colours, the others are grey."""
    names = [str(k) for k in range(13)]
    colours = colours_of(names)
    assert len({colours[name] for name in names[: len(PALETTE)]}) == len(PALETTE)
    assert colours["10"] == colours["12"] not in PALETTE


def test_many_modalities_have_no_numbers(ax):
    """Where cells are small, colours alone are drawn."""
    square = pd.DataFrame(np.full((11, 11), 0.5))
    draw_heatmap(ax, square, "rv")
    assert not ax.texts
    assert len(ax.get_xticklabels()) == 11


def test_one_modality_makes_a_dot(ax):
    """A network of one has no arrow."""
    edges = pd.DataFrame(columns=["source", "target", "value", "back"])
    draw_network(ax, edges, pd.DataFrame({"verdict": ["unique"]}, index=["a"]), "rv")
    assert len(ax.collections) == 1


def test_one_feature_makes_a_map(ax):
    """A map of one feature has no tree; the legend counts what it leaves out."""
    square = pd.DataFrame([[1.0]], index=["x"], columns=["x"])
    names = [str(k) for k in range(12)]
    draw_clustermap(ax, square, None, pd.Series({"x": "3"}), names)
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts[-1] == "2 others"
    assert not ax.lines
