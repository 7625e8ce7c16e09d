"""The sections of a comparison."""

import numpy as np
import pandas as pd
import pytest

from mmensemble import MultimodalClassifier
from mmensemble.report import (
    comparison_sections,
    conclusion,
    render_page,
    score_rows,
)


def make_table(**scores):
    """Make a table of scores, one list of folds a choice; None is a failure."""
    rows = []
    for name, folds in scores.items():
        values = [np.nan] * 3 if folds is None else folds
        rows.append(
            {
                "choice": name,
                "mean_test_score": np.mean(values),
                "std_test_score": np.std(values),
                "mean_fit_time": 1.0,
                **{f"split{k}_test_score": v for k, v in enumerate(values)},
                "error": "ValueError: <b>no</b>" if folds is None else "",
            }
        )
    return pd.DataFrame(rows)


CLEAR = {"a": [0.5, 0.6, 0.5], "b": [0.4, 0.4, 0.4], "voting": [0.7, 0.8, 0.7]}


def test_conclusion_of_a_clear_gain():
    """Where every fold gains alike, the text says that fusing helps."""
    text = conclusion(make_table(**CLEAR), ["a", "b"], "AUC")
    assert "The highest AUC is that of voting: 0.733 ± 0.047 over 3 folds." in text
    assert "single modality, a, by +0.200 ± 0.000 a fold" in text
    assert "ahead in 3 of 3: more than the spread" in text
    assert text.endswith("so fusing helps here.")


def test_conclusion_of_a_clear_loss():
    """Where every fold loses, the text says so."""
    table = make_table(a=[0.8, 0.9, 0.8], voting=[0.6, 0.7, 0.6])
    assert conclusion(table, ["a"], "AUC").endswith("so fusing hurts here.")


def test_conclusion_of_a_draw():
    """A difference within the spread is called no evidence."""
    table = make_table(a=[0.5, 0.7, 0.5], voting=[0.7, 0.5, 0.6])
    assert "do not show that fusing helps" in conclusion(table, ["a"], "AUC")


@pytest.mark.parametrize("scores", [{"a": [0.5] * 3, "voting": None}, {"a": [0.5] * 3}])
def test_conclusion_without_fusions(scores):
    """Without both sides there is nothing to conclude."""
    assert "failed to compare" in conclusion(make_table(**scores), ["a"], "AUC")


def test_score_rows_mark_the_best_and_the_failed():
    """Numbers are rounded, the best is marked, a failure is a word."""
    rows = score_rows(make_table(a=[0.5] * 3, voting=[0.75] * 3, concat=None), "AUC")
    assert rows["AUC (mean ± sd)"].tolist() == [
        "0.500 ± 0.000",
        "0.750 ± 0.000",
        "failed",
    ]
    assert rows["note"].tolist() == ["", "best", ""]


def test_sections_make_a_page():
    """The page holds conclusion, scores, failures, plots, diagram and recipe."""
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib").use("Agg")
    X = pd.DataFrame({"a__x": [1.0, 2.0], "b__x": [1.0, np.nan]})
    sections = comparison_sections(
        make_table(**CLEAR, concat=None),
        singles=["a", "b"],
        metric="AUC",
        model=MultimodalClassifier(),
        X=X,
        modalities="auto",
        how="Three folds.",
        code="make it",
    )
    assert [section.kind for section in sections] == [
        "text",
        "table",
        "table",
        "figure",
        "figure",
        "diagram",
        "text",
    ]
    page = render_page("t", sections)
    assert "ValueError: &lt;b&gt;no&lt;/b&gt;" in page
    assert "Of the rows, 50.0% have a and b; 50.0% have a." in page
