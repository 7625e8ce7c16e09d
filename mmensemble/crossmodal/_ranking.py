"""Measures of rankings: average precision, reciprocal rank, recall."""

import numpy as np


def average_precisions(similarity, relevant):
    """Return each query's average precision.

    The mean, over relevant rows, of the share of relevant ones among those that rank
    as high. Rows of equal similarity share the last of their ranks, so that ties do
    not flatter.

    Parameters
    ----------
    similarity : ndarray of shape (n_queries, n_rows)
    relevant : ndarray of bool of shape (n_queries, n_rows)

    Returns
    -------
    precisions : ndarray of shape (n_queries,)
        NaN for a query without a relevant row.
    """
    order = np.argsort(-similarity, axis=1, kind="stable")
    hits = np.take_along_axis(relevant, order, axis=1)
    values = np.take_along_axis(similarity, order, axis=1)
    ranks = np.arange(1, hits.shape[1] + 1)
    precision = np.cumsum(hits, axis=1) / ranks
    last = np.ones(hits.shape, dtype=bool)
    last[:, :-1] = values[:, :-1] != values[:, 1:]
    if not last.all():
        # the next place, from the right, at which a run of equal values ends
        place = np.where(last, ranks - 1, hits.shape[1] - 1)
        place = np.minimum.accumulate(place[:, ::-1], axis=1)[:, ::-1]
        precision = np.take_along_axis(precision, place, axis=1)
    total = hits.sum(axis=1)
    found = (precision * hits).sum(axis=1)
    return np.divide(found, total, out=np.full(len(total), np.nan), where=total > 0)


def ranks_of(similarity, rows):
    """Return the rank of one row for each query, 1 for the first.

    Rows of equal similarity share the last of their ranks.

    Parameters
    ----------
    similarity : ndarray of shape (n_queries, n_rows)
    rows : ndarray of int of shape (n_queries,)

    Returns
    -------
    ranks : ndarray of int of shape (n_queries,)
    """
    own = similarity[np.arange(len(rows)), rows][:, None]
    return (similarity >= own).sum(axis=1)


def reciprocal_ranks(similarity, rows):
    """Return one over `ranks_of`."""
    return 1 / ranks_of(similarity, rows)
