"""The page on contributions."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from comparison_cases import FailsOnce, classifier, make_data
from fold_cases import EXPECTED_WARNINGS, FOLD_CASES

from mmensemble import modality_contributions
from mmensemble.report._contribution_page import _sentences, contribution_page

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib").use("Agg")


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def test_page(tmp_path):
    """Numbers, figures and pairs; `to_html` writes the same."""
    X, y = make_data()
    found = modality_contributions(classifier(), X, y, cv=2)
    page = contribution_page(found, title="<b>Which</b>")
    assert "<h1>&lt;b&gt;Which&lt;/b&gt;</h1>" in page
    assert page.count("<svg") == 3
    top = found.frame().sort_values("shapley", ascending=False)["modality"].iloc[0]
    assert f"each contributes: {top} +" in page
    assert "Predicted: the target (it came without a name), 2 classes" in page
    assert "What failed" not in page
    path = tmp_path / "page.html"
    assert found.to_html(path) == path.read_text() == contribution_page(found)


def test_it_begins_in_plain_words():
    """What is predicted, how well beside guessing, and what helps most."""
    X, y = make_data(missing=0)
    found = modality_contributions(classifier(), X, y, cv=2)
    text = contribution_page(found).partition("<p>")[2].partition("</p>")[0]
    score = found.degradation()["score"].iloc[0]
    order = found.frame().sort_values("shapley", ascending=False)["modality"].tolist()
    assert text.startswith("What is predicted is the target (no or yes), from a, b and")
    assert f"The model is right for {score:.1%} of the rows that it has not" in text
    assert f"What seems to help most is {order[0]}, then {order[1]}." in text
    assert text.endswith("makes of the modalities, not what causes the target.")


def test_what_does_not_help_is_told():
    """So are folds that failed."""
    X, y = make_data(missing=0)
    X["c__0"] = X["c__1"] = 1.0
    cv = [(np.arange(41), np.arange(41, 60)), (np.arange(20, 60), np.arange(20))]
    found = modality_contributions(classifier(fusion=FailsOnce()), X, y, cv=cv)
    page = contribution_page(found)
    assert "Little or nothing comes from c." in page
    assert "1 of 2 folds failed; see below." in page


@pytest.mark.parametrize("name", FOLD_CASES)
def test_folds_may_differ(name):
    """Whatever folds have or lack, there is a page."""
    case = FOLD_CASES[name]()
    found = modality_contributions(case.model, case.X, case.y, **case.options)
    page = found.to_html()
    assert ("pooled rows" in page) == found.is_pooled
    assert (">What failed" in page) == bool(len(found.errors()))


for _text in EXPECTED_WARNINGS:
    test_folds_may_differ = pytest.mark.filterwarnings(_text)(test_folds_may_differ)


def test_failures_are_shown():
    """The reasons stand in a table."""
    X, y = make_data()
    cv = [(np.arange(41), np.arange(41, 60)), (np.arange(20, 60), np.arange(20))]
    found = modality_contributions(classifier(fusion=FailsOnce()), X, y, cv=cv)
    assert "an odd number of rows" in found.to_html()


def test_a_sentence_names_the_first_of_many():
    """The table below it has all; six and one are named."""
    falls = pd.DataFrame({"missing": [0, 1], "score": [0.9, 0.5]})
    scores = pd.DataFrame(
        {
            "modality": [f"m{k}" for k in range(20)],
            "shapley": 0.1 - 0.01 * np.arange(20),
        }
    )
    many = SimpleNamespace(frame=lambda: scores, degradation=falls)
    (said,) = _sentences(many, "accuracy")
    assert said.endswith(
        "each contributes: m0 +0.100, m1 +0.0900, m2 +0.0800, m3 +0.0700, m4 +0.0600, "
        "m5 +0.0500, and each of 14 others −0.0900 to +0.0400."
    )
    few = SimpleNamespace(frame=lambda: scores.head(7), degradation=falls)
    assert _sentences(few, "accuracy")[0].endswith("m5 +0.0500, m6 +0.0400.")
