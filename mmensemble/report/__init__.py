"""Reports: one self-contained HTML page from tables, figures, text and diagrams."""

from mmensemble.report._comparison import comparison_sections, conclusion, score_rows
from mmensemble.report._correlation import CorrelationReport, correlation_report
from mmensemble.report._correlation_file import SAMPLE_ROWS, file_report
from mmensemble.report._page import render_page, require_jinja, write_page
from mmensemble.report._sections import Diagram, Figure, Figures, Table, Text

__all__ = [
    "SAMPLE_ROWS",
    "CorrelationReport",
    "Diagram",
    "Figure",
    "Figures",
    "Table",
    "Text",
    "comparison_sections",
    "conclusion",
    "correlation_report",
    "file_report",
    "render_page",
    "require_jinja",
    "score_rows",
    "write_page",
]
