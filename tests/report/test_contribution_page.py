"""The page on contributions."""

import numpy as np
import pytest
from comparison_cases import FailsOnce, classifier, make_data
from fold_cases import EXPECTED_WARNINGS, FOLD_CASES

from mmensemble import modality_contributions
from mmensemble.report._contribution_page import contribution_page

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
