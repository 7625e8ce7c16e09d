"""What can be reached in a graph."""

import numpy as np
from graph_cases import FAMILY, random_triples

from mmensemble.auxiliary._graph_closure import closure_vectors, reachable
from mmensemble.auxiliary._graph_input import make_graph


def reached_from(start, triples):
    """Return the entities on any path from one, by walking."""
    found, pending = {start}, [start]
    while pending:
        here = pending.pop()
        for head, _, tail in triples:
            if head == here and tail not in found:
                found.add(tail)
                pending.append(tail)
    return sorted(found)


def test_reachable_entities_are_those_of_a_walk():
    """On a random graph with cycles the closure holds what walking finds."""
    triples = random_triples(14, 16, 1)[:14]
    closure = reachable(triples, 16)
    for start in range(16):
        row = closure.indices[closure.indptr[start] : closure.indptr[start + 1]]
        assert sorted(row) == reached_from(start, triples)
    assert set(closure.data) == {1.0}


def test_siblings_are_alike():
    """Dogs are nearer to cats than to carps, and carps to fish than to dogs."""
    graph = make_graph(np.array(FAMILY[:5], dtype=object))
    vectors = dict(zip(graph.entities, closure_vectors(graph, 6, 0), strict=True))

    def apart(one, other):
        return np.linalg.norm(vectors[one] - vectors[other])

    assert apart("dog", "cat") < apart("dog", "carp")
    assert apart("carp", "fish") < apart("dog", "fish")
