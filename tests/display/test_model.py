"""Curves of one model."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.display import ModelDisplay

plt = pytest.importorskip("matplotlib.pyplot")
plt.switch_backend("Agg")


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open."""
    yield
    plt.close("all")


def frames():
    """Return small frames of every kind."""
    curve = {"false_positive_rate": [0, 0.2, 1.0], "true_positive_rate": [0, 0.8, 1.0]}
    curves = [
        pd.DataFrame({"class": f"c{k}"} | curve | {"area": 0.8}) for k in range(8)
    ]
    bins = {"predicted": [0.2, 0.8], "observed": [0.3, 0.7], "lower": 0.1, "upper": 0.9}
    rows = pd.DataFrame({"predicted": np.arange(3000.0), "residual": 1.0})
    falls = {"column": [f"x{k}" for k in range(30)], "fall": np.linspace(1, -0.1, 30)}
    return {
        "roc": pd.concat(curves),
        "calibration": pd.DataFrame(bins),
        "confusion": pd.DataFrame([[3, 1], [0, 4]], ["a", "b"], ["a", "b"]),
        "residuals": rows,
        "features": pd.DataFrame(falls | {"std_fall": 0.01}),
    }


def test_what_is_drawn():
    """Curves, points and bars of the frames, as many as fit."""
    display = ModelDisplay(frames(), metric="ROC AUC")
    legend = display.plot("roc").ax_.get_legend()
    assert len(legend.get_texts()) == 6
    assert legend.get_title().get_text() == "2 more classes are in the frame"
    texts = [text.get_text() for text in display.plot("confusion").ax_.texts]
    assert texts == ["3", "1", "0", "4"]
    points = display.plot("residuals").ax_.collections[0].get_offsets()
    assert len(points) == 1000
    bars = display.plot("features").ax_
    assert len(bars.patches) == 20
    assert bars.get_xlabel() == "fall of ROC AUC when shuffled (± std over folds)"
    line = display.plot("calibration").ax_.lines[1].get_xydata()
    np.testing.assert_array_equal(line, [[0.2, 0.3], [0.8, 0.7]])


def test_kinds_that_do_not_apply():
    """They are refused by name."""
    display = ModelDisplay({"roc": frames()["roc"], "residuals": pd.DataFrame()})
    assert display.kinds == ["roc"]
    with pytest.raises(ValueError, match=r"'kind' parameter must be one of \['roc'\]"):
        display.plot("residuals")


def test_given_axes():
    """They are drawn on."""
    ax = plt.subplots()[1]
    assert ModelDisplay(frames()).plot("roc", ax).figure_ is ax.figure
