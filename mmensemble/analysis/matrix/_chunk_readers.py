"""Read tables in chunks: arrays, frames, CSV and Parquet files."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from mmensemble import _frame

#: Rows of a chunk by default.
CHUNK_ROWS = 65_536


def chunks_of(source, chunk_rows=CHUNK_ROWS, columns=None, *, csv=None):
    """Return a function that reads `source` from its beginning, chunk by chunk.

    Parameters
    ----------
    source : str, Path, ndarray, dataframe or callable
        A ``.csv`` or ``.tsv`` file (also compressed), a ``.parquet`` file, a table (a
        memory-mapped array is sliced, never loaded), or a function without
        arguments that returns an iterator of tables.
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
    if callable(source):
        return source
    if isinstance(source, str | Path):
        return _file_reader(Path(source), chunk_rows, columns, csv)
    if isinstance(source, Iterator):
        raise TypeError(
            "An iterator can be read only once; give a function that returns one, "
            "or use the accumulators' partial_fit."
        )
    table = _frame.as_table(source, "chunks_of")
    return lambda: table_chunks(table, chunk_rows)


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
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise ImportError(
            "Reading Parquet needs pyarrow: pip install pyarrow, or give the data "
            "as CSV."
        ) from error
    # a buffer ahead would hold the whole file in the end
    start = 0
    with parquet.ParquetFile(path, pre_buffer=False) as file:
        for batch in file.iter_batches(batch_size=chunk_rows, columns=columns):
            frame = batch.to_pandas()
            levels = [name for name in frame.index.names if name in (columns or ())]
            frame = frame.reset_index(levels)
            yield frame.set_axis(range(start, start + len(frame)), axis=0)
            start += len(frame)
