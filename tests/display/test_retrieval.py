"""The display of retrieval."""

import pandas as pd
import pytest

from mmensemble.display import RetrievalDisplay

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


def make_scores():
    """Return scores as `retrieval_scores` gives them, depths out of order."""
    rows = [
        (query, target, metric, score, score - 0.1, score + 0.1, 50)
        for query, target in (("b", "a"), ("a", "b"))
        for metric, score in (("map", 0.3), ("recall@10", 0.8), ("recall@2", 0.5))
    ]
    names = ["query", "target", "metric", "score", "lower", "upper", "n_queries"]
    return pd.DataFrame(rows, columns=names)


def test_frame_has_depths_in_order():
    """Only recalls, by pair and depth."""
    frame = RetrievalDisplay.from_scores(make_scores()).frame()
    assert frame[["query", "k", "recall"]].to_numpy().tolist() == [
        ["a", 2, 0.5],
        ["a", 10, 0.8],
        ["b", 2, 0.5],
        ["b", 10, 0.8],
    ]


def test_plot_has_a_line_a_pair():
    """With names in the legend."""
    display = RetrievalDisplay.from_scores(make_scores()).plot()
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["a → b", "b → a"]
    matplotlib.pyplot.close(display.figure_)


def test_scores_without_recall():
    """The message says what to ask for."""
    scores = make_scores()
    with pytest.raises(ValueError, match="holds no 'recall@k'"):
        RetrievalDisplay.from_scores(scores[scores["metric"] == "map"])
