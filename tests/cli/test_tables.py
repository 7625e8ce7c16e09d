"""Reading and writing tables."""

import gzip
import lzma
import sys

import pandas as pd
import pytest

from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import TableFormat
from mmensemble.cli._sources import as_file
from mmensemble.cli._tables import (
    check_tables_out,
    read_header,
    read_table,
    write_table,
)


@pytest.mark.parametrize(
    "name", ["t.csv", "t.csv.gz", "t.tsv", "t.parquet", "t.xlsx", "T.CSV"]
)
def test_round_trip(tmp_path, name):
    """Every known ending is written and read back."""
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    if name.endswith("xlsx"):
        pytest.importorskip("openpyxl")
    frame = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "y"]})
    write_table(frame, str(tmp_path / name))
    read = read_table(str(tmp_path / name))
    assert read["a"].tolist() == [1.5, 2.5]
    assert read["b"].tolist() == ["x", "y"]
    with as_file(str(tmp_path / name), TableFormat()) as (file, form):
        assert read_header(str(tmp_path / name), form, file=file)[0] == ["a", "b"]


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
        ("t.xls", "", "no known ending; known are .csv, .tsv, .parquet, .pq, .xlsx"),
        ("t", "", "no known ending"),
        ("t.csv", "", "cannot read .*it is empty"),
        ("t.csv", "a,b\n", "has no rows"),
        (
            "t.csv",
            "a,b\n1,2\n1,2,3,4\n",
            "cannot read .*line 3 has 4 fields, the heading 2",
        ),
        ("t.csv", b"a\n\xff\xfe\n", "cannot read .*not written in utf-8"),
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
    with pytest.raises(ImportError, match=r"mmensemble\[parquet\]"):
        read_table(str(tmp_path / "t.parquet"))
    with pytest.raises(ImportError, match=r"mmensemble\[parquet\]"):
        check_tables_out([("--out", str(tmp_path / "out.parquet"))])


def test_an_index_is_no_column(tmp_path):
    """pandas' own index in a Parquet file is not offered as a column."""
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"a": [1, 2, 3]}).iloc[[2, 0]]
    frame.to_parquet(tmp_path / "t.parquet")
    assert read_header(str(tmp_path / "t.parquet")) == (["a"], {})


def archives(path, text):
    """Write damaged files, and files that are not what their ending says."""
    packed = gzip.compress(text.encode())
    (path / "cut.csv.gz").write_bytes(packed[:-20])
    (path / "cut.csv.xz").write_bytes(lzma.compress(text.encode())[:-20])
    broken = bytearray(packed)
    broken[20:40] = bytes(20)
    (path / "broken.csv.gz").write_bytes(bytes(broken))
    for ending in ("gz", "bz2", "xz", "zip"):
        (path / f"false.csv.{ending}").write_text(text)
    (path / "false.parquet").write_text(text)
    return sorted(path.glob("*.csv.*")) + [path / "false.parquet"]


@pytest.mark.parametrize("command", ["fit", "correlate"])
def test_damaged_and_false_archives(fail, csv, tmp_path, command):
    """Each is one line that names the file."""
    pytest.importorskip("pyarrow")
    text = (tmp_path / "table.csv").read_text()
    more = ("--out", "m.joblib") if command == "fit" else ()
    for path in archives(tmp_path, text):
        said = fail(command, path.name, "--target", "label", *more)
        assert f"cannot read '{path.name}'" in said, path


@pytest.mark.parametrize("command", ["fit", "correlate"])
@pytest.mark.parametrize("place", ["first", "last", "all"])
def test_rows_of_more_fields_than_the_header(fail, csv, tmp_path, command, place):
    """They are refused alike, also where all rows have one more."""
    head, *rows = (tmp_path / "table.csv").read_text().splitlines()
    where = {"first": [0], "last": [-1], "all": range(len(rows))}[place]
    for row in where:
        rows[row] += ",9"
    (tmp_path / "ragged.csv").write_text("\n".join([head, *rows]))
    more = ("--out", "m.joblib") if command == "fit" else ()
    said = fail(command, "ragged.csv", "--target", "label", *more)
    assert "cannot read 'ragged.csv'" in said
    assert "has 8 fields, the heading 7" in said
