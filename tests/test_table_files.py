"""Endings of files that hold tables."""

import pytest

from mmensemble._table_files import table_ending


@pytest.mark.parametrize(
    ("path", "ending"),
    [
        ("a.csv", ".csv"),
        ("a.b.TSV", ".tsv"),
        ("a.csv.gz", ".csv"),
        ("folder.csv/a.pq", ".pq"),
        ("a.parquet", ".parquet"),
        ("a.xlsx", ".xlsx"),
    ],
)
def test_known_endings(path, ending):
    """Whatever case, and compressed."""
    assert table_ending(path) == ending


@pytest.mark.parametrize("path", ["a", "a.xls", "csv", ".gz"])
def test_unknown_endings(path):
    """The message says which are known."""
    with pytest.raises(ValueError, match=r"no known ending; known are \.csv, \.tsv"):
        table_ending(path)
