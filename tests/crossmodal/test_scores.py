"""Scores of retrievers."""

import numpy as np
import pytest
from crossmodal_cases import make_table, without

from mmensemble import CrossModalRetriever
from mmensemble.crossmodal import _scores, retrieval_scores


@pytest.fixture(scope="module")
def case():
    """Return a fitted retriever, new rows and their labels."""
    X, y = make_table(200, noise=0.5)
    model = CrossModalRetriever(random_state=0).fit(X[:120])
    return model, X[120:], y[120:]


def test_scores_are_means_over_queries(case, monkeypatch):
    """Against similarities ranked by hand, in blocks of few queries."""
    model, X, y = case
    monkeypatch.setattr(_scores, "_BLOCK", 500)
    found = retrieval_scores(model, X, y, pairs=[("a", "b")], random_state=0)
    similarity = model.index(X).similarity(X, query="a", target="b")
    ranks = (similarity >= np.diag(similarity)[:, None]).sum(axis=1)
    order = np.argsort(-similarity, axis=1)
    precisions = []
    for row, own in zip(order, y, strict=True):
        hits = y[row] == own
        precisions.append((np.cumsum(hits) / np.arange(1, 81))[hits].mean())
    expected = {
        "map": np.mean(precisions),
        "mrr": (1 / ranks).mean(),
        "recall@1": (ranks <= 1).mean(),
        "recall@5": (ranks <= 5).mean(),
        "recall@10": (ranks <= 10).mean(),
    }
    scores = found.set_index("metric")["score"].to_dict()
    assert scores == pytest.approx(expected)
    assert (found["n_queries"] == 80).all()


def test_intervals_are_those_of_the_mean(case):
    """About two standard errors either side."""
    model, X, y = case
    found = retrieval_scores(model, X, y, metrics=["map"], random_state=0)
    assert len(found) == 6
    assert ((found["lower"] < found["score"]) & (found["score"] < found["upper"])).all()
    values = np.random.default_rng(0).random(400)
    interval = _scores._interval(values, 4000, 0)
    width = 2 * 1.96 * values.std() / 20
    assert np.isclose(interval["upper"] - interval["lower"], width, rtol=0.1)


def test_without_labels_only_the_row_itself_is_relevant(case):
    """Average precision is the reciprocal rank then."""
    model, X, _ = case
    found = retrieval_scores(model, X, metrics=("map", "mrr"), pairs=[("a", "c")])
    assert found["score"][0] == found["score"][1]


def test_rows_that_lack_one_side(case):
    """They do not ask, or are not found; whole pairs may be empty."""
    model, X, y = case
    holes = without(without(X, "a", np.arange(30)), "b", np.arange(20, 50))
    found = retrieval_scores(model, holes, y, metrics=("map", "mrr"))
    numbers = found.set_index(["query", "target", "metric"])["n_queries"]
    assert numbers["a", "b", "map"] == 50
    assert numbers["a", "b", "mrr"] == 30
    nothing = without(X, "a", np.arange(80))
    found = retrieval_scores(model, nothing, metrics=["mrr"], pairs=[(["a"], "b")])
    assert found["n_queries"].tolist() == [0]
    assert found["score"].isna().all()


def test_the_collection_stays(case):
    """Scoring does not index anew for the user."""
    model, X, _ = case
    model.index(X[:7])
    retrieval_scores(model, X, metrics=["mrr"], pairs=[("a", "b")])
    assert model.n_indexed_ == 7


@pytest.mark.parametrize("metric", ["auc", "recall@0", "recall@", "recall"])
def test_unknown_metrics(metric, case):
    """The message lists those that are known."""
    with pytest.raises(ValueError, match="may hold 'map', 'mrr' and 'recall@k'"):
        retrieval_scores(case[0], case[1], metrics=[metric])
