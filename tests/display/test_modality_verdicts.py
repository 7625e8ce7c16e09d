"""The display of what each modality makes out."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.display import ModalityVerdictDisplay

pytest.importorskip("matplotlib").use("Agg")


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture
def verdicts():
    """Three modalities, one of which is unknown."""
    return pd.DataFrame(
        {
            "modality": ["a$b$c", "_x", "y"],
            "verdict": ["harmful", "adds", "unclear"],
            "basis": ["voting without it"] * 2 + ["alone"],
            "difference": [-0.2, 0.3, np.nan],
            "lower_difference": [-0.3, 0.2, np.nan],
            "upper_difference": [-0.1, 0.4, np.nan],
            "over_chance": [0.1, 0.2, 0.3],
            "lower_over_chance": [0.0, 0.1, 0.2],
            "upper_over_chance": [0.2, 0.3, 0.4],
        }
    )


def test_plot_draws_the_frame(verdicts):
    """Sorted points with their words; what is unknown says so."""
    display = ModalityVerdictDisplay(verdicts, metric="ROC AUC", rope=0.05).plot()
    frame = display.frame()
    assert frame["modality"].tolist() == ["_x", "a$b$c", "y"]
    ax = display.ax_
    points = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert points == [0.3, -0.2]
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["adds (+0.300)", "harmful (−0.200)", "unclear"]
    assert "ROC AUC\ngained by having it (95% interval)\n" in ax.get_xlabel()
    assert "±0.05" in ax.get_xlabel()
    display.figure_.canvas.draw()


def test_twenty_long_names_leave_room_for_the_axis():
    """No text of the figure is cut at its edge."""
    names = [f"a_modality_with_a_very_long_name_{k}" for k in range(20)]
    frame = pd.DataFrame({"modality": names, "verdict": "unclear", "basis": "stack"})
    for name in ("difference", "over_chance"):
        for end, value in (("", 0.0005), ("lower_", -0.1), ("upper_", 0.1)):
            frame[f"{end}{name}"] = value
    display = ModalityVerdictDisplay(frame, metric="balanced accuracy").plot()
    figure = display.figure_
    figure.canvas.draw()
    box = display.ax_.xaxis.label.get_window_extent()
    assert figure.bbox.x0 <= box.x0
    assert box.x1 <= figure.bbox.x1


def test_alone(verdicts):
    """Where nothing was left out, the scores above chance are drawn."""
    display = ModalityVerdictDisplay(verdicts.assign(basis="alone")).plot()
    assert display.frame()["difference"].tolist() == [0.3, 0.2, 0.1]
    assert "alone, above chance" in display.ax_.get_xlabel()


def test_given_axes(verdicts):
    """`plot` draws where it is told to."""
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    assert ModalityVerdictDisplay(verdicts).plot(ax).ax_ is ax
