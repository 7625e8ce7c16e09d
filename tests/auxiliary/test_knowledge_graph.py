"""The link predictor."""

import pickle

import numpy as np
import pandas as pd
import pytest
from graph_cases import FAMILY, named, random_triples
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from mmensemble.auxiliary import KnowledgeGraph, _knowledge_graph


def kinships(n=24):
    """Return rules that a model can learn: neighbours in a ring, and who is like."""
    rows = [(f"p{i:02d}", "left of", f"p{(i + 1) % n:02d}") for i in range(n)]
    rows += [(b, "right of", a) for a, _, b in rows]
    rows += [
        (f"p{i:02d}", "like", f"p{j:02d}")
        for i in range(n)
        for j in range(n)
        if i != j and i % 3 == j % 3
    ]
    return rows


def split(rows, seed=0):
    """Return most rows, and some that the others can tell."""
    order = np.random.default_rng(seed).permutation(len(rows))
    test = [rows[i] for i in order[:12]]
    return [rows[i] for i in order[12:]], test


@pytest.mark.parametrize("model", ["complex", "rescal", "transe", "distmult"])
def test_held_out_links_are_ranked_far_above_chance(model):
    """Every model learns the rules of a small world."""
    rows, test = split(kinships())
    graph = KnowledgeGraph(model, n_components=16, penalty=0.01, random_state=0)
    found = graph.fit(rows).evaluate(test, known=rows)
    assert found.loc["both", "mean_rank"] < 0.6 * found.loc["both", "random_rank"]
    assert found.loc["both", "mrr"] > 0.3


def test_distmult_makes_every_relation_symmetric():
    """Its score is the same from head to tail as from tail to head; ComplEx's not."""
    rows = named(random_triples(60))
    names = sorted({name for h, _, t in rows for name in (h, t)})
    apart = {}
    for model in ("distmult", "complex"):
        graph = KnowledgeGraph(model, n_components=6, penalty=0.0, random_state=0)
        scores = graph.fit(rows).scores(names, ["r0"] * len(names))
        apart[model] = np.abs(scores - scores.T).max()
    assert apart["distmult"] < 1e-4
    assert apart["complex"] > 0.1


def test_scores_rank_and_evaluate_agree():
    """The rank of a tail is its place among the scores, and the inverse gives heads."""
    rows, test = split(kinships())
    graph = KnowledgeGraph(n_components=8, penalty=0.03, random_state=0).fit(rows)
    ranks = graph.rank(test)
    head, relation, tail = test[0]
    row = ranks.iloc[0]
    assert (row["head"], row["relation"], row["tail"]) == test[0]
    true = {t for h, r, t in test if (h, r) == (head, relation)}
    scores = dict(
        zip(graph.entities_, graph.scores([head], [relation])[0], strict=True)
    )
    better = sum(s > scores[tail] for name, s in scores.items() if name not in true)
    assert row["rank_tail"] == 1 + better
    true = {h for h, r, t in test if (r, t) == (relation, tail)}
    scores = graph.scores([tail], [relation], inverse=True)[0]
    scores = dict(zip(graph.entities_, scores, strict=True))
    better = sum(s > scores[head] for name, s in scores.items() if name not in true)
    assert row["rank_head"] == 1 + better
    found = graph.evaluate(test)
    assert found.loc["tail", "mrr"] == pytest.approx((1 / ranks["rank_tail"]).mean())


def test_the_penalty_is_chosen_on_triples_held_out(monkeypatch):
    """The best of those tried is used, and the search stops once it falls."""
    monkeypatch.setattr(_knowledge_graph, "_PENALTIES", (0.01, 3.0, 10.0))
    rows = kinships()
    graph = KnowledgeGraph(n_components=8, max_iter=20, random_state=0).fit(rows)
    assert graph.search_["penalty"].tolist() == [0.01, 3.0]
    assert graph.search_["mrr"].is_monotonic_decreasing
    assert graph.penalty_ == 0.01
    given = KnowledgeGraph(n_components=8, penalty=0.5, max_iter=2).fit(rows)
    assert given.penalty_ == 0.5
    assert given.search_.empty
    few = KnowledgeGraph(n_components=2, max_iter=2).fit(FAMILY)
    assert few.penalty_ == 0.03


def test_what_is_held_out_can_be_told_by_the_rest():
    """No held-out triple has an entity or a relation that the others lack."""
    rows = named(random_triples(30, 25, 4))
    rows.append(("hermit", "r0", "cave"))
    codes = {name: i for i, name in enumerate(sorted({n for row in rows for n in row}))}
    triples = np.array([[codes[n] for n in row] for row in rows])
    for seed in range(5):
        train, test = _knowledge_graph._split(triples, np.random.RandomState(seed))
        assert len(train) + len(test) == len(triples)
        assert set(test[:, [0, 2]].ravel()) <= set(train[:, [0, 2]].ravel())
        assert set(test[:, 1]) <= set(train[:, 1])


def test_the_same_seed_gives_the_same_vectors():
    """Two fits agree, the order of triples does not matter, and pickles predict."""
    rows = named(random_triples(60))
    make = KnowledgeGraph(n_components=4, max_iter=5, random_state=1)
    one, other = clone(make).fit(rows), clone(make).fit(rows[::-1])
    np.testing.assert_array_equal(one.entity_vectors_, other.entity_vectors_)
    skops = pytest.importorskip("skops.io")
    data = skops.dumps(one)
    types = skops.get_untrusted_types(data=data)
    assert types == ["mmensemble.auxiliary._knowledge_graph.KnowledgeGraph"]
    for other in (pickle.loads(pickle.dumps(one)), skops.loads(data, trusted=types)):
        found = other.evaluate(rows[:5])
        pd.testing.assert_frame_equal(found, one.evaluate(rows[:5]))


def test_vectors_of_unknown_names_are_missing():
    """`embedding` keeps the order of the names asked for."""
    graph = KnowledgeGraph(n_components=3, penalty=0.1, max_iter=2).fit(FAMILY)
    found = graph.embedding(["dog", "unicorn", "cat"])
    assert found.shape == (3, 6)
    assert np.isnan(found[1]).all()
    place = graph.entities_.tolist().index("cat")
    np.testing.assert_array_equal(found[2], graph.entity_vectors_[place])


def test_unknown_names_are_refused():
    """A triple or question of a name that fit has not seen is an error."""
    graph = KnowledgeGraph(n_components=3, penalty=0.1, max_iter=2).fit(FAMILY)
    with pytest.raises(ValueError, match=r"1 of the triples in 'triples' .*'unicorn'"):
        graph.rank([("dog", "isa", "unicorn")])
    with pytest.raises(ValueError, match=r"in 'known' name an entity or relation"):
        graph.evaluate(FAMILY, known=[("dog", "eats", "cat")])
    with pytest.raises(
        ValueError, match=r"'heads' parameter names 'dgo', .* mean 'dog"
    ):
        graph.scores(["dog", "dgo"], ["isa", "isa"])
    with pytest.raises(ValueError, match="'relations' parameter names 'si', which fit"):
        graph.scores(["dog"], ["si"])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        graph.scores(["dog", "cat"], ["isa"])
    np.testing.assert_array_equal(
        graph.scores("dog", "isa"), graph.scores(["dog"], ["isa"])
    )
    with pytest.raises(NotFittedError):
        KnowledgeGraph().scores(["dog"], ["isa"])
