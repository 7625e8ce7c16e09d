"""Chunks of files and tables are the whole, in order."""

import sys

import numpy as np
import pandas as pd
import pytest

from mmensemble.analysis.matrix._chunk_readers import chunks_of


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    return pd.DataFrame(rng.normal(size=(25, 3)), columns=["a", "b", "c"])


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.tsv", "t.parquet", "t.npy"])
def test_files(name, frame, tmp_path):
    path = tmp_path / name
    if name.endswith("npy"):
        np.save(path, frame)
    elif name.endswith("parquet"):
        pytest.importorskip("pyarrow")
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False, sep="\t" if name == "t.tsv" else ",")
    read = chunks_of(path, chunk_rows=10)
    for _ in range(2):
        parts = [np.asarray(chunk) for chunk in read()]
        assert [len(part) for part in parts] == [10, 10, 5]
        np.testing.assert_allclose(np.concatenate(parts), frame)


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_only_some_columns(name, frame, tmp_path):
    path = str(tmp_path / name)
    if name == "t.csv":
        frame.to_csv(path, index=False)
    else:
        pytest.importorskip("pyarrow")
        frame.to_parquet(path)
    (chunk,) = chunks_of(path, columns=["a", "c"])()
    assert list(chunk.columns) == ["a", "c"]


def test_tables_and_functions(frame):
    assert [len(c) for c in chunks_of(frame, 20)()] == [20, 5]
    X = frame.to_numpy()
    assert next(iter(chunks_of(X, 20)())).base is not None
    assert list(chunks_of(lambda: iter([1]))()) == [1]


def test_memory_mapped_arrays_stay_mapped(tmp_path, frame):
    np.save(tmp_path / "x.npy", frame)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert isinstance(next(iter(chunks_of(tmp_path / "x.npy")())), np.memmap)
    assert np.shares_memory(next(iter(chunks_of(mapped)())), mapped)


def test_what_cannot_be_read(tmp_path):
    with pytest.raises(ValueError, match=r"'t\.xls': expected \.csv"):
        chunks_of(tmp_path / "t.xls")
    with pytest.raises(ValueError, match="chunk_rows must be at least 1, got 0"):
        chunks_of(np.eye(2), chunk_rows=0)
    with pytest.raises(TypeError, match="can be read only once"):
        chunks_of(iter([np.eye(2)]))


def test_parquet_without_pyarrow(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(
        ImportError, match=r"The Parquet file .*t\.parquet' needs the library py"
    ):
        next(chunks_of(tmp_path / "t.parquet")())
