"""The display of presence patterns."""

import sys

import numpy as np
import pandas as pd
import pytest

from mmensemble import MultimodalClassifier
from mmensemble.display import PresenceDisplay

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

NASTY = ["<script>alert(1)</script>", "a$b$c", "_x", "</style>", "=1+1"]


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture
def X():
    """Six rows: three full, two without `b`, one with nothing."""
    nan = np.nan
    return pd.DataFrame(
        {
            "a__x": [1.0, 2, 3, 4, 5, nan],
            "a__y": [1.0, nan, 3, 4, 5, nan],
            "b__x": [1.0, 2, 3, nan, nan, nan],
        }
    )


def test_frame_counts_patterns(X):
    """One row a pattern, the commonest first, with counts, shares and flags."""
    frame = PresenceDisplay.from_data(X).frame()
    expected = pd.DataFrame(
        {
            "count": [3, 2, 1],
            "share": [3 / 6, 2 / 6, 1 / 6],
            "a": [True, True, False],
            "b": [True, False, False],
        }
    )
    pd.testing.assert_frame_equal(frame, expected)


def test_frame_can_be_cut(X):
    """Only the commonest patterns, where asked; shares stay shares of all rows."""
    frame = PresenceDisplay.from_data(X).frame(max_patterns=1)
    assert frame["count"].tolist() == [3]
    assert frame["share"].tolist() == [0.5]


def test_explicit_modalities_and_arrays(X):
    """Arrays and triples work as in the estimators."""
    modalities = [("first", "auto", [0]), ("last", "auto", [2])]
    frame = PresenceDisplay.from_data(X.to_numpy(), modalities).frame()
    assert list(frame.columns) == ["count", "share", "first", "last"]


def test_modalities_called_count_and_share_keep_their_columns(X):
    """Names that collide with the numbers are told apart."""
    X.columns = ["count__x", "count__y", "share__x"]
    display = PresenceDisplay.from_data(X)
    assert list(display.frame().columns) == [
        "count",
        "share",
        "count (modality)",
        "share (modality)",
    ]
    assert display.frame()["count"].tolist() == [3, 2, 1]
    display.plot()


def test_from_estimator_equals_from_data(X):
    """A fitted estimator shows the same patterns as the table."""
    X = pd.concat([X.iloc[:5]] * 8, ignore_index=True)
    y = np.arange(len(X)) % 2
    model = MultimodalClassifier(fusion="voting", cv=2).fit(X, y)
    left = PresenceDisplay.from_estimator(model, X).frame()
    pd.testing.assert_frame_equal(left, PresenceDisplay.from_data(X).frame())


def test_plot_draws_the_frame(X):
    """Bars are as long as the shares, dots stand where the frame says True."""
    display = PresenceDisplay.from_data(X)
    frame = display.frame()
    ax = display.plot().ax_
    widths = np.array([bar.get_width() for bar in ax.patches])
    np.testing.assert_allclose(widths / widths[0], frame["share"] / frame["share"][0])
    present = ax.collections[0].get_offsets()
    assert len(present) == frame[["a", "b"]].to_numpy().sum()
    assert "3 (50.0%)" in {text.get_text() for text in ax.texts}
    assert [text.get_text() for text in ax.get_xticklabels()] == ["a", "b"]


def test_plot_on_given_axes_returns_self_and_restores_rcparams(X):
    """`plot` works where it is told to and leaves matplotlib as it was."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    before = dict(matplotlib.rcParams)
    display = PresenceDisplay.from_data(X)
    assert display.plot(ax=ax) is display
    assert display.ax_ is ax
    assert display.figure_ is figure
    assert dict(matplotlib.rcParams) == before


def test_nasty_names_are_drawn_as_text():
    """Markup, dollar signs and underscores in names neither crash nor vanish."""
    X = np.array([[1.0] * len(NASTY), [np.nan] * len(NASTY)])
    modalities = [(name, "auto", [i]) for i, name in enumerate(NASTY)]
    display = PresenceDisplay.from_data(X, modalities).plot()
    display.figure_.canvas.draw()
    shown = [text.get_text() for text in display.ax_.get_xticklabels()]
    assert shown[1] == r"a\$b\$c"
    assert shown[2].endswith("_x")


def test_without_matplotlib_the_extra_is_named(X, monkeypatch):
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(
        ImportError, match=r"PresenceDisplay needs .*mmensemble\[plot\]"
    ):
        PresenceDisplay.from_data(X).plot()


@pytest.mark.parametrize("max_patterns", [0, -1, "all"])
def test_as_many_patterns_as_there_can_be(max_patterns):
    """None or fewer cannot be drawn."""
    display = PresenceDisplay(pd.DataFrame({"a": [True]}))
    for method in (display.frame, display.plot):
        with pytest.raises(ValueError, match="The 'max_patterns' parameter of "):
            method(max_patterns=max_patterns)
