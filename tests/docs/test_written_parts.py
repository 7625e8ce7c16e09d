"""Parts of pages that the package writes itself."""

import pytest

pytest.importorskip("docutils")
from written_parts import fusion_table, results_table, verdict_terms

import mmensemble
from mmensemble._verdicts import VERDICTS


def test_every_fusion_is_in_one_table():
    """The three tables hold what list_fusions lists."""
    listed = mmensemble.list_fusions()
    tables = {level: fusion_table(level) for level in ("decision", "feature", "both")}
    for name, row in listed.iterrows():
        link = f"   * - ``{name}`` :class:`~mmensemble.{row['class']}`"
        assert [level for level, t in tables.items() if link in t] == [row["level"]]


def test_what_a_fusion_serves_is_said():
    """A fusion for one task says so."""
    text = "\n".join(fusion_table("decision"))
    assert "should show. Only classification." in text


def test_verdicts_are_defined_once():
    """The glossary takes their meaning from the vocabulary."""
    lines = verdict_terms()
    for word, meaning in VERDICTS.items():
        place = lines.index(f"   {word}")
        assert lines[place + 1].strip().lower() == f"{meaning}.".lower()


def test_results_are_written_as_they_are():
    """No digit of a table is changed, whichever columns are shown."""
    lines = results_table("statistics_null", ["test", "10 × 10 folds"], "How often")
    assert lines[0] == ".. list-table:: How often"
    place = lines.index("   * - corrected resampled t-test")
    assert lines[place + 1] == "     - 5.8"
    assert "     - 5 folds" not in lines
