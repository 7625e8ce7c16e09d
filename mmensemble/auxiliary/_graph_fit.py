"""The loss of a link predictor over minibatches, its slopes, and Adagrad."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

#: Standard deviation of the scores of untrained vectors.
_FIRST_SPREAD = 0.3
#: Keeps the first steps of Adagrad finite.
_EPSILON = 1e-10


@dataclass(frozen=True)
class Queries:
    """All pairs of head and relation, reciprocal ones too, with their true tails.

    A relation and its reciprocal are `n_relations` apart, so that heads are asked
    for as tails are (Lacroix, Usunier & Obozinski 2018). Triples of one pair share
    a query: the sum of their losses is the same, at a fraction of the work.

    Parameters
    ----------
    heads, relations : ndarray of int of shape (n_queries,)
    tails : CSR matrix of shape (n_queries, n_entities)
        Ones where a triple is true.
    """

    heads: np.ndarray
    relations: np.ndarray
    tails: sparse.csr_matrix

    def take(self, rows):
        """Return some of the queries."""
        return Queries(self.heads[rows], self.relations[rows], self.tails[rows])


def with_reciprocals(triples, n_relations):
    """Return triples, and after them those of the reciprocal relations."""
    turned = triples[:, ::-1] + [0, n_relations, 0]
    return np.concatenate([triples, turned])


def make_queries(triples, n_entities, n_relations):
    """Return the queries of triples given by position.

    Parameters
    ----------
    triples : ndarray of int of shape (n_triples, 3)
        Head, relation, tail.
    n_entities, n_relations : int

    Returns
    -------
    queries : Queries
    """
    both = np.unique(with_reciprocals(triples, n_relations), axis=0)
    pairs, row = np.unique(both[:, :2], axis=0, return_inverse=True)
    shape = (len(pairs), n_entities)
    true = np.ones(len(both), dtype=np.float32)
    tails = sparse.csr_matrix((true, (row.ravel(), both[:, 2])), shape=shape)
    return Queries(pairs[:, 0], pairs[:, 1], tails)


def first_vectors(model, n_entities, n_relations, n_components, rng):
    """Return random vectors of entities and relations, in single precision."""
    shapes = model.shapes(n_components)
    # a score adds up products of two or of three numbers
    spread = (_FIRST_SPREAD / np.sqrt(4 * n_components)) ** (1 / 3)
    sizes = ((n_entities, *shapes[0]), (2 * n_relations, *shapes[1]))
    return [(spread * rng.standard_normal(size)).astype(np.float32) for size in sizes]


def loss_and_slopes(model, entities, relations, batch, penalty):
    """Return the penalised loss of a batch and its slopes.

    The loss is that of a softmax over all entities (Lacroix et al. 2018: "full
    multiclass log loss"), averaged over triples. To it comes, for every triple,
    `penalty` times a third of the cubed 3-norms of its three vectors (the nuclear
    3-norm of a decomposition), or times half of their squares for models without
    one.

    Parameters
    ----------
    model : DistMult
        Or another of the models.
    entities : ndarray of shape (n_entities, width)
    relations : ndarray of shape (2 * n_relations, ...)
    batch : Queries
    penalty : float

    Returns
    -------
    loss : float
    by_entities : ndarray of shape (n_entities, width)
    used : ndarray of int of shape (n_used,)
        Relations in the batch; the slopes by all others are zero.
    by_relations : ndarray of shape (n_used, ...)
    """
    used, place = np.unique(batch.relations, return_inverse=True)
    heads, own = entities[batch.heads], relations[batch.relations]
    queries = model.query(heads, own)
    scores = model.scores(queries, entities)
    count = np.diff(batch.tails.indptr).astype(scores.dtype)
    loss, slope = _softmax_loss(scores, batch.tails, count)
    by_queries, by_entities = model.score_slopes(queries, entities, scores, slope)
    by_heads, by_own = model.query_slopes(heads, own, by_queries)
    by_entities += _add_up(batch.heads, by_heads, len(entities))
    by_relations = _add_up(place, by_own, len(used))
    total = count.sum()
    seen = np.bincount(batch.heads, count, len(entities))
    seen += np.bincount(batch.tails.indices, minlength=len(entities))
    price, pull = _penalty(model, entities, (seen / total).astype(scores.dtype))
    loss, by_entities = loss + penalty * price, by_entities + penalty * pull
    seen = (np.bincount(place, count) / total).astype(scores.dtype)
    price, pull = _penalty(model, relations[used], seen)
    return loss + penalty * price, by_entities, used, by_relations + penalty * pull


def _softmax_loss(scores, tails, count):
    """Return the mean loss of the true tails, and its slope by the scores."""
    rows = np.repeat(np.arange(len(scores)), np.diff(tails.indptr))
    peak = scores.max(axis=1, keepdims=True)
    slope = np.exp(scores - peak)
    sums = slope.sum(axis=1)
    total = count.sum()
    true = scores[rows, tails.indices]
    loss = (count @ (np.log(sums) + peak[:, 0]) - true.sum()) / total
    slope *= (count / sums)[:, None]
    slope[rows, tails.indices] -= 1
    slope /= total
    return float(loss), slope


def _penalty(model, vectors, weight):
    """Return the weighted penalty of vectors, and its slope by them."""
    weight = weight.reshape(-1, *[1] * (vectors.ndim - 1))
    if not model.cubes:
        return float((weight * vectors**2).sum()) / 2, weight * vectors
    sizes = model.sizes(vectors)
    pull = weight * sizes * vectors
    return float((pull * vectors).sum()) / 3, pull


def _add_up(places, values, n_places):
    """Return the sums of `values` by place, of shape (n_places, ...)."""
    ones = np.ones(len(places), dtype=values.dtype)
    shape = (n_places, len(places))
    collect = sparse.csr_matrix((ones, (places, np.arange(len(places)))), shape=shape)
    sums = collect @ values.reshape(len(values), -1)
    return sums.reshape(n_places, *values.shape[1:])


@dataclass(frozen=True)
class Schedule:
    """How a link predictor is trained.

    Parameters
    ----------
    penalty, learning_rate : float
    batch_size, max_iter : int
        Pairs of head and relation in a minibatch; passes over all of them.
    """

    penalty: float
    learning_rate: float
    batch_size: int
    max_iter: int


def train(model, vectors, queries, schedule, rng):
    """Train vectors in place by Adagrad (Duchi, Hazan & Singer 2011, JMLR 12).

    Parameters
    ----------
    model : DistMult
    vectors : list of two ndarrays
        As `first_vectors` makes them.
    queries : Queries
    schedule : Schedule
    rng : RandomState

    Returns
    -------
    losses : ndarray of shape (max_iter,)
        Mean penalised loss of each pass.
    """
    sums = [np.full_like(part, _EPSILON) for part in vectors]
    entities, relations = vectors
    losses = []
    for _ in range(schedule.max_iter):
        order = rng.permutation(len(queries.heads))
        starts = range(0, len(order), schedule.batch_size)
        total = 0.0
        for start in starts:
            batch = queries.take(order[start : start + schedule.batch_size])
            loss, by_entities, used, by_relations = loss_and_slopes(
                model, entities, relations, batch, schedule.penalty
            )
            sums[0] += by_entities**2
            entities -= schedule.learning_rate * by_entities / np.sqrt(sums[0])
            sums[1][used] += by_relations**2
            step = by_relations / np.sqrt(sums[1][used])
            relations[used] -= schedule.learning_rate * step
            total += loss
        losses.append(total / len(starts))
    return np.array(losses)
