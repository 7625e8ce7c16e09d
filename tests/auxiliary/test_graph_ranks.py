"""Filtered ranks against brute force."""

import numpy as np
import pytest
from graph_cases import random_triples

from mmensemble.auxiliary import _graph_ranks
from mmensemble.auxiliary._graph_ranks import filtered_ranks, summary

N_ENTITIES, N_RELATIONS = 12, 3
TRIPLES = random_triples(150, N_ENTITIES, N_RELATIONS)
TEST, KNOWN = TRIPLES[::3], TRIPLES


def scorer(table):
    """Return a scorer that looks scores up by head and relation."""
    return lambda heads, relations: table[heads, relations]


def brute_force(table, test, known):
    """Return the ranks of heads and of tails, one triple after the other."""
    true = set(map(tuple, np.concatenate([test, known])))
    found = []
    for h, r, t in test:
        ranks = []
        for own, asked, all_scores in (
            (h, lambda e, r=r, t=t: (e, r, t), table[t, r + N_RELATIONS]),
            (t, lambda e, h=h, r=r: (h, r, e), table[h, r]),
        ):
            others = [
                all_scores[e]
                for e in range(N_ENTITIES)
                if e != own and asked(e) not in true
            ]
            better = sum(score > all_scores[own] for score in others)
            level = sum(score == all_scores[own] for score in others)
            # the mean of the best and the worst place
            ranks.append((1 + better + 1 + better + level) / 2)
        found.append(ranks)
    return np.array(found)


@pytest.mark.parametrize("levels", [2, 1000])
def test_ranks_are_those_of_brute_force(levels, monkeypatch):
    """With few or many ties, whole or in blocks, ranks are counted by hand."""
    rng = np.random.default_rng(0)
    table = rng.integers(levels, size=(N_ENTITIES, 2 * N_RELATIONS, N_ENTITIES))
    wanted = brute_force(table, TEST, KNOWN)
    for most in (10, 10**6):
        monkeypatch.setattr(_graph_ranks, "_MOST_SCORES", most)
        args = scorer(table), TEST, KNOWN, N_ENTITIES, N_RELATIONS
        found = filtered_ranks(*args)
        np.testing.assert_array_equal(found[["rank_head", "rank_tail"]], wanted)


def test_a_constant_scorer_gets_the_rank_of_guessing():
    """Its mean rank is half of the candidates' number plus one."""
    table = np.zeros((N_ENTITIES, 2 * N_RELATIONS, N_ENTITIES))
    found = summary(filtered_ranks(scorer(table), TEST, KNOWN, N_ENTITIES, N_RELATIONS))
    np.testing.assert_allclose(found["mean_rank"], found["random_rank"])
    assert (found["mean_rank"] > 2).all()


def test_a_perfect_scorer_gets_first_ranks():
    """Where true triples score one and all others nothing, every rank is the first."""
    table = np.zeros((N_ENTITIES, 2 * N_RELATIONS, N_ENTITIES))
    table[tuple(TRIPLES.T)] = 1
    heads, relations, tails = TRIPLES.T
    table[tails, relations + N_RELATIONS, heads] = 1
    found = summary(filtered_ranks(scorer(table), TEST, KNOWN, N_ENTITIES, N_RELATIONS))
    assert (found[["mrr", "hits_1", "hits_10", "mean_rank"]] == 1).all(axis=None)
    assert found["n_triples"].tolist() == [len(TEST), len(TEST), 2 * len(TEST)]
    assert found.index.tolist() == ["head", "tail", "both"]
