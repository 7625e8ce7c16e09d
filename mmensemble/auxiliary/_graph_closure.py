"""Entities by what can be reached from them: the closure of a graph, factorised."""

import numpy as np
from scipy import sparse

from mmensemble.auxiliary._graph_svd import leading_factors


def reachable(triples, n_entities):
    """Return which entity can be reached from which, along heads to tails.

    Parameters
    ----------
    triples : ndarray of int of shape (n_triples, 3)
    n_entities : int

    Returns
    -------
    closure : CSR matrix of shape (n_entities, n_entities)
        Ones; every entity reaches itself.
    """
    ones = np.ones(len(triples))
    steps = sparse.csr_matrix((ones, triples[:, [0, 2]].T), shape=[n_entities] * 2)
    closure = sparse.identity(n_entities, format="csr") + steps
    while True:
        closure.data[:] = 1.0
        longer = closure @ closure  # paths of twice the length
        if longer.nnz == closure.nnz:
            return closure
        closure = longer


def closure_vectors(graph, n_components, seed):
    """Return vectors of entities from the singular vectors of the closure.

    Entities are alike that share ancestors: each ancestor is a column, rare ones
    weigh more (by the root of their inverse frequency's logarithm), rows are of
    unit length, as documents are in latent semantic analysis (Deerwester et al.
    1990, JASIS 41(6)).

    Parameters
    ----------
    graph : Graph
    n_components : int
    seed : int

    Returns
    -------
    vectors : ndarray of shape (n_entities, at most n_components)
    """
    n_entities = len(graph.entities)
    closure = reachable(graph.triples, n_entities)
    frequency = np.asarray(closure.sum(axis=0)).ravel() / n_entities
    weighted = closure @ sparse.diags(np.sqrt(1 - np.log(frequency)))
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    rows = sparse.diags(1 / length) @ weighted
    return leading_factors(rows.tocsr(), n_components, seed)
