"""The display of modality correlations."""

import sys

import numpy as np
import pandas as pd
import pytest

from mmensemble import (
    ModalityCorrelation,
    ModalityCorrelationDisplay,
    MultimodalClassifier,
)

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

KINDS = ["heatmap", "network", "clustermap"]
NASTY = ["<script>alert(1)</script>", "a$b$c", "_x"]


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def table(n=80):
    """Return a table of three hostile modalities, the second a copy, and a target."""
    rng = np.random.default_rng(0)
    first, third = rng.normal(size=(n, 3)), rng.normal(size=(n, 2))
    block = np.hstack([first, first + 0.1 * rng.normal(size=first.shape), third])
    columns = [f"{NASTY[k // 3]} {k}" for k in range(8)]
    X = pd.DataFrame(block, columns=columns)
    modalities = [
        (name, "auto", columns[3 * k : 3 * k + 3]) for k, name in enumerate(NASTY)
    ]
    return X, modalities, (first[:, 0] > 0).astype(int)


@pytest.fixture(scope="module")
def analysis():
    """A fitted analysis."""
    X, modalities, y = table()
    return ModalityCorrelation(modalities, random_state=0).fit(X, y)


@pytest.fixture
def display(analysis):
    """The display of the analysis."""
    return ModalityCorrelationDisplay.from_estimator(analysis)


def test_frame_of_the_heatmap_is_that_of_the_pairs(display, analysis):
    """Each cell is what the row explains of the column; other measures are even."""
    square = display.frame()
    for row in analysis.pairs_.itertuples():
        assert square.loc[row.modality_a, row.modality_b] == row.a_explains_b
        assert square.loc[row.modality_b, row.modality_a] == row.b_explains_a
    rv = display.frame(measure="rv")
    np.testing.assert_array_equal(rv, rv.T)
    assert np.isnan(np.diag(rv)).all()


def test_frame_of_the_network_is_sorted(display):
    """One row a pair, the stronger direction first, the strongest pair on top."""
    edges = display.frame("network")
    assert len(edges) == 3
    assert edges["value"].is_monotonic_decreasing
    assert (edges["value"] >= edges["back"]).all()
    assert set(edges.iloc[0][["source", "target"]]) == {NASTY[0], NASTY[1]}


def test_frame_of_the_clustermap_reorders_the_features(display, analysis):
    """All numbers are those of the analysis; a copy stands beside its source."""
    square = display.frame("clustermap")
    features = analysis.features_
    pd.testing.assert_frame_equal(square, features.loc[square.index, square.columns])
    place = {name: k for k, name in enumerate(square.index)}
    for k in range(3):
        names = features.index[[k, k + 3]]
        assert abs(place[names[0]] - place[names[1]]) == 1
    assert len(display.frame("clustermap", max_features=4)) == 4


def test_three_ways_to_the_same_display(analysis):
    """From data, from the analysis, and from a multimodal estimator."""
    X, modalities, y = table()
    one = ModalityCorrelationDisplay.from_estimator(analysis)
    two = ModalityCorrelationDisplay.from_data(X, y, modalities, random_state=0)
    model = MultimodalClassifier(modalities, fusion="voting", cv=2).fit(X, y)
    three = ModalityCorrelationDisplay.from_estimator(model, X, y, random_state=0)
    for other in (two, three):
        pd.testing.assert_frame_equal(one.frame(), other.frame())
    with pytest.raises(ValueError, match="MultimodalClassifier does not keep its"):
        ModalityCorrelationDisplay.from_estimator(model)


@pytest.mark.parametrize("kind", KINDS)
def test_plot_on_given_axes_and_restores_rcparams(display, kind):
    """`plot` works where it is told to and leaves matplotlib as it was."""
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    before = dict(matplotlib.rcParams)
    assert display.plot(kind, ax=ax) is display
    assert display.ax_ is ax
    assert dict(matplotlib.rcParams) == before
    display.figure_.canvas.draw()


def test_the_heatmap_writes_its_numbers(display):
    """Cells hold shares in percent, the diagonal nothing."""
    texts = [text.get_text() for text in display.plot().ax_.texts]
    square = display.frame().to_numpy()
    expected = [f"{max(v, 0):.0%}" for v in square[~np.isnan(square)]]
    assert texts == expected
    texts = [text.get_text() for text in display.plot(measure="rv").ax_.texts]
    assert texts[0] == f"{display.frame(measure='rv').iloc[0, 1]:.2f}"


def test_the_network_names_verdicts(display, analysis):
    """Beside each dot stand name and verdict; a redundant one is hollow."""
    ax = display.plot("network").ax_
    texts = [text.get_text() for text in ax.texts if "\n" in text.get_text()]
    assert [text.split("\n")[1] for text in texts] == list(
        analysis.modalities_["verdict"]
    )
    hollow = [len(dots.get_facecolors()) == 0 for dots in ax.collections]
    verdicts = analysis.modalities_["verdict"].isin(["redundant", "irrelevant"])
    assert hollow == verdicts.tolist()


def test_nasty_names_are_drawn_as_text(display):
    """Dollar signs start no formula, underscores hide no legend entry."""
    for kind in KINDS:
        display.plot(kind).figure_.canvas.draw()
    shown = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert shown[1] == r"a\$b\$c"
    assert shown[2].endswith("_x")


def test_wide_data_are_drawn_from_strong_pairs():
    """A list of strong pairs makes a clustered map too."""
    X, modalities, _ = table()
    analysis = ModalityCorrelation(modalities, max_features=5, random_state=0).fit(X)
    display = ModalityCorrelationDisplay.from_estimator(analysis)
    square = display.frame("clustermap")
    assert set(square.index) == set(X.columns[:6])
    display.plot("clustermap")


def test_wrong_words_are_refused(display):
    """Kind and measure are told with what there is."""
    with pytest.raises(ValueError, match=r"'kind' parameter .* one of .*'network'"):
        display.plot("circle")
    with pytest.raises(ValueError, match="'measure' parameter must be one of"):
        display.frame(measure="tau")


def test_without_matplotlib_the_extra_is_named(display, monkeypatch):
    """The frame works; the plot says what to install."""
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    display.frame()
    with pytest.raises(ImportError, match=r"mmensemble\[plot\]"):
        display.plot()
