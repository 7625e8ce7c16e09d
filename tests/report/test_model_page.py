"""The page of one model."""

import re

import pandas as pd
import pytest
from comparison_cases import classifier, make_data, regressor

from mmensemble import model_report
from mmensemble.report._model_page import model_page

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib").use("Agg")


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def headings(page):
    """Return the headings of the sections."""
    return re.findall(r'<h2 id="[^"]*">(.*?)</h2>', page)


def test_page_of_a_classifier():
    """Plain words come first; nothing is run that a name holds."""
    X, y = make_data(missing=0.3)
    y = pd.Series(y, name="<b>ill</b>")
    model = classifier(fusion="voting")
    given = {"cv": 2, "n_repeats": 1, "title": "Ill & well"}
    report = model_report(model, X, y, **given)
    page = model_page(report)
    assert "<h1>Ill &amp; well</h1>" in page
    assert "Predicted: &lt;b&gt;ill&lt;/b&gt;, 2 classes" in page
    assert "<b>ill" not in page
    assert headings(page)[:4] == [
        "In short",
        "What is predicted",
        "In numbers",
        "How well it predicts",
    ]
    for title in ("Strongest columns", "Score by the modalities that rows have"):
        assert title in headings(page)
    assert page.count("<svg") == 7
    assert "Alerts" not in headings(page)


def test_page_of_a_regressor():
    """Residuals in the place of curves; without shuffles no columns."""
    X, y = make_data(missing=0, regression=True)
    report = model_report(regressor(fusion="voting"), X, y, cv=2, max_columns=0)
    page = model_page(report)
    assert "Residuals</h3>" in page
    assert "ROC" not in page
    assert "Every row has the same modalities." in page
    assert "Strongest columns" not in headings(page)
