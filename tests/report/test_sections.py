"""Sections turn what they hold into parts of a page."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from mmensemble.report._sections import Diagram, Table, Text, show


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(0.00012345), "0.000123"),
        (np.int64(12345), "12,345"),
        (np.bool_(False), "no"),
        (pd.NA, "–"),
        (np.nan, "–"),
        ("<b>", "<b>"),
        (("a", 1), "('a', 1)"),
    ],
)
def test_cells(value, text):
    """Every kind of cell becomes short text; escaping is the template's task."""
    assert show(value) == text


def test_a_table_without_rows_has_columns():
    """An empty frame keeps its header."""
    parts = Table("t", pd.DataFrame({"a": [], "b": []})).parts("s1")
    assert parts["columns"] == [("a", False), ("b", False)]
    assert parts["rows"] == []


def test_text_and_code_pass_through():
    """Paragraphs and code are what was given."""
    assert Text("t", ("p",), code="c", points=("q",)).parts("s1") == {
        "paragraphs": ("p",),
        "points": ("q",),
        "links": [],
        "code": "c",
    }


def test_what_is_missing_is_set_as_its_column():
    """A gap among names is text, a gap among numbers a number."""
    frame = pd.DataFrame({"a": ["x", None], "b": [1.0, np.nan]}, dtype=object)
    parts = Table("t", frame).parts("s1")
    assert parts["columns"] == [("a", False), ("b", True)]
    assert [flag for _, flag, _ in parts["rows"][1]] == [False, True]
    assert [key for _, _, key in parts["rows"][0]] == [None, "1.0"]


def test_a_diagram_brings_no_body():
    """scikit-learn's body tags would end the page's own."""
    html = Diagram("t", Ridge(alpha=3)).parts("s1")["diagram"]
    assert "<body>" not in html
    assert "</body>" not in html
    assert "Ridge" in html


def test_links_run_nothing():
    """An address that is a script is refused; paths and pages are not."""
    text = Text("t", links=(("there", "a/b.html"), ("web", "https://example.org/")))
    assert [address for _, address in text.parts("p")["links"]] == [
        "a/b.html",
        "https://example.org/",
    ]
    with pytest.raises(ValueError, match="A link must be a path, or the address"):
        Text("t", links=(("x", "javascript:alert(1)"),)).parts("p")


def test_no_p_value_of_a_table_is_nothing():
    """It is small, and sorted by what it is; other numbers stay as they are."""
    frame = pd.DataFrame({"p (Holm)": [1e-15, 0.25], "p": [1e-15, 0.25]})
    rows = Table("t", frame, p_values=("p (Holm)", "adjusted p")).parts("s1")["rows"]
    assert [cell for cell, _, _ in rows[0]] == ["< 0.001", "0"]
    assert rows[0][0] == ("< 0.001", True, "1e-15")
    assert [cell for cell, _, _ in rows[1]] == ["0.250", "0.250"]
