"""The display of compared scores."""

import sys

import numpy as np
import pandas as pd
import pytest
from comparison_cases import made
from sklearn.linear_model import LogisticRegression

from mmensemble import MultimodalClassifier, VotingFusion, compare_fusions
from mmensemble.datasets import make_multimodal
from mmensemble.display import FusionComparisonDisplay, ModalityVerdictDisplay

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

NASTY = ["<script>alert(1)</script>", "a$b$c", "_x", "</style>", "$\\frac{$"]


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture
def scores():
    """Three choices, one of which failed."""
    return pd.DataFrame(
        {
            "choice": ["concat", "broken", "voting"],
            "mean_test_score": [0.7, np.nan, 0.8],
            "std_test_score": [0.1, np.nan, 0.05],
            "mean_fit_time": [1.0, 2.0, 3.0],
        }
    )


def test_frame_is_sorted_and_marks_the_best(scores):
    """The best comes first, what failed comes last."""
    frame = FusionComparisonDisplay.from_frame(scores).frame()
    assert frame["choice"].tolist() == ["voting", "concat", "broken"]
    assert frame["best"].tolist() == [True, False, False]


def test_a_fusion_column_names_the_choices(scores):
    """Frames of `compare_fusions` call the choice `fusion`."""
    frame = scores.rename(columns={"choice": "fusion"})
    shown = FusionComparisonDisplay.from_frame(frame).frame()
    assert shown["choice"].tolist() == ["voting", "concat", "broken"]


def test_missing_columns_are_named(scores):
    """The error says which columns are missing."""
    with pytest.raises(ValueError, match=r"lacks the columns \['std_test_score'\]"):
        FusionComparisonDisplay.from_frame(scores.drop(columns="std_test_score"))
    with pytest.raises(ValueError, match=r"lacks the columns \['choice'\]"):
        FusionComparisonDisplay.from_frame(scores.drop(columns="choice"))


def test_an_empty_frame_is_refused(scores):
    """There must be something to compare."""
    with pytest.raises(ValueError, match="has no row"):
        FusionComparisonDisplay.from_frame(scores.iloc[:0])


def test_plot_draws_the_frame(scores):
    """Each point stands at its mean, in the order of the frame, the best is bold."""
    display = FusionComparisonDisplay.from_frame(scores, metric="roc_auc").plot()
    ax, frame = display.ax_, display.frame()
    points = [line.get_xdata()[0] for line in ax.lines if line.get_marker() in "oD"]
    np.testing.assert_allclose(points, frame["mean_test_score"].dropna())
    labels = ax.get_yticklabels()
    assert [text.get_text() for text in labels] == frame["choice"].tolist()
    assert labels[0].get_fontweight() == "bold"
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["0.800 (best)", "0.700", "failed"]
    assert "roc_auc" in ax.get_xlabel()


def test_plot_on_given_axes_returns_self_and_restores_rcparams(scores):
    """`plot` works where it is told to and leaves matplotlib as it was."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    before = dict(matplotlib.rcParams)
    display = FusionComparisonDisplay.from_frame(scores)
    assert display.plot(ax=ax) is display
    assert display.ax_ is ax
    assert display.figure_ is figure
    assert dict(matplotlib.rcParams) == before


def test_nasty_names_are_drawn_as_text():
    """Markup, dollar signs and underscores in names neither crash nor vanish."""
    n = len(NASTY)
    frame = pd.DataFrame(
        {"choice": NASTY, "mean_test_score": [0.5] * n, "std_test_score": [0.1] * n}
    )
    display = FusionComparisonDisplay.from_frame(frame, metric="$x$").plot()
    display.figure_.canvas.draw()
    assert display.ax_.get_yticklabels()[1].get_text() == r"a\$b\$c"


def test_without_matplotlib_the_extra_is_named(scores, monkeypatch):
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    display = FusionComparisonDisplay.from_frame(scores)
    with pytest.raises(
        ImportError, match=r"needs the library matplotlib: .*mmensemble\[plot\]"
    ):
        display.plot()


@pytest.fixture
def comparison():
    """Three choices on four folds, one of which failed."""
    data = make_multimodal(n_samples=60, random_state=0)
    model = MultimodalClassifier(estimator=LogisticRegression(), cv=2, random_state=0)
    fusions = {"concat": "concat", "voting": "voting", "hard": VotingFusion("nothing")}
    return compare_fusions(model, data.data, data.target, fusions=fusions, cv=3)


def test_from_comparison(comparison):
    """Intervals are those of the tests; members stand beside the choices."""
    display = FusionComparisonDisplay.from_comparison(comparison)
    frame = display.frame()
    tests = comparison.tests(reference=comparison.best).set_index("choice")
    assert frame["lower"][0] == pytest.approx(tests["lower"][frame["choice"][0]])
    assert {"concat", "voting", "hard"} < set(frame["choice"])
    assert frame["choice"].str.endswith(" only").sum() == 3
    assert frame["upper"].isna().sum() == 1
    ax = display.plot().ax_
    assert "accuracy (95% interval)" in ax.get_xlabel()
    assert "within 0.01 of the best" in ax.get_xlabel()
    band = ax.patches[0]
    top = frame["mean_test_score"].max()
    assert band.get_x() + band.get_width() == pytest.approx(top)
    few = display.plot(max_choices=2)
    assert "4 lower ones are not shown" in few.ax_.get_xlabel()


def test_plot_of_a_comparison(comparison):
    """`FusionComparison.plot` knows two kinds."""
    assert isinstance(comparison.plot(), FusionComparisonDisplay)
    assert isinstance(comparison.plot(kind="modalities"), ModalityVerdictDisplay)
    with pytest.raises(ValueError, match="'kind' parameter must be one of"):
        comparison.plot(kind="pie")


def test_nothing_was_scored():
    """Where every choice failed there are words instead of points."""
    found = made({"voting": [0.5, 0.5], "bad": None})
    for result in found.results:
        result.outcomes[0] = result.outcomes[1]
    ax = found.plot().ax_
    assert "failed" in [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("max_choices", [0, -1, "all"])
def test_as_many_choices_as_there_can_be(scores, max_choices):
    """None or fewer cannot be drawn."""
    display = FusionComparisonDisplay.from_frame(scores)
    with pytest.raises(ValueError, match="The 'max_choices' parameter of "):
        display.plot(max_choices=max_choices)
