"""Which columns another column can stand in for."""

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.stats import rankdata

from mmensemble import _frame
from mmensemble.analysis.matrix._columns import refuse_infinity
from mmensemble.analysis.matrix._correlate import correlate

#: Kinds of columns that have one correlation with each other column.
NUMERIC = ("number", "boolean", "date", "duration")


def numeric_columns(X, positions):
    """Return those of the columns at `positions` that are numbers or dates."""
    kinds = _frame.kinds(X)
    return [p for p in positions if kinds[p] in NUMERIC]


def column_matrix(X, positions):
    """Return columns as floats of shape (n_rows, n_positions), NaN where missing."""
    parts = []
    for position in positions:
        values = _frame.column(X, position)
        dates = _frame.kind(values) == "date"
        parts.append(_frame.to_seconds(values) if dates else _frame.to_float(values))
    return np.column_stack(parts) if parts else np.empty((X.shape[0], 0))


def strong_pairs(values, *, method, threshold, weight=None, names=None):
    """Return the graph of columns whose ``|r|`` reaches the threshold.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
    method : {"pearson", "spearman"}
    threshold : float
    weight : ndarray of shape (n_rows,), default=None
    names : list of str, default=None
        Of the columns, for the message about infinite numbers.

    Returns
    -------
    graph : CSR matrix of shape (n_columns, n_columns)
        Symmetric; its entries are the correlations.
    """
    size = refuse_infinity(values, names).shape[1]
    if size < 2 or len(values) < 3:
        return sparse.csr_matrix((size, size))
    pairs = correlate(
        values,
        method=method,
        sample_weight=weight,
        # Rounding must not decide about columns that are equal.
        threshold=threshold * (1 - 1e-12),
        min_rows=3,
    ).pairs
    i, j = np.r_[pairs.i, pairs.j], np.r_[pairs.j, pairs.i]
    return sparse.csr_matrix((np.r_[pairs.r, pairs.r], (i, j)), shape=(size, size))


def greedy(graph, order):
    """Keep columns in order, each unless a kept one stands in for it.

    Parameters
    ----------
    graph : CSR matrix of shape (n_columns, n_columns)
    order : ndarray of int of shape (n_columns,)
        The most wanted first.

    Returns
    -------
    stand_in : dict of int to int
        For each dropped column the kept one that correlates most.
    """
    kept, stand_in = np.zeros(graph.shape[0], dtype=bool), {}
    for k in order:
        start, stop = graph.indptr[k], graph.indptr[k + 1]
        others = graph.indices[start:stop]
        strength = np.abs(graph.data[start:stop]) * kept[others]
        if len(others) and strength.max() > 0:
            stand_in[int(k)] = int(others[strength.argmax()])
        else:
            kept[k] = True
    return stand_in


def by_components(graph, order):
    """Keep the most wanted column of each connected component of the graph.

    A column may be dropped for one that it is linked to only through others. Edges
    count that hold in both directions.

    Returns
    -------
    stand_in : dict of int to int
    """
    mutual = graph.multiply(graph.T != 0)
    labels = connected_components(mutual, directed=False)[1]
    best, stand_in = {}, {}
    for k in order:
        first = best.setdefault(labels[k], int(k))
        if first != k:
            stand_in[int(k)] = first
    return stand_in


#: How columns are dropped, by name.
STRATEGIES = {"greedy": greedy, "components": by_components}


def relevance(values, target, *, method="pearson", weight=None):
    """Return how strongly each column relates to the target.

    For numbers the largest ``|r|``; for classes the correlation ratio (Fisher
    1925), the root of the share of variance between the classes. Missing values are
    left out.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
    target : Target
    method : {"pearson", "spearman"}, default="pearson"
        With ``"spearman"`` values are ranked first.
    weight : ndarray of shape (n_rows,), default=None

    Returns
    -------
    relevance : ndarray of shape (n_columns,)
        From 0 to 1; 0 for a column that does not vary.
    """
    indicators = target.values
    if method == "spearman":
        values = ranks(values)
        indicators = indicators if target.is_classification else ranks(indicators)
    seen = np.isfinite(values)
    share = seen * (1.0 if weight is None else weight[:, None])
    count = np.maximum(share.sum(axis=0), 1e-300)
    centred = np.where(seen, values, 0.0)
    scale = np.maximum(np.abs(centred).max(axis=0), 1e-300)
    centred = centred / scale
    centred = seen * (centred - (share * centred).sum(axis=0) / count)
    total = (share * centred**2).sum(axis=0)
    sums, sizes = indicators.T @ (share * centred), indicators.T @ share
    if target.is_classification:
        between = (sums**2 / np.maximum(sizes, 1e-300)).sum(axis=0)
        squares = np.divide(between, total, out=np.zeros_like(total), where=total > 0)
    else:
        spread = (indicators**2).T @ share - sizes**2 / count
        squares = sums**2 / np.maximum(spread * total, 1e-300)
        squares = np.where((total > 1e-24 * count) & (spread > 0), squares, 0.0)
        squares = squares.max(axis=0)
    return np.sqrt(np.clip(squares, 0.0, 1.0))


def ranks(values):
    """Return ranks of each column among its present values, NaN where missing."""
    out = np.full(values.shape, np.nan)
    for k, column in enumerate(values.T):
        seen = np.isfinite(column)
        if seen.any():
            out[seen, k] = rankdata(column[seen])
    return out


def drops_frame(rows):
    """Return drops as a frame, one row each."""
    columns = ["level", "dropped", "stand_in", "measure", "value", "threshold"]
    return pd.DataFrame(rows, columns=[*columns, "modality", "columns", "reason"])
