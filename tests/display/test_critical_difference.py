"""The critical-difference diagram."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.display import CriticalDifferenceDisplay
from mmensemble.model_selection import compare_over_datasets

pytest.importorskip("matplotlib").use("Agg")


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture
def ranks():
    """Five choices on ten data sets, each better than the one before."""
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(10, 5)) + np.arange(5)
    names = ["a$b$c", "_x", "<b>", "voting", "stacking"]
    return compare_over_datasets(pd.DataFrame(scores, columns=names))


def test_plot_draws_ranks_and_cliques(ranks):
    """A line a choice from its rank, a bar a clique, the critical difference."""
    display = CriticalDifferenceDisplay.from_ranks(ranks).plot()
    frame, ax = display.frame(), display.ax_
    assert frame.equals(ranks.ranks)
    starts = [line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) == 3]
    assert starts == frame["mean_rank"].tolist()
    bars = [line for line in ax.lines if line.get_linewidth() == 4]
    assert len(bars) == len(ranks.cliques) > 0
    widths = [np.ptp(bar.get_xdata()) - 0.06 for bar in bars]
    assert all(width < ranks.critical_difference for width in widths)
    texts = [text.get_text() for text in ax.texts]
    assert f"critical difference {ranks.critical_difference:.2f}, 10 data sets" in texts
    assert any(text.startswith("stacking 1.") for text in texts)
    assert any(text.endswith(r"a\$b\$c") for text in texts)
    display.figure_.canvas.draw()


def test_given_axes(ranks):
    """`plot` draws where it is told to and returns itself."""
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    display = CriticalDifferenceDisplay(ranks)
    assert display.plot(ax) is display
    assert display.ax_ is ax
