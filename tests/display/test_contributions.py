"""The display of contributions."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.display import ContributionDisplay

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

NASTY = ["<script>alert(1)</script>", "a$b$c", "_x"]


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


class Found:
    """Contributions of three modalities, known beforehand."""

    def frame(self):
        """Return scores."""
        return pd.DataFrame(
            {
                "modality": NASTY,
                "shapley": [0.1, 0.3, -0.05],
                "std_shapley": [0.01, 0.02, 0.03],
            }
        )

    def rows(self, output=None):
        """Return contributions to rows."""
        values = np.random.default_rng(0).normal(size=(1200, 3))
        values[:, 2] = 0.5
        return pd.DataFrame(values, columns=NASTY)

    def degradation(self):
        """Return scores by number of missing modalities."""
        return pd.DataFrame(
            {
                "missing": [0, 1, 2, 3],
                "score": [0.9, 0.8, 0.7, 0.5],
                "lowest": [0.9, 0.75, 0.6, 0.5],
                "highest": [0.9, 0.85, 0.8, 0.5],
            }
        )


@pytest.fixture
def display():
    """A display of them."""
    return ContributionDisplay.from_contributions(Found(), metric="accuracy")


def test_bars_are_sorted(display):
    """The largest contribution comes first, and bars are as long as it says."""
    frame = display.frame()
    assert frame["modality"].tolist() == ["a$b$c", "<script>alert(1)</script>", "_x"]
    ax = display.plot().ax_
    assert [bar.get_width() for bar in ax.patches] == frame["shapley"].tolist()
    assert "accuracy" in ax.get_xlabel()


def test_twenty_modalities_leave_room_for_the_axes(display):
    """Long names cut no text of an axis, and numbers of modalities do not overlap."""
    names = [f"a_modality_with_a_very_long_name_{k}" for k in range(20)]
    display.scores = pd.DataFrame(
        {"modality": names, "shapley": 0.1, "std_shapley": 0.02}
    )
    display.metric = "balanced accuracy"
    figure = display.plot().figure_
    figure.canvas.draw()
    box = display.ax_.xaxis.label.get_window_extent()
    assert figure.bbox.x0 <= box.x0
    assert box.x1 <= figure.bbox.x1
    falls = {"missing": np.arange(21), "score": 0.9, "lowest": 0.8, "highest": 0.9}
    display.degradation = pd.DataFrame(falls)
    ticks = display.plot("degradation").ax_.get_xticks()
    assert ticks.tolist() == list(range(0, 21, 2))


def test_swarm_draws_rows(display):
    """At most 500 points a modality, each at its contribution."""
    frame = display.frame("beeswarm")
    assert len(frame) == 3600
    points = display.plot("beeswarm").ax_.collections
    assert len(points) == 3
    drawn = points[0].get_offsets()
    assert len(drawn) <= 500
    assert set(drawn[:, 0]) <= set(
        frame.loc[frame["modality"] == "a$b$c", "contribution"]
    )
    assert np.abs(drawn[:, 1]).max() <= 0.5
    assert (points[2].get_offsets()[:, 1] == 2).all()


def test_curve(display):
    """The mean score by number of missing modalities."""
    ax = display.plot("degradation").ax_
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [0.9, 0.8, 0.7, 0.5])
    assert ax.get_ylabel() == "accuracy"


@pytest.mark.parametrize("kind", ["bars", "beeswarm", "degradation"])
def test_figures_can_be_saved(display, kind, tmp_path):
    """Names with dollars and tags are text."""
    path = tmp_path / "figure.svg"
    display.plot(kind).figure_.savefig(path)
    assert "<script>" not in path.read_text()


def test_given_axes_are_used(display):
    """`plot` draws where it is told."""
    _, ax = matplotlib.pyplot.subplots()
    assert display.plot(ax=ax).ax_ is ax


def test_unknown_kind(display):
    """The message lists the kinds."""
    with pytest.raises(ValueError, match="'kind' parameter must be one of"):
        display.plot("pie")
