"""Reports: one self-contained HTML page from tables, figures, text and diagrams."""

from mmensemble.report._comparison import comparison_sections, conclusion, score_rows
from mmensemble.report._page import render_page, require_jinja, write_page
from mmensemble.report._sections import Diagram, Figure, Table, Text

__all__ = [
    "Diagram",
    "Figure",
    "Table",
    "Text",
    "comparison_sections",
    "conclusion",
    "render_page",
    "require_jinja",
    "score_rows",
    "write_page",
]
