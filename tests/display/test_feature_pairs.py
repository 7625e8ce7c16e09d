"""Scatter plots of pairs, and of one method against the other."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.display import FeaturePairsDisplay, MethodDisplay

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def points():
    """Return three panels of points, with hostile names."""
    names = ["<script>alert(1)</script>", "a$b$c", "_x"]
    parts = [
        pd.DataFrame({"feature_a": n, "feature_b": "y", "a": [1.0, 2], "b": [3.0, 5]})
        for n in names
    ]
    return pd.concat(parts, ignore_index=True)


def test_panels_draw_the_frame():
    """One panel a pair, in order; places without a pair are empty."""
    display = FeaturePairsDisplay(points(), titles=["r 1", "r $2$", "r 3"]).plot()
    assert len(display.axes_) == 4
    drawn = display.axes_[1].collections[0].get_offsets()
    np.testing.assert_array_equal(drawn, [[1, 3], [2, 5]])
    assert display.axes_[1].get_xlabel() == r"a\$b\$c"
    assert display.axes_[1].get_title() == r"r \$2\$"
    assert not display.axes_[3].axison
    display.figure_.canvas.draw()


def test_panels_on_given_axes():
    """Axes may be given; rcParams are restored."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3)
    before = dict(matplotlib.rcParams)
    display = FeaturePairsDisplay(points()).plot(axes)
    assert display.figure_ is figure
    assert dict(matplotlib.rcParams) == before


def test_methods_are_drawn_one_against_the_other():
    """Pairs that differ are set apart, and counted in the legend."""
    pairs = pd.DataFrame(
        {
            "pearson": [0.1, 0.5, 0.6],
            "spearman": [0.9, 0.5, 0.6],
            "differs": [True, False, False],
        }
    )
    display = MethodDisplay(pairs).plot()
    agree, differ = display.ax_.collections
    np.testing.assert_array_equal(differ.get_offsets(), [[0.1, 0.9]])
    assert len(agree.get_offsets()) == 2
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["the two agree (2 pairs)", "the two differ (1 pair)"]
