"""The link predictor."""

from numbers import Integral, Real
from operator import itemgetter

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from mmensemble._compat import Interval, StrOptions, fit_context
from mmensemble._seeds import draw_root, seed_for
from mmensemble._state import VersionedStateMixin
from mmensemble._threads import inner_threads, threads_for
from mmensemble.auxiliary._graph_fit import (
    Schedule,
    first_vectors,
    make_queries,
    train,
)
from mmensemble.auxiliary._graph_input import (
    code_names,
    code_triples,
    positions,
    read_graph,
)
from mmensemble.auxiliary._graph_models import MODELS
from mmensemble.auxiliary._graph_ranks import filtered_ranks, summary

#: Penalties that are tried, from weak to strong.
_PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3)
#: Share of the triples held out meanwhile.
_HELD_OUT = 0.1
_FEWEST_TRIPLES = 20
_DEFAULT_PENALTY = 0.03


class KnowledgeGraph(VersionedStateMixin, BaseEstimator):
    """Predict the missing links of a knowledge graph.

    Every entity and relation gets a vector such that true triples (head,
    relation, tail) score high. Each relation has a reciprocal one, by which heads
    are asked for, and the loss is a softmax over all entities, with a nuclear
    3-norm penalty (Lacroix, Usunier & Obozinski 2018). One minibatch compares its
    questions with every entity, so that memory is `batch_size` times the number
    of entities.

    A link predictor is not a feature maker: where its vectors are wanted as
    columns, compare :class:`GraphEmbedder` with its other methods first.

    Parameters
    ----------
    model : {"complex", "distmult", "rescal", "transe"}, default="complex"
        How vectors make scores: products of complex numbers (Trouillon et al.
        2016) or of real ones (Yang et al. 2015; every relation is symmetric), a
        matrix a relation (Nickel et al. 2011), or a distance after a translation
        (Bordes et al. 2013).
    n_components : int, default=64
        Numbers in a vector; for "complex" there are two for each, a real and an
        imaginary part.
    penalty : "cv" or float, default="cv"
        Penalty on cubes ("complex", "distmult") or squares of the vectors a
        triple uses. "cv" tries 0.003 to 0.3 on a tenth of the triples held out,
        with half of the passes, and stops once their filtered mean reciprocal
        rank falls.
    learning_rate : float, default=0.1
        First step of Adagrad.
    batch_size : int, default=256
        Questions (pairs of head and relation) in a minibatch.
    max_iter : int, default=100
        Passes over all questions.
    random_state : int, RandomState instance or None, default=None
        Seed of the first vectors, of the order of minibatches and of what is held
        out.

    Attributes
    ----------
    entities_ : ndarray of str objects of shape (n_entities,)
        Names, sorted.
    relations_ : ndarray of str objects of shape (n_relations,)
        Names, sorted.
    entity_vectors_ : ndarray of float32 of shape (n_entities, width)
        `width` is `n_components`, or twice that for "complex".
    relation_vectors_ : ndarray of float32 of shape (2 * n_relations, ...)
        Those of the reciprocal relations follow the others.
    penalty_ : float
        The one used.
    search_ : DataFrame
        ``penalty`` and ``mrr`` of those tried; no row unless ``penalty="cv"``.
    losses_ : ndarray of shape (max_iter,)
        Mean penalised loss of each pass.
    n_iter_ : int
        Number of passes.

    See Also
    --------
    GraphEmbedder : A graph's entities as columns of a table.

    References
    ----------
    Lacroix, T., Usunier, N., & Obozinski, G. (2018). Canonical tensor
    decomposition for knowledge base completion. ICML.
    Trouillon, T., et al. (2016). Complex embeddings for simple link prediction.
    ICML.
    Yang, B., et al. (2015). Embedding entities and relations for learning and
    inference in knowledge bases. ICLR.
    Nickel, M., Tresp, V., & Kriegel, H.-P. (2011). A three-way model for
    collective learning on multi-relational data. ICML.
    Bordes, A., et al. (2013). Translating embeddings for modeling
    multi-relational data. NeurIPS.

    Examples
    --------
    >>> from mmensemble.auxiliary import KnowledgeGraph
    >>> days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    >>> triples = [(a, "before", b) for a, b in zip(days, days[1:] + days[:1])]
    >>> graph = KnowledgeGraph(n_components=8, penalty=0.0, random_state=0)
    >>> scores = graph.fit(triples).scores(["tue"], ["before"])
    >>> str(graph.entities_[scores.argmax()])
    'wed'
    """

    _parameter_constraints = {
        "model": [StrOptions(set(MODELS))],
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "penalty": [StrOptions({"cv"}), Interval(Real, 0, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        model="complex",
        *,
        n_components=64,
        penalty="cv",
        learning_rate=0.1,
        batch_size=256,
        max_iter=100,
        random_state=None,
    ):
        self.model = model
        self.n_components = n_components
        self.penalty = penalty
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, triples, y=None):
        """Learn the vectors.

        Parameters
        ----------
        triples : {array-like, dataframe, str, Path, callable}
            Head, relation and tail in three columns, or a file or callable that
            gives them. Numbers count as names. No triple is kept.
        y : None
            Ignored.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            When there are not three columns, or a name is missing.
        """
        graph = read_graph(triples)
        self.entities_, self.relations_ = graph.entities, graph.relations
        root = draw_root(self.random_state)
        with threads_for(self.batch_size, len(self.entities_), inner_threads(1)):
            self.penalty_, self._tried = self._choose(graph.triples, root)
            vectors, self.losses_ = self._train(
                graph.triples, self.penalty_, self.max_iter, root
            )
        self.entity_vectors_, self.relation_vectors_ = vectors
        self.n_iter_ = self.max_iter
        return self

    def _train(self, triples, penalty, max_iter, root):
        n_entities, n_relations = len(self.entities_), len(self.relations_)
        rng = check_random_state(seed_for(root, "train"))
        model = MODELS[self.model]()
        queries = make_queries(triples, n_entities, n_relations)
        vectors = first_vectors(model, n_entities, n_relations, self.n_components, rng)
        schedule = Schedule(penalty, self.learning_rate, self.batch_size, max_iter)
        return vectors, train(model, vectors, queries, schedule, rng)

    def _choose(self, triples, root):
        """Return the penalty and what was tried."""
        tried = []
        if self.penalty != "cv":
            return float(self.penalty), tried
        train, test = _split(triples, check_random_state(seed_for(root, "split")))
        if not len(test):
            return _DEFAULT_PENALTY, tried
        for penalty in _PENALTIES:
            vectors, _ = self._train(train, penalty, max(1, self.max_iter // 2), root)
            ranks = self._ranks(vectors, test, train)
            tried.append((penalty, float(summary(ranks).loc["both", "mrr"])))
            if len(tried) > 1 and tried[-1][1] < tried[-2][1]:
                break
        return max(tried, key=itemgetter(1))[0], tried

    @property
    def search_(self):
        """Penalties that were tried, a frame."""
        check_is_fitted(self, "_tried")
        return pd.DataFrame(self._tried, columns=["penalty", "mrr"], dtype=float)

    def _ranks(self, vectors, triples, known):
        n_entities, n_relations = len(self.entities_), len(self.relations_)

        def score(heads, relations):
            return self._scores(vectors, heads, relations)

        return filtered_ranks(score, triples, known, n_entities, n_relations)

    def _scores(self, vectors, heads, relations):
        model = MODELS[self.model]()
        entities, kinds = vectors
        return model.scores(model.query(entities[heads], kinds[relations]), entities)

    def scores(self, heads, relations, *, inverse=False):
        """Return the scores of all entities as tails of given heads.

        Parameters
        ----------
        heads, relations : array-like of str of shape (n_pairs,)
            Names.
        inverse : bool, default=False
            Whether `heads` holds tails, and heads are asked for.

        Returns
        -------
        scores : ndarray of float32 of shape (n_pairs, n_entities)
            In the order of `entities_`; the higher, the likelier.

        Raises
        ------
        ValueError
            For a name that `fit` has not seen.
        """
        check_is_fitted(self)
        heads = code_names(heads, self.entities_, "heads")
        relations = code_names(relations, self.relations_, "relations")
        check_consistent_length(heads, relations)
        relations = relations + inverse * len(self.relations_)
        vectors = self.entity_vectors_, self.relation_vectors_
        return self._scores(vectors, heads, relations)

    def rank(self, triples, *, known=None):
        """Return the rank of head and tail of every triple among all entities.

        Parameters
        ----------
        triples : {array-like, dataframe, str, Path, callable}
            Triples to predict.
        known : {array-like, dataframe, str, Path, callable}, default=None
            Other true triples, usually those of `fit`: whatever else they make of
            a question is no error, and is left out ("filtered" ranks). Without
            them only `triples` themselves are.

        Returns
        -------
        ranks : DataFrame of shape (n_triples, 7)
            ``head``, ``relation``, ``tail``, ``rank_head``, ``rank_tail``,
            ``candidates_head``, ``candidates_tail``. Ties count half ("realistic"
            ranks).

        Raises
        ------
        ValueError
            For a name that `fit` has not seen.
        """
        check_is_fitted(self)
        asked = code_triples(triples, self, "triples")
        true = asked[:0] if known is None else code_triples(known, self, "known")
        vectors = self.entity_vectors_, self.relation_vectors_
        ranks = self._ranks(vectors, asked, true)
        names = (self.entities_, self.relations_, self.entities_)
        for i, column in enumerate(("head", "relation", "tail")):
            ranks.insert(i, column, names[i][asked[:, i]])
        return ranks

    def evaluate(self, triples, *, known=None):
        """Return how well triples are predicted.

        Parameters
        ----------
        triples : {array-like, dataframe, str, Path, callable}
            Triples that `fit` has not seen.
        known : {array-like, dataframe, str, Path, callable}, default=None
            See `rank`.

        Returns
        -------
        scores : DataFrame of shape (3, 7)
            Rows "head", "tail" and "both"; ``mrr`` (mean reciprocal rank),
            ``hits_1``, ``hits_3``, ``hits_10``, ``mean_rank``, ``random_rank``
            (the mean rank of guessing) and ``n_triples``.
        """
        return summary(self.rank(triples, known=known))

    def embedding(self, names):
        """Return the vectors of entities.

        Parameters
        ----------
        names : array-like of str of shape (n_names,)

        Returns
        -------
        vectors : ndarray of float32 of shape (n_names, width)
            NaN for a name that `fit` has not seen.
        """
        check_is_fitted(self)
        found = positions(np.asarray(names, dtype=object), self.entities_)
        vectors = self.entity_vectors_[found]
        vectors[found < 0] = np.nan
        return vectors

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags


def _split(triples, rng):
    """Return triples to learn from, and some that they can tell; none of a few.

    A triple is held out only where the others know its entities and its relation.
    """
    n_triples = len(triples)
    if n_triples < _FEWEST_TRIPLES:
        return triples, triples[:0]
    order = rng.permutation(n_triples)
    test = triples[order[: int(_HELD_OUT * n_triples)]]
    train = triples[order[int(_HELD_OUT * n_triples) :]]
    known = np.isin(test[:, [0, 2]], train[:, [0, 2]]).all(axis=1)
    known &= np.isin(test[:, 1], train[:, 1])
    return np.concatenate([train, test[~known]]), test[known]
