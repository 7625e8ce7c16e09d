"""The sections of a correlation report."""

import numpy as np
import pandas as pd
import pytest
from report_cases import nasty_table

from mmensemble import correlation_report
from mmensemble.report._correlation_sections import correlation_sections, modality_table

pytest.importorskip("matplotlib").use("Agg")


@pytest.fixture(scope="module")
def report():
    """A report with everything but shifts."""
    X, modalities, y, _ = nasty_table()
    return correlation_report(X, y, modalities=modalities, random_state=0)


def test_titles_in_order(report):
    """Summary first, method last; what has nothing to show is left out."""
    titles = [section.title for section in correlation_sections(report)]
    assert titles == [
        "In short",
        "What is studied",
        "Summary",
        "Modalities",
        "Who explains whom",
        "Pairs of modalities",
        "Columns in hierarchical order",
        "Single pairs of columns",
        "Strongest pairs of columns",
        "Where Pearson and Spearman differ",
        "Which modalities are present",
        "Rows whose modalities disagree most",
        "Method and caveats",
    ]


def test_groups_add_a_table_and_code_a_section(report, monkeypatch):
    """Shifts and the recipe come where there are any."""
    X, modalities, y, groups = nasty_table()
    grouped = correlation_report(
        X, y, modalities=modalities, groups=groups, random_state=0
    )
    monkeypatch.setattr(grouped, "code", "mmensemble correlate x.csv")
    titles = [section.title for section in correlation_sections(grouped)]
    assert "Relations that change" in titles
    assert titles[-1] == "How to make this page again"


def test_alt_texts_say_the_numbers(report):
    """Who does not see the heat map hears it."""
    sections = {section.title: section for section in correlation_sections(report)}
    heatmap, network = sections["Who explains whom"].figures
    square = report.display().frame()
    value = square.loc["_x", "a$b$c"]
    assert f"_x explains {max(value, 0):.0%} of a$b$c" in heatmap.alt
    assert network.alt.startswith("Network of modalities, strongest first: ")
    presence = sections["Which modalities are present"]
    assert "86.0% have" in presence.alt


def test_what_can_go_is_marked():
    """Redundant and irrelevant rows stand out; columns without data are left out."""
    modalities = pd.DataFrame(
        {
            "verdict": ["complementary", "redundant", "irrelevant"],
            "stand_in": [None, "a", None],
            "score": np.nan,
            "p_value_saved": 0.000123456,
            "explained": [0.12345, 0.9, 0.0],
        },
        index=["a", "b", "c"],
    )
    table = modality_table(modalities)
    assert table.marked == (1, 2)
    assert list(table.frame) == [
        "modality",
        "verdict",
        "stand-in",
        "explained by the others",
        "p (paired t-test over rows)",
    ]
    assert table.frame["explained by the others"][0] == 0.12345
    assert table.frame["p (paired t-test over rows)"][0] == 0.000123456


def test_agreeing_methods_are_told():
    """Where no pair differs a sentence stands for the table."""
    X = np.random.default_rng(0).normal(size=(60, 3))
    report = correlation_report(X, random_state=0)
    sections = {section.title: section for section in correlation_sections(report)}
    (paragraph,) = sections["Where Pearson and Spearman differ"].paragraphs
    assert paragraph == "No pair differs by more than chance and 0.1."
