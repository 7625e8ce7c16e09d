"""Reading and writing tables."""

import sys

import pandas as pd
import pytest

from mmensemble.cli._errors import CommandError
from mmensemble.cli._tables import check_table_out, read_header, read_table, write_table


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.tsv", "t.parquet", "T.CSV"])
def test_round_trip(tmp_path, name):
    """Every known ending is written and read back."""
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "y"]})
    write_table(frame, str(tmp_path / name))
    read = read_table(str(tmp_path / name))
    assert read["a"].tolist() == [1.5, 2.5]
    assert read["b"].tolist() == ["x", "y"]
    assert read_header(str(tmp_path / name))[0] == ["a", "b"]


def test_formulas_are_disarmed_in_csv(tmp_path):
    """Text cells and headers get a ' in front, numbers stay."""
    path = tmp_path / "t.csv"
    write_table(pd.DataFrame({"=h": ["=1+1", "+x", "-x", "@x", "ok"], "n": -1}), path)
    assert path.read_text().splitlines() == [
        "'=h,n",
        "'=1+1,-1",
        "'+x,-1",
        "'-x,-1",
        "'@x,-1",
        "ok,-1",
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", None, "there is no such file"),
        ("t.xls", "", "no known ending; known are .csv, .tsv, .parquet, .pq"),
        ("t", "", "no known ending"),
        ("t.csv", "", "cannot read .*No columns to parse"),
        ("t.csv", "a,b\n", "has no rows"),
        ("t.csv", "a,b\n1,2\n1,2,3,4\n", "cannot read .*Expected 2 fields"),
        ("t.csv", b"a\n\xff\xfe\n", "cannot read .*decode"),
        ("t.csv", "a,b,a\n1,2,3\n", "names columns twice: a"),
        ("t.parquet", "no parquet", "cannot read"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name, content, said):
    """Each trouble has its line."""
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    if content is not None:
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
    with pytest.raises(CommandError, match=said):
        read_table(str(tmp_path / name))


def test_parquet_without_pyarrow(tmp_path, monkeypatch):
    """The message names the extra, for reading and for writing."""
    (tmp_path / "t.parquet").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(CommandError, match=r"mmensemble\[parquet\]"):
        read_table(str(tmp_path / "t.parquet"))
    with pytest.raises(CommandError, match=r"mmensemble\[parquet\]"):
        check_table_out(str(tmp_path / "out.parquet"))


def test_an_index_is_no_column(tmp_path):
    """pandas' own index in a Parquet file is not offered as a column."""
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"a": [1, 2, 3]}).iloc[[2, 0]]
    frame.to_parquet(tmp_path / "t.parquet")
    assert read_header(str(tmp_path / "t.parquet")) == (["a"], {})
