"""Where tables come from, and what becomes of frames in copies."""

import copy
import os
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmensemble.auxiliary._sources import TableHandle, _remove, read_source

pl = pytest.importorskip("polars")
pytest.importorskip("pyarrow")

FRAME = pd.DataFrame({"k": [1, 2], "v": ["a", "b"]})


@pytest.mark.parametrize(
    "name", ["t.csv", "t.CSV", "t.tsv", "t.csv.gz", "t.parquet", "t.pq"]
)
def test_files(name, tmp_path):
    """CSV and TSV, compressed too, and Parquet, as texts and as paths."""
    path = tmp_path / name
    if name.endswith(("parquet", "pq")):
        FRAME.to_parquet(path)
    else:
        FRAME.to_csv(path, index=False, sep="\t" if ".tsv" in name else ",")
    for given in (path, str(path)):
        assert read_source(given).to_dict("list") == FRAME.to_dict("list")


def test_frames_and_functions():
    """A frame is itself; a function is called."""
    assert read_source(FRAME) is FRAME
    assert read_source(FRAME.copy).equals(FRAME)
    table = pl.from_pandas(FRAME)
    assert read_source(lambda: table) is table


@pytest.mark.parametrize(
    ("table", "match"),
    [
        (np.eye(2), "table is a ndarray; give a pandas or polars DataFrame"),
        (None, "table is a NoneType"),
        (FRAME["k"], "table is a Series"),
        (pl.from_pandas(FRAME).lazy(), "table is a LazyFrame"),
        (dict, "table is a type"),
        (lambda: 3, r"table\(\) returned a int"),
    ],
)
def test_what_is_no_table(table, match):
    """The message says what came and what may come."""
    with pytest.raises(TypeError, match=match):
        read_source(table)


def test_files_that_cannot_be_read(tmp_path):
    """Unknown endings, missing files and names that come twice."""
    with pytest.raises(
        ValueError, match=r"'t\.xls' has no known ending; known are \.csv"
    ):
        read_source("t.xls")
    with pytest.raises(FileNotFoundError, match=r"gone\.csv': there is no such file"):
        read_source(tmp_path / "gone.csv")
    twice = pd.DataFrame([[1, 2]], columns=["k", "k"])
    with pytest.raises(ValueError, match=r"several columns of the same name: \['k'\]"):
        read_source(twice)


def test_a_handle_is_its_own_copy():
    """Deep copies share; pickles hold a path and a checksum."""
    handle = TableHandle(FRAME)
    assert copy.deepcopy([handle])[0] is handle
    assert repr(handle) == "<a table of 2 rows and 2 columns>"
    dumped = pickle.dumps(handle)
    loaded = pickle.loads(dumped)
    assert repr(loaded) == repr(handle)
    pd.testing.assert_frame_equal(read_source(loaded), FRAME)
    assert pickle.dumps(handle) == dumped
    assert len(pickle.dumps(loaded)) == len(dumped)


def test_the_file_goes_with_the_handle():
    """Nothing stays behind, and nobody else can read it meanwhile."""
    handle = TableHandle(FRAME)
    loaded = pickle.loads(pickle.dumps(handle))
    path = Path(loaded.place["path"])
    assert path.parent.stat().st_mode & 0o077 == 0
    del handle
    assert not path.exists()
    with pytest.raises(ValueError, match=r"set_params\(table=\.\.\.\)"):
        loaded.read()


def test_a_file_that_was_changed_is_not_loaded():
    """What does not fit the checksum is not even unpickled."""
    handle = TableHandle(FRAME)
    loaded = pickle.loads(pickle.dumps(handle))
    Path(loaded.place["path"]).write_bytes(pickle.dumps(pd.DataFrame({"evil": [1]})))
    with pytest.raises(ValueError, match="saved models hold no rows"):
        loaded.read()


def test_a_fork_removes_nothing(tmp_path):
    """Only the process that wrote the file takes it away."""
    folder = tmp_path / "table"
    folder.mkdir()
    _remove(folder, os.getpid() + 1)
    assert folder.exists()
    _remove(folder, os.getpid())
    assert not folder.exists()


def test_files_of_text_keep_ids_and_words(tmp_path):
    """Of all endings that are text, what the caller knows of columns is used."""
    frame = pd.DataFrame({"k": ["007", "NA"], "n": ["01", "02"]})
    frame.to_csv(tmp_path / "t.csv", index=False)
    read = read_source(tmp_path / "t.csv", text={"k"}, other={"n"})
    assert read.to_dict("list") == {"k": ["007", "NA"], "n": [1, 2]}


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("t.csv", b"", r"t\.csv' cannot be read: it is empty\."),
        ("t.csv", "k\n\u00e9\n".encode("latin-1"), "read: it is not written in utf-8;"),
        ("t.csv", b"k,v,k\n1,2,3\n", r"cannot be read: it names columns twice: k\."),
        ("t.parquet", b"hello", r"t\.parquet' cannot be read: .*Parquet"),
    ],
)
def test_files_that_are_broken(tmp_path, name, content, match):
    """The message names the file."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=match):
        read_source(tmp_path / name)


def test_a_missing_file_says_where_it_was_looked_for(tmp_path, monkeypatch):
    """A path that is not absolute begins where Python runs."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=f"no such file in '{tmp_path}'"):
        read_source("gone.csv")


def test_files_that_are_written_otherwise(tmp_path):
    """As a table with commas and points, whose dates are ISO 8601."""
    plain, other = tmp_path / "a.csv", tmp_path / "b.csv"
    plain.write_text("id,at,dose\n007,2024-03-31,1234.5\n012,,0.25\n", "utf-8")
    other.write_text("id;at;dose\n007;31.03.2024;1234,5\n012;;0,25\n", "cp1252")
    form = {"sep": ";", "decimal": ",", "encoding": "cp1252", "dates": "%d.%m.%Y"}
    found = read_source(other, form=form, times=[("when", "at")])
    expected = read_source(plain)
    expected["at"] = pd.to_datetime(expected["at"])
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert found["id"].tolist() == ["007", "012"]
    assert found["dose"].tolist() == [1234.5, 0.25]


@pytest.mark.parametrize(
    ("form", "match"),
    [
        ({"dates": "%d/%m/%Y"}, r"1 of 2 times in 'at' .* '31\.03\.2024' in row 2"),
        ({"sep": "|"}, r"a single column, 'at;v'; if ';' separates .*\{'sep': ';'\}"),
    ],
)
def test_formats_that_are_wrong(tmp_path, form, match):
    """The message has an example, and what to say instead."""
    (tmp_path / "t.csv").write_text("at;v\n31/03/2024;1\n31.03.2024;2\n")
    with pytest.raises(ValueError, match=match):
        read_source(tmp_path / "t.csv", form={"sep": ";"} | form, times=[("at", "at")])


def test_formats_are_of_files_of_text(tmp_path):
    """Of frames, and of other files, there is nothing to say; dates need a time."""
    table = pd.DataFrame({"v": [1]})
    with pytest.raises(ValueError, match="TSV file is written, and the table is none"):
        read_source(table, form={"sep": ";"})
    table.to_parquet(tmp_path / "t.parquet")
    with pytest.raises(ValueError, match=r"and '.*t\.parquet' is none"):
        read_source(tmp_path / "t.parquet", form={"sep": ";"})
    table.to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(ValueError, match="is the format of a time, and time is None"):
        read_source(tmp_path / "t.csv", form={"dates": "%Y"})
