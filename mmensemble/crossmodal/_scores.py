"""How good a retriever is, with intervals over queries."""

import copy
from itertools import permutations

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from mmensemble._frame import as_table, take_rows
from mmensemble._seeds import draw_root
from mmensemble.crossmodal._classes import check_labels
from mmensemble.crossmodal._modalities import read_fitted
from mmensemble.crossmodal._ranking import average_precisions, ranks_of

#: Entries of the similarities that are held at a time.
_BLOCK = 2**22


def retrieval_scores(
    retriever,
    X,
    y=None,
    *,
    metrics=("map", "mrr", "recall@1", "recall@5", "recall@10"),
    pairs=None,
    n_bootstraps=1000,
    random_state=None,
):
    """Return how well the rows of a table find one another across modalities.

    Every row that has the query asks all rows that have the target. With `y` the
    relevant ones for "map" are those of its class, itself among them; for "mrr" and
    "recall@k", and without `y`, only the row itself is relevant. Rows of equal
    similarity share the last of their ranks.

    Parameters
    ----------
    retriever : CrossModalRetriever
        Fitted to other rows. Its own collection is left as it is.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
        Rows to be found by one another.
    y : array-like of shape (n_samples,), default=None
        Labels.
    metrics : sequence of str, default=("map", "mrr", "recall@1", "recall@5", \
"recall@10")
        "map" is the mean average precision, "mrr" the mean reciprocal rank,
        "recall@k" the share of queries whose own row is among the first k.
    pairs : list of (query, target), default=None
        Modalities that ask, one or a list of them, and the one asked for; None for
        every two modalities both ways.
    n_bootstraps : int, default=1000
        Samples of queries behind the intervals.
    random_state : int, RandomState instance or None, default=None
        Of these samples.

    Returns
    -------
    scores : DataFrame
        Columns ``query``, ``target``, ``metric``, ``score``, ``lower`` and
        ``upper``, the middle 95 % over bootstrap samples of the queries, and
        ``n_queries``; NaN where there is no query.

    Raises
    ------
    ValueError
        For unknown metrics.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble import CrossModalRetriever
    >>> from mmensemble.crossmodal import retrieval_scores
    >>> u = np.random.default_rng(0).normal(size=(200, 3))
    >>> modalities = [("a", "auto", [0, 1, 2]), ("b", "auto", [3, 4, 5])]
    >>> X = np.hstack([u, u[:, ::-1]])
    >>> retriever = CrossModalRetriever(modalities, random_state=0).fit(X[:100])
    >>> scores = retrieval_scores(retriever, X[100:], metrics=["mrr"])
    >>> scores["score"].tolist()
    [1.0, 1.0]
    """
    check_is_fitted(retriever)
    measures = [_measure(metric) for metric in metrics]
    X = as_table(X, "retrieval_scores")
    y = None if y is None else check_labels(y, X)
    names = [name for name, _, _ in retriever.modalities_]
    pairs = list(permutations(names, 2)) if pairs is None else pairs
    targets = list(dict.fromkeys(target for _, target in pairs))
    searched = copy.copy(retriever).index(X, target=targets)
    presence = read_fitted(retriever, X)[1]
    root = draw_root(random_state)
    rows = []
    for query, target in pairs:
        asks = [query] if isinstance(query, str) else list(query)
        has = presence[:, [names.index(name) for name in asks]].any(axis=1)
        found = presence[:, names.index(target)]
        values = _values(searched, X, y, (asks, target), (has, found), measures)
        about = {"query": ", ".join(asks), "target": target}
        for (metric, _), own in zip(measures, values, strict=True):
            known = own[~np.isnan(own)]
            interval = _interval(known, n_bootstraps, root)
            rows.append({**about, "metric": metric, **interval})
    return pd.DataFrame(rows)


def _measure(metric):
    """Return (metric, k or None), or raise ValueError."""
    if metric in ("map", "mrr"):
        return metric, None
    word, _, depth = str(metric).partition("@")
    if word == "recall" and depth.isdigit() and int(depth) > 0:
        return metric, int(depth)
    raise ValueError(
        f"The 'metrics' parameter may hold 'map', 'mrr' and 'recall@k' with a number "
        f"k, as in 'recall@5'; got {metric!r}."
    )


def _values(searched, X, y, sides, masks, measures):
    """Return each query's own value of every measure, NaN where it has none."""
    asks, target = sides
    has, found = masks
    queries, collection = np.flatnonzero(has), np.flatnonzero(found)
    step = max(1, _BLOCK // max(len(found), 1))
    values = [[np.zeros(0)] for _ in measures]
    for start in range(0, len(queries), step):
        rows = queries[start : start + step]
        products = searched.similarity(take_rows(X, rows), query=asks, target=target)
        products = products[:, collection]
        place = np.searchsorted(collection, rows)
        own = found[rows]
        ranks = np.full(len(rows), np.nan)
        if own.any():
            ranks[own] = ranks_of(products[own], place[own])
        for k, (metric, depth) in enumerate(measures):
            if metric == "map" and y is not None:
                relevant = y[rows][:, None] == y[collection][None]
                values[k].append(average_precisions(products, relevant))
            elif depth is None:
                values[k].append(1 / ranks)
            else:
                values[k].append(np.where(np.isnan(ranks), np.nan, ranks <= depth))
    return [np.concatenate(each) for each in values]


def _interval(values, n_bootstraps, root):
    """Return the mean and the middle 95 % of its bootstrap distribution."""
    about = {"score": np.nan, "lower": np.nan, "upper": np.nan, "n_queries": 0}
    if not len(values):
        return about
    rng = np.random.default_rng(root)
    weights = rng.multinomial(
        len(values), np.full(len(values), 1 / len(values)), size=n_bootstraps
    )
    lower, upper = np.quantile(weights @ values / len(values), [0.025, 0.975])
    return {
        "score": values.mean(),
        "lower": lower,
        "upper": upper,
        "n_queries": len(values),
    }
