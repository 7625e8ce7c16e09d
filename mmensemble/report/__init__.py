"""Reports: one self-contained HTML page from tables, figures, text and diagrams."""

from mmensemble.report._contribution_page import contribution_page
from mmensemble.report._correlation import CorrelationReport, correlation_report
from mmensemble.report._correlation_file import SAMPLE_ROWS, file_report
from mmensemble.report._fusion_page import fusion_page
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
    "contribution_page",
    "correlation_report",
    "file_report",
    "fusion_page",
    "render_page",
    "require_jinja",
    "write_page",
]
