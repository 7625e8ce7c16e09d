"""What results share that have a page."""

import json

import pandas as pd
import pytest

from mmensemble import correlation_report
from mmensemble.model_selection import (
    FusionComparison,
    ModalityContributions,
    ModelReport,
)
from mmensemble.report import CorrelationReport
from mmensemble.report._reported import Reported


class Found(Reported):
    """A result of one number."""

    title = "<i>Found</i>"

    def _page(self, word="é"):
        return f"<p>{word}</p>"

    def to_dict(self):
        return {"é": 1.0, "gap": None}


class Framed(Found):
    """One that shows its frame."""

    _indent = 1

    def _shown(self):
        return pd.DataFrame({"<b>": [1]})


def test_pages_are_written_as_they_are_returned(tmp_path):
    """With the options of the page, in UTF-8."""
    path = tmp_path / "page.html"
    assert Found().to_html(path, word="ß") == path.read_bytes().decode() == "<p>ß</p>"
    assert Found().to_html() == "<p>é</p>"
    with pytest.raises(TypeError, match="unexpected keyword argument 'wort'"):
        Found().to_html(wort="")


def test_json_is_written_as_it_is_returned(tmp_path):
    """In one line, or one a level; not-a-number is no JSON."""
    path = tmp_path / "found.json"
    text = Found().to_json(path)
    assert text + "\n" == path.read_bytes().decode()
    assert text == '{"é": 1.0, "gap": null}'
    assert Framed().to_json().splitlines()[1] == ' "é": 1.0,'
    bad = Found()
    bad.to_dict = lambda: {"a": float("nan")}
    with pytest.raises(ValueError, match="not JSON compliant"):
        bad.to_json()


def test_notebooks_show_the_page_or_a_frame():
    """The page in a frame of its own; names of columns are escaped."""
    shown = Found()._repr_html_()
    assert shown.startswith('<iframe title="&lt;i&gt;Found&lt;/i&gt;" sandbox=')
    assert "&lt;p&gt;é&lt;/p&gt;" in shown
    assert "&lt;b&gt;" in Framed()._repr_html_()


@pytest.mark.parametrize(
    "kind", [CorrelationReport, FusionComparison, ModalityContributions, ModelReport]
)
def test_every_result_has_it_from_here(kind):
    """None writes files by itself."""
    assert issubclass(kind, Reported)
    for name in ("to_html", "to_json", "_repr_html_"):
        assert getattr(kind, name) is getattr(Reported, name)


def test_content_is_what_json_says():
    """`to_dict` and `to_json` agree."""
    X = pd.DataFrame({"a__x": range(30), "b__y": [k % 7 for k in range(30)]})
    report = correlation_report(X, random_state=0)
    assert json.loads(report.to_json()) == json.loads(json.dumps(report.to_dict()))
