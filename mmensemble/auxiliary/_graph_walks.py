"""Entities by whom random walks from them meet, factorised."""

import numpy as np
from scipy import sparse
from sklearn.utils import check_random_state

from mmensemble.auxiliary._graph_svd import leading_factors

#: Steps apart that still count as meeting.
_WINDOW = 5
#: Entities up to which walks are counted exactly, not drawn.
_EXACT = 1_000
#: Rounds of drawing, walks from each entity in one, and their length.
_ROUNDS, _WALKS, _LENGTH = 8, 5, 20


def adjacency(triples, n_entities):
    """Return how many triples join two entities, in either direction.

    Returns
    -------
    joined : CSR matrix of shape (n_entities, n_entities)
        Symmetric.
    """
    ones = np.ones(len(triples))
    one_way = sparse.csr_matrix((ones, triples[:, [0, 2]].T), shape=[n_entities] * 2)
    return (one_way + one_way.T).tocsr()


def expected_meetings(joined, window=_WINDOW):
    """Return how much likelier than by chance entities meet on endless walks.

    Parameters
    ----------
    joined : CSR matrix of shape (n_entities, n_entities)
    window : int

    Returns
    -------
    ratio : ndarray of shape (n_entities, n_entities)
        ``vol(G) / T * sum_{r=1..T} (D^-1 A)^r D^-1`` (Qiu et al. 2018).
    """
    degree = np.asarray(joined.sum(axis=1)).ravel()
    step = (sparse.diags(1 / degree) @ joined).toarray()
    power, total = np.eye(len(step)), np.zeros(step.shape)
    for _ in range(window):
        power = power @ step
        total += power
    return degree.sum() / window * total / degree


def drawn_meetings(joined, seed, window=_WINDOW):
    """Return the same ratio, estimated from walks, where they met at all.

    Walks begin at entities in proportion to their number of triples.

    Returns
    -------
    ratio : CSR matrix of shape (n_entities, n_entities)
    """
    rng = check_random_state(seed)
    n = joined.shape[0]
    met = sparse.csr_matrix((n, n))
    for _ in range(_ROUNDS):
        walks = _draw_walks(joined, rng)
        for apart in range(1, window + 1):
            pairs = walks[:-apart].ravel(), walks[apart:].ravel()
            met = met + sparse.csr_matrix((np.ones(pairs[0].size), pairs), met.shape)
    met = (met + met.T).tocoo()
    share = np.asarray(joined.sum(axis=1)).ravel() / joined.sum()
    ratio = met.data / met.data.sum() / (share[met.row] * share[met.col])
    return sparse.csr_matrix((ratio, (met.row, met.col)), shape=(n, n))


def _draw_walks(joined, rng):
    """Return the entities on walks, an array of shape (length, n_walks)."""
    reached = np.append(0.0, joined.data.cumsum())
    first, last = joined.indptr[:-1], joined.indptr[1:]
    low, width = reached[first], reached[last] - reached[first]
    n = joined.shape[0]
    walks = [rng.choice(n, size=_WALKS * n, p=width / reached[-1])]
    for _ in range(_LENGTH):
        now = walks[-1]
        drawn = low[now] + rng.uniform(size=len(now)) * width[now]
        place = np.searchsorted(reached, drawn, side="right") - 1
        # rounding must not leave the entity's own row
        walks.append(joined.indices[np.clip(place, first[now], last[now] - 1)])
    return np.stack(walks)


def walk_vectors(graph, n_components, seed):
    """Return vectors of entities from random walks that take no heed of relations.

    The positive part of the logarithm of how much likelier than by chance two
    entities meet within 5 steps is factorised: what DeepWalk (Perozzi, Al-Rfou &
    Skiena 2014) approximates with one negative sample (Qiu et al. 2018, "Network
    embedding as matrix factorization", WSDM). Up to 1,000 entities the meetings
    are exact, beyond they are counted on drawn walks.

    Parameters
    ----------
    graph : Graph
    n_components : int
    seed : int

    Returns
    -------
    vectors : ndarray of shape (n_entities, at most n_components)
    """
    joined = adjacency(graph.triples, len(graph.entities))
    if len(graph.entities) <= _EXACT:
        surprise = np.log(np.maximum(expected_meetings(joined), 1.0))
    else:
        surprise = drawn_meetings(joined, seed)
        surprise.data = np.log(np.maximum(surprise.data, 1.0))
        surprise.eliminate_zeros()
    return leading_factors(surprise, n_components, seed, power=0.5)
