"""Reports: one self-contained HTML page from tables, figures, text and diagrams."""

from mmensemble.report._correlation import CorrelationReport
from mmensemble.report._correlation_report import correlation_report

__all__ = ["CorrelationReport", "correlation_report"]
