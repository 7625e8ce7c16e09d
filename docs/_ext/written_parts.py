"""Directives that write parts of pages from what the package says of itself."""

from pathlib import Path

import pandas as pd
from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.statemachine import StringList

import mmensemble
from mmensemble._verdicts import UNCLEAR, VERDICTS, WHY_UNCLEAR

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"


def list_table(rows, *, widths=None, caption=""):
    """Return a table with one row of headings as lines of reStructuredText."""
    lines = [f".. list-table:: {caption}", "   :header-rows: 1"]
    lines += [f"   :widths: {widths}"] if widths else []
    lines += [""]
    for first, *others in rows:
        lines += [f"   * - {first}", *(f"     - {cell}" for cell in others)]
    return [*lines, ""]


def results_table(name, columns=None, caption=""):
    """Return columns of a table of results, written as they are there."""
    table = pd.read_csv(RESULTS / f"{name}.csv", dtype=str, keep_default_na=False)
    table = table[columns or list(table.columns)]
    return list_table([table.columns, *table.to_numpy()], caption=caption)


def fusion_table(level):
    """Return the table of the fusions of a level as lines of reStructuredText."""
    table = mmensemble.list_fusions()
    rows = [("``fusion=``", "Choose it when", "Source, and what it tells of each row")]
    for name, row in table[table["level"] == level].iterrows():
        tells = row["row_outputs"].split(", ") if row["row_outputs"] else []
        offered = [f"``{output}``" for output in tells]
        link = f"``{name}`` :class:`~mmensemble.{row['class']}`"
        when = row["when"]
        if row["tasks"] != "classification, regression":
            when += f" Only {row['tasks']}."
        rows.append((link, when, "; ".join([row["reference"], *offered])))
    return list_table(rows, widths="22 44 34")


def verdict_terms():
    """Return the verdicts and what they mean, as lines of a glossary."""
    words = VERDICTS | {UNCLEAR: WHY_UNCLEAR}
    lines = [".. glossary::", ""]
    for word, meaning in words.items():
        lines += [f"   {word}", f"      {meaning[0].upper()}{meaning[1:]}.", ""]
    return lines


class Written(Directive):
    """Put lines that a function returns where the directive stands."""

    def run(self):
        """Return the nodes of the lines."""
        lines = StringList(self.lines(), source=f"{self.name} directive")
        parent = nodes.Element()
        self.state.nested_parse(lines, self.content_offset, parent)
        return parent.children


class FusionTable(Written):
    """``.. fusion-table:: decision``: the fusions of a level, or of all."""

    required_arguments = 1

    def lines(self):
        """Return the table."""
        return fusion_table(self.arguments[0])


class ResultsTable(Written):
    """``.. results-table:: name``: a table of results, or some columns of it."""

    required_arguments = 1
    option_spec = {"columns": directives.unchanged, "caption": directives.unchanged}

    def lines(self):
        """Return the table."""
        columns = self.options.get("columns")
        columns = columns and [column.strip() for column in columns.split(";")]
        caption = " ".join(self.options.get("caption", "").split())
        return results_table(self.arguments[0], columns, caption)


class VerdictTerms(Written):
    """``.. verdict-terms::``: a glossary of the verdicts."""

    def lines(self):
        """Return the glossary."""
        return verdict_terms()


def setup(app):
    """Register the directives."""
    app.add_directive("fusion-table", FusionTable)
    app.add_directive("results-table", ResultsTable)
    app.add_directive("verdict-terms", VerdictTerms)
    return {"version": mmensemble.__version__, "parallel_read_safe": True}
