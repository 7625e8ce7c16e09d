"""An entity column turned into a modality by a graph."""

import warnings
from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from mmensemble._compat import HasMethods, Interval, StrOptions, fit_context
from mmensemble._seeds import draw_root, seed_for, set_seeds
from mmensemble.auxiliary._appender import ColumnAppender
from mmensemble.auxiliary._graph_closure import closure_vectors
from mmensemble.auxiliary._graph_input import (
    GRAPH_TYPES,
    NotStored,
    SharedGraphMixin,
    positions,
    read_graph,
    read_names,
)
from mmensemble.auxiliary._graph_table import GraphColumnsMixin
from mmensemble.auxiliary._graph_walks import walk_vectors
from mmensemble.auxiliary._knowledge_graph import KnowledgeGraph

_METHODS = {"closure": closure_vectors, "walks": walk_vectors}


class GraphEmbedder(SharedGraphMixin, GraphColumnsMixin, ColumnAppender):
    """Add a graph's knowledge of the entities in a column, as one more modality.

    Entities of the graph get vectors by its triples alone; a row gets the vector
    of its entity in columns ``prefix__…``, which ``modalities="auto"`` takes for a
    modality. A row of no or of an unknown entity lacks it.

    All of the graph is used, whichever rows are in `fit`: that is transductive. It
    is no leak as long as no triple states the target. Name the relations that do
    in `exclude`.

    Parameters
    ----------
    triples : {array-like, dataframe, str, Path, callable}
        Head, relation and tail in three columns, of any order in a frame that calls
        them so, or a file (``.csv`` and ``.parquet`` with a head line, ``.tsv`` and
        ``.txt`` by tabs without) or callable that gives them. Clones share it; a
        stored fitted model leaves arrays and frames out.
    on : str or int
        Column of the table that names the entity. Numbers count as names.
    method : {"closure", "walks", "complex"} or KnowledgeGraph, default="closure"
        "closure" factorises what can be reached from heads to tails, and suits
        taxonomies (heads below tails). "walks" factorises whom random walks meet,
        and suits graphs of one kind, such as acquaintance. "complex" takes the
        vectors of a link predictor, which are made for another end.
    n_components : int, default=32
        Most columns; "complex" gives two for each. A KnowledgeGraph has its own.
    unknown : {"missing", "neighbours"}, default="missing"
        What a row of an entity gets that `fit` has not seen: nothing, or the mean
        of the vectors of its known neighbours, where a file or callable read anew
        at `transform` joins it to any.
    exclude : list or tuple of str, default=()
        Relations that are left out, since they state the target.
    prefix : str, default="graph"
        Name of the new modality.
    passthrough : bool, default=True
        Whether the table's own columns come out, before the new ones. Without
        them this serves as the extractor of one modality, with an imputer after
        it: what is missing then is no modality of its own.
    random_state : int, RandomState instance or None, default=None
        Seed of what draws: "complex", and "walks" of more than 1,000 entities.

    Attributes
    ----------
    entities_ : ndarray of str objects of shape (n_entities,)
        Names, sorted.
    vectors_ : ndarray of shape (n_entities, n_new)
        Vectors of the entities. Of "closure" and "walks", the widest column has
        unit variance among entities.
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
    NeighbourFeatures : What a row's neighbours are like.
    KnowledgeGraph : Which links a graph lacks.

    References
    ----------
    Qiu, J., et al. (2018). Network embedding as matrix factorization. WSDM.
    Trouillon, T., et al. (2016). Complex embeddings for simple link prediction.
    ICML.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.auxiliary import GraphEmbedder
    >>> kinds = [("dog", "isa", "mammal"), ("cat", "isa", "mammal"),
    ...          ("mammal", "isa", "animal"), ("carp", "isa", "animal")]
    >>> X = pd.DataFrame({"pet": ["dog", "cat", "carp", "yeti"]})
    >>> Z = GraphEmbedder(kinds, on="pet", n_components=2).fit_transform(X)
    >>> list(Z.columns)
    ['pet', 'graph__0', 'graph__1']
    >>> Z["graph__0"].isna().tolist()
    [False, False, False, True]
    """

    _parameter_constraints = {
        "triples": GRAPH_TYPES,
        "on": [str, Integral],
        "method": [
            StrOptions({*_METHODS, "complex"}),
            HasMethods(["fit", "embedding"]),
        ],
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "unknown": [StrOptions({"missing", "neighbours"})],
        "exclude": [list, tuple],
        "prefix": [str],
        "passthrough": ["boolean"],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        triples,
        *,
        on,
        method="closure",
        n_components=32,
        unknown="missing",
        exclude=(),
        prefix="graph",
        passthrough=True,
        random_state=None,
    ):
        self.triples = triples
        self.on = on
        self.method = method
        self.n_components = n_components
        self.unknown = unknown
        self.exclude = exclude
        self.prefix = prefix
        self.passthrough = passthrough
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y=None):
        """Learn the vectors of all entities.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            One table; only its columns are looked at.
        y : None
            Ignored.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            When the table has no such column, the triples are not three columns
            of names, or a relation to exclude is not among them.
        """
        X, names = self._open_table(X)
        graph = read_graph(self.triples, exclude=self.exclude)
        self.entities_ = graph.entities
        self._warn_of_strangers(X, names, positions(names, self.entities_))
        self.vectors_ = self._embed(graph)
        if len(self.entities_) > 1 and np.ptp(self.vectors_, axis=0).max() < 1e-12:
            warnings.warn(
                f"method={self.method!r} tells no entity from another in this graph, "
                "for instance since all can be reached from all. Try method='walks'.",
                UserWarning,
            )
        self._learn_columns(str(i) for i in range(self.vectors_.shape[1]))
        return self

    def _embed(self, graph):
        root = draw_root(self.random_state)
        if isinstance(self.method, str) and self.method in _METHODS:
            seed = seed_for(root, self.method)
            return _METHODS[self.method](graph, self.n_components, seed)
        predictor = self.method
        if isinstance(predictor, str):
            predictor = KnowledgeGraph(n_components=self.n_components)
        predictor = set_seeds(clone(predictor), root)
        names = (graph.entities, graph.relations, graph.entities)
        triples = [names[i][graph.triples[:, i]] for i in range(3)]
        predictor.fit(np.column_stack(triples))
        return np.asarray(predictor.embedding(graph.entities), dtype=np.float64)

    def transform(self, X):
        """Return the table with its entities' vectors.

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
        names = self._entities(X)
        found = positions(names, self.entities_)
        values = self.vectors_[found]
        values[found < 0] = np.nan
        strange = (found < 0) & np.not_equal(names, None)
        if self.unknown == "neighbours" and strange.any():
            means = self._means_of_neighbours(np.unique(names[strange].astype(str)))
            values[strange] = means.reindex(names[strange]).to_numpy()
        return self._output(X, given, values)

    def _means_of_neighbours(self, unknown):
        """Return the means of known neighbours' vectors, a frame by name."""
        means = pd.DataFrame(columns=range(self.vectors_.shape[1]), dtype=float)
        if isinstance(self.triples, NotStored):
            return means  # a table that has not changed joins nobody new
        names = read_names(self.triples, "triples")
        names = names[~np.isin(names[:, 1].astype(str), list(self.exclude))]
        pairs = np.concatenate([names[:, [0, 2]], names[:, [2, 0]]])
        pairs = pairs[np.isin(pairs[:, 0].astype(str), unknown)]
        known = positions(pairs[:, 1], self.entities_)
        vectors = pd.DataFrame(self.vectors_[known[known >= 0]])
        if not len(vectors):
            return means
        return vectors.groupby(pairs[known >= 0, 0]).mean()
