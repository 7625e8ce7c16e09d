"""What the neighbours of a row's entity are like."""

from numbers import Integral

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from mmensemble import _frame
from mmensemble._compat import Interval, fit_context
from mmensemble.auxiliary._appender import ColumnAppender
from mmensemble.auxiliary._columns import find, title_of
from mmensemble.auxiliary._graph_input import (
    GRAPH_TYPES,
    SharedGraphMixin,
    make_graph,
    positions,
    read_names,
)
from mmensemble.auxiliary._graph_table import GraphColumnsMixin

_MOST_CATEGORIES = 20
_NUMBERS = {"number", "boolean", "duration"}


class NeighbourFeatures(SharedGraphMixin, GraphColumnsMixin, ColumnAppender):
    """Add the means of columns over the neighbours of the entity in a row.

    The neighbours' values are those of the training rows: the mean of an entity's
    rows, then the mean over the entities that are one step away, two steps, and
    so on. Nobody is a neighbour of itself, so that training and new rows are
    treated alike, and a row's outcome never depends on the others to be
    transformed. Rows of no known neighbour lack the new modality.

    Never name a column that holds the target; `fit` sees features only.

    Parameters
    ----------
    edges : {array-like, dataframe, str, Path, callable}
        Two columns of names, or three of head, relation and tail, joined in both
        directions; or a file or callable as for :class:`GraphEmbedder`. Clones
        share it; a stored fitted model leaves arrays and frames out.
    on : str or int
        Column of the table that names the entity. Numbers count as names.
    columns : list of str or int
        Columns whose values are averaged: numbers and booleans; of categories and
        strings, the share of each of the 20 most common.
    hops : int, default=1
        Most steps; the means at each distance come in columns of their own.
    prefix : str, default="neighbours"
        Name of the new modality.
    passthrough : bool, default=True
        Whether the table's own columns come out, before the new ones. Without
        them this serves as the extractor of one modality, with an imputer after
        it: what is missing then is no modality of its own.

    Attributes
    ----------
    entities_ : ndarray of str objects of shape (n_entities,)
        Names in the edges, sorted.
    means_ : ndarray of shape (n_entities, n_new)
        What a row of the entity gets; NaN where no neighbour has values.
    columns_out_ : list of str
        Names of the new columns, without the prefix.
    on_ : int
        Position of the entity column.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    GraphEmbedder : Where in the graph an entity is.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.auxiliary import NeighbourFeatures
    >>> X = pd.DataFrame({"who": ["ann", "bob", "cy"], "age": [30.0, 40.0, 50.0]})
    >>> friends = [("ann", "bob"), ("bob", "cy")]
    >>> step = NeighbourFeatures(friends, on="who", columns=["age"])
    >>> step.fit_transform(X)["neighbours__age_1"].tolist()
    [40.0, 40.0, 40.0]
    """

    _graph_parameter = "edges"

    _parameter_constraints = {
        "edges": GRAPH_TYPES,
        "on": [str, Integral],
        "columns": [list],
        "hops": [Interval(Integral, 1, None, closed="left")],
        "prefix": [str],
        "passthrough": ["boolean"],
    }

    def __init__(
        self,
        edges,
        *,
        on,
        columns,
        hops=1,
        prefix="neighbours",
        passthrough=True,
    ):
        self.edges = edges
        self.on = on
        self.columns = columns
        self.hops = hops
        self.prefix = prefix
        self.passthrough = passthrough

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn the means of every entity's neighbours.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            One table.
        y : None
            Ignored.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            When the table lacks a column, the edges are not two or three columns
            of names, or a column holds neither numbers nor categories.
        """
        X, names = self._open_table(X)
        if not self.columns:
            raise ValueError("The 'columns' parameter must name at least one column.")
        edges = read_names(self.edges, "edges", (2, 3))
        graph = make_graph(edges[:, [0, 0, -1]])
        self.entities_ = graph.entities
        values, labels = _read_values(X, self.columns)
        found = positions(names, graph.entities)
        self._warn_of_strangers(X, names, found)
        own = _means_by_entity(values, found, graph)
        rings = _rings(graph, self.hops)
        self.means_ = np.concatenate([_means(ring, own) for ring in rings], axis=1)
        hops = range(1, self.hops + 1)
        self._learn_columns(f"{label}_{hop}" for hop in hops for label in labels)
        return self

    def transform(self, X):
        """Return the table with what its entities' neighbours are like.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        table : {ndarray, dataframe} of shape (n_samples, n_out)
            Of the container that `X` is.
        """
        check_is_fitted(self)
        given, X = X, self._aligned(X)
        found = positions(self._entities(X), self.entities_)
        values = self.means_[found]
        values[found < 0] = np.nan
        return self._output(X, given, values)


def _read_values(X, columns):
    """Return columns as numbers, with a name for each: categories as indicators."""
    values, labels = [], []
    for name in columns:
        column = find(X, name, "columns")
        label = str(title_of(X, name))
        kind = _frame.kind(column)
        if kind in _NUMBERS:
            values.append(_frame.to_float(column))
            labels.append(label)
        elif kind in {"category", "string"}:
            for level, indicator in _indicators(_frame.to_objects(column)):
                values.append(indicator)
                labels.append(f"{label}_{level}")
        else:
            raise ValueError(
                f"The 'columns' parameter names {name!r}, a {kind} column; means are "
                "of numbers, booleans, categories and strings."
            )
    return np.column_stack(values), labels


def _indicators(texts):
    """Yield the commonest levels and which rows have them, NaN where missing."""
    missing = np.equal(texts, None)
    levels, counts = np.unique(texts[~missing].astype(str), return_counts=True)
    for level in levels[np.argsort(-counts, kind="stable")[:_MOST_CATEGORIES]]:
        yield level, np.where(missing, np.nan, texts == level)


def _means_by_entity(values, codes, graph):
    """Return the mean of each column over every entity's rows, NaN without any."""
    known = np.flatnonzero(codes >= 0)
    shape = (len(graph.entities), len(known))
    ones = np.ones(len(known))
    collect = sparse.csr_matrix((ones, (codes[known], np.arange(len(known)))), shape)
    return _means(collect, values[known])


def _means(weights, values):
    """Return weighted means of rows, over those with a value; NaN without any."""
    there = ~np.isnan(values)
    total = weights @ np.where(there, values, 0.0)
    count = weights @ there.astype(float)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _rings(graph, hops):
    """Yield who is at a distance of one step, of two, and so on, as CSR matrices."""
    n = len(graph.entities)
    edges = sparse.csr_matrix(
        (np.ones(len(graph.triples)), graph.triples[:, [0, 2]].T), (n, n)
    )
    edges = ((edges + edges.T) > 0).astype(float)
    within = sparse.identity(n, format="csr")
    for _ in range(hops):
        wider = ((within + within @ edges) > 0).astype(float)
        ring = wider - within
        ring.eliminate_zeros()
        yield ring
        within = wider
