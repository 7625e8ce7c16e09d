"""One pass over a table in chunks: how many rows, what columns, and a fair sample."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmensemble import _frame
from mmensemble.analysis.matrix._prepare import ColumnPlan, plan_columns


@dataclass(frozen=True)
class ChunkedSample:
    """What the first pass over a table tells.

    Parameters
    ----------
    table : DataFrame of shape (n_sampled, n_columns)
        Rows chosen at random, in the order of the table; text as strings.
    rows : ndarray of int of shape (n_sampled,)
        Their positions in the table.
    n_rows : int
        Rows of the table.
    plan : ColumnPlan or None
        How columns that are no text become numbers; None where all are text.
    text : tuple of str
        Columns of text or of other objects in any chunk.
    """

    table: pd.DataFrame
    rows: np.ndarray
    n_rows: int
    plan: ColumnPlan | None
    text: tuple


def sample_chunks(chunks, size, *, seed=0, on_rows=None, keep=None):
    """Read all chunks once, and keep some rows.

    Every row gets a random key, and the smallest `size` keys stay: each subset of
    that size is equally likely, and the memory is that of the sample and a chunk.

    Parameters
    ----------
    chunks : iterable of DataFrame
        With the same columns.
    size : int
        Rows to keep; all, where there are fewer.
    seed : int, default=0
        The same rows for the same seed, however the chunks are cut.
    on_rows : callable, default=None
        Called with the number of rows read so far.
    keep : callable, default=None
        Tells of a chunk which rows may be sampled, as a boolean array.

    Returns
    -------
    sample : ChunkedSample

    Raises
    ------
    ValueError
        When there is no row.
    """
    rng = np.random.default_rng(seed)
    parts, keys, rows = [], np.empty(0), np.empty(0, dtype=np.int64)
    kinds, n_rows = _Kinds(), 0
    for chunk in chunks:
        if not len(chunk):
            continue
        kinds.add(chunk)
        new = rng.random(len(chunk))
        if keep is not None:
            new = np.where(keep(chunk), new, np.inf)
        keys = np.concatenate([keys, new])
        rows = np.concatenate([rows, n_rows + np.arange(len(chunk))])
        parts.append(chunk)
        n_rows += len(chunk)
        if on_rows is not None:
            on_rows(n_rows)
        if len(keys) > size:
            parts, keys, rows = _smallest(parts, keys, rows, size)
    if not n_rows:
        raise ValueError("The table has no rows.")
    parts, keys, rows = _smallest(parts, keys, rows, size)
    table = parts[0].reset_index(drop=True)
    for name in kinds.text:
        table[name] = _as_text(table[name])
    return ChunkedSample(table, rows, n_rows, kinds.plan, tuple(kinds.text))


def _smallest(parts, keys, rows, size):
    """Keep the rows of the smallest keys, as one part in the order of the table."""
    whole = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    chosen = np.argsort(keys, kind="stable")[:size]
    chosen = np.sort(chosen[np.isfinite(keys[chosen])])
    return [whole.iloc[chosen].reset_index(drop=True)], keys[chosen], rows[chosen]


def _as_text(column):
    there = column.notna().to_numpy()
    text = np.full(len(column), None, dtype=object)
    text[there] = column[there].astype(str)
    return text


class _Kinds:
    """The columns of all chunks: which are text, and a plan of the others."""

    def __init__(self):
        self.text, self.plan = [], None

    def add(self, chunk):
        for position, name in enumerate(chunk.columns):
            kind = _frame.kind(_frame.column(chunk, position))
            if kind in ("string", "other") and name not in self.text:
                self.text.append(name)
        rest = [name for name in chunk.columns if name not in self.text]
        if not rest:
            self.plan = None
            return
        plan = plan_columns(chunk[rest])
        known = None if self.plan is None else self.plan.part(rest)
        self.plan = plan if known is None else known.union(plan)
