"""Read tables in chunks: arrays, frames, CSV and Parquet files."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from mmensemble import _frame
from mmensemble._lazy import is_lazy
from mmensemble._table_files import import_parquet

#: Rows of a chunk by default.
CHUNK_ROWS = 65_536


def chunks_of(source, chunk_rows=CHUNK_ROWS, columns=None, *, csv=None):
    """Return a function that reads `source` from its beginning, chunk by chunk.

    Parameters
    ----------
    source : str, Path, ndarray, dataframe, dask frame or callable
        A ``.csv`` or ``.tsv`` file (also compressed), a ``.parquet`` file, a folder of
        these, a table (a memory-mapped array is sliced, never loaded), a dask frame,
        whose chunks are its partitions, or a function without arguments that returns
        an iterator of tables.
    chunk_rows : int, default=65536
        Rows of a chunk at most.
    columns : list of str, default=None
        Columns of a file to read; None for all.
    csv : dict of str to object, default=None
        How a text file is written, for `pandas.read_csv`.

    Returns
    -------
    read : callable
        ``read()`` iterates over frames or arrays; call it again for a new pass.

    Raises
    ------
    ValueError
        For a file of another kind, or a `chunk_rows` below 1.
    TypeError
        For an iterator, which can be read only once.
    """
    if chunk_rows < 1:
        raise ValueError(f"chunk_rows must be at least 1, got {chunk_rows}.")
    if is_lazy(source):
        return lambda: partition_chunks(source, columns)
    if callable(source):
        return source
    if isinstance(source, str | Path) and Path(source).is_dir():
        paths = parquet_files(source)
        return lambda: _counted(
            chunk
            for path in paths
            for chunk in parquet_chunks(path, chunk_rows, columns)
        )
    if isinstance(source, str | Path):
        return _file_reader(Path(source), chunk_rows, columns, csv)
    if isinstance(source, Iterator):
        raise TypeError(
            "An iterator can be read only once; give a function that returns one, "
            "or use the accumulators' partial_fit."
        )
    table = _frame.as_table(source, "chunks_of")
    return lambda: table_chunks(table, chunk_rows)


def is_outside(source):
    """Tell whether a table is not in memory: a path, or a dask frame."""
    return isinstance(source, str | Path) or is_lazy(source)


def columns_outside(source):
    """Return the names of the columns of a table that is not in memory.

    Parameters
    ----------
    source : str, Path or dask frame

    Returns
    -------
    columns : list of str
    """
    if is_lazy(source):
        return list(source.columns)
    if Path(source).is_dir():
        parquet_files(source)  # which must agree
    return list(next(iter(chunks_of(source, 1)())).columns)


def parquet_files(folder):
    """Return the Parquet files of a folder, by name.

    Raises
    ------
    ValueError
        Where there are none, or their columns differ.
    """
    paths = sorted(p for p in Path(folder).iterdir() if p.suffix in (".parquet", ".pq"))
    if not paths:
        raise ValueError(f"The folder {str(folder)!r} holds no .parquet files.")
    known = None
    for path in paths:
        names = list(next(parquet_chunks(path, 1)).columns)
        if known is not None and sorted(names) != sorted(known):
            differing = sorted({*names} ^ {*known})
            raise ValueError(
                f"{path.name!r} and {paths[0].name!r} have other columns: {differing}. "
                "Give a folder whose files are parts of one table."
            )
        known = names
    return paths


def partition_chunks(frame, columns=None):
    """Yield the partitions of a dask frame, some ahead, as frames in order."""
    return _counted(map_partitions(frame, _itself, columns))


def map_partitions(frame, function, columns=None, ahead=8):
    """Yield what a function makes of each partition of a dask frame, where it is.

    Parameters
    ----------
    frame : dask frame
    function : callable
        Of a pandas frame.
    columns : list of str, default=None
        Those that are wanted; None for all.
    ahead : int, default=8
        Partitions that are computed at the same time.
    """
    import dask

    parts = frame if columns is None else frame[columns]
    (kept,) = dask.persist(dask.delayed(function))  # sent once, not with every call
    calls = iter([dask.delayed(_call)(kept, part) for part in parts.to_delayed()])
    while batch := list(islice(calls, ahead)):
        yield from dask.compute(*batch)


def _call(function, part):
    return function(part)


def _itself(part):
    return part


def _counted(chunks):
    """Yield chunks whose index counts the rows of all."""
    start = 0
    for chunk in chunks:
        yield chunk.set_axis(range(start, start + len(chunk)), axis=0)
        start += len(chunk)


def _file_reader(path, chunk_rows, columns, csv):
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if ".csv" in suffixes:
        return lambda: csv_chunks(path, chunk_rows, columns, options=csv)
    if ".tsv" in suffixes:
        return lambda: csv_chunks(path, chunk_rows, columns, "\t", csv)
    if suffixes and suffixes[-1] in (".parquet", ".pq"):
        return lambda: parquet_chunks(path, chunk_rows, columns)
    if suffixes and suffixes[-1] == ".npy":
        return lambda: table_chunks(np.load(path, mmap_mode="r"), chunk_rows)
    raise ValueError(
        f"Cannot tell how to read {path.name!r}: expected .csv, .tsv, .parquet or .npy."
    )


def table_chunks(X, chunk_rows=CHUNK_ROWS):
    """Yield consecutive rows of a table; slices of an array, which are no copies."""
    for start in range(0, X.shape[0], chunk_rows):
        yield X[start : start + chunk_rows]


def csv_chunks(path, chunk_rows=CHUNK_ROWS, columns=None, separator=",", options=None):
    """Yield pandas frames of a CSV file.

    A column whose chunks differ in dtype (all missing in one of them) is brought to
    one by the plan of the columns, see `mmensemble.analysis.matrix._prepare`.
    """
    options = {"sep": separator} | (options or {})
    options |= {"chunksize": chunk_rows, "usecols": columns}
    with pd.read_csv(path, **options) as reader:
        yield from reader


def parquet_chunks(path, chunk_rows=CHUNK_ROWS, columns=None):
    """Yield pandas frames of a Parquet file, their index the count of its rows.

    A level of the index that was written is a column where `columns` names it.

    Raises
    ------
    ImportError
        When pyarrow is not installed.
    """
    parquet = import_parquet(path)
    # a buffer ahead would hold the whole file in the end
    start = 0
    with parquet.ParquetFile(path, pre_buffer=False) as file:
        for batch in file.iter_batches(batch_size=chunk_rows, columns=columns):
            frame = batch.to_pandas()
            levels = [name for name in frame.index.names if name in (columns or ())]
            frame = frame.reset_index(levels)
            yield frame.set_axis(range(start, start + len(frame)), axis=0)
            start += len(frame)
