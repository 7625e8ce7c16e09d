"""Meetings on random walks."""

import numpy as np
from graph_cases import random_triples

from mmensemble.auxiliary import _graph_walks
from mmensemble.auxiliary._graph_input import Graph
from mmensemble.auxiliary._graph_walks import (
    adjacency,
    drawn_meetings,
    expected_meetings,
    walk_vectors,
)


def two_circles(n=8):
    """Return a graph of two circles with chords, joined by one triple."""
    inside = [(i, 0, j) for i in range(n) for j in range(i)]
    both = inside + [(h + n, 0, t + n) for h, _, t in inside] + [(0, 0, n)]
    names = np.array([f"{i:02d}" for i in range(2 * n)], dtype=object)
    return Graph(names, np.array(["knows"], dtype=object), np.array(both))


def test_expected_meetings_are_those_of_the_formula():
    """The ratio is that of Qiu et al., written as sums over steps and entities."""
    joined = adjacency(random_triples(30, 12, 1), 12)
    dense = joined.toarray()
    degree = dense.sum(axis=1)
    step = dense / degree[:, None]
    total = sum(np.linalg.matrix_power(step, r) for r in range(1, 4))
    wanted = degree.sum() / 3 * total @ np.diag(1 / degree)
    found = expected_meetings(joined, window=3)
    np.testing.assert_allclose(found, wanted)
    np.testing.assert_allclose(found, found.T)


def test_drawn_meetings_come_near_the_expected(monkeypatch):
    """With many walks the counted ratio is the exact one, within some percent."""
    monkeypatch.setattr(_graph_walks, "_WALKS", 300)
    joined = adjacency(random_triples(40, 12, 1), 12)
    drawn = drawn_meetings(joined, 0).toarray()
    np.testing.assert_allclose(drawn, expected_meetings(joined), rtol=0.15)


def test_communities_are_told_apart(monkeypatch):
    """The leading vector has one sign in each circle, exact or drawn."""
    graph = two_circles()
    for exact in (1_000, 1):
        monkeypatch.setattr(_graph_walks, "_EXACT", exact)
        vectors = walk_vectors(graph, 3, 0)
        shift = vectors - vectors.mean(axis=0)
        sign = np.sign(shift[:, np.argmax(np.abs(shift[:8].mean(axis=0)))])
        assert (sign[:8] == sign[0]).all()
        assert (sign[8:] == -sign[0]).all()
