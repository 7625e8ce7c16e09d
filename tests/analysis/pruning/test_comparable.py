"""Which column can stand in for which, categories included."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats.contingency import association, crosstab

from mmensemble.analysis.modalities._target import make_target
from mmensemble.analysis.pruning._comparable import comparable_columns
from mmensemble.analysis.pruning._prune_features import relevance


def table(n=120):
    """A city is in a country and has a height; `copy` renames it."""
    rng = np.random.default_rng(0)
    city = rng.integers(6, size=n)
    return pd.DataFrame(
        {
            "height": np.array([1.0, 4.0, 9.0, 2.0, 7.0, 3.0])[city],
            "city": np.array(list("uvwxyz"))[city],
            "north": city < 3,
            "country": pd.Categorical(np.array(["n", "s"])[(city >= 3).astype(int)]),
            "copy": np.array(list("UVWXYZ"))[city],
            "x": rng.normal(size=n),
        }
    )


def graph_of(X, threshold=0.9, **options):
    """Return the named edges of the graph."""
    columns = comparable_columns(X, list(range(X.shape[1])), categories=True)
    options = {"method": "pearson", "weight": None} | options
    graph = columns.stand_ins(threshold=threshold, **options).tocoo()
    names = [X.columns[p] for p in columns.positions]
    return {(names[i], names[j]) for i, j in zip(graph.row, graph.col, strict=True)}


def test_the_finer_stands_in_for_the_coarser():
    """A city tells its country and height; neither tells the city."""
    edges = graph_of(table())
    assert {("country", "city"), ("height", "city"), ("north", "city")} <= edges
    assert {("city", "copy"), ("copy", "city")} <= edges
    assert {("country", "north"), ("north", "country")} <= edges
    assert not {("city", "country"), ("city", "height"), ("city", "north")} & edges
    assert not any("x" in edge for edge in edges)


def test_without_categories_the_graph_is_that_of_numbers():
    """Positions and edges are those of numbers and booleans."""
    X = table()
    columns = comparable_columns(X, list(range(6)), categories=False)
    assert [X.columns[p] for p in columns.positions] == ["height", "north", "x"]
    graph = columns.stand_ins(method="pearson", threshold=0.01, weight=None)
    expected = X[["height", "north", "x"]].astype(float).corr().to_numpy()
    np.testing.assert_allclose(graph.toarray(), expected - np.eye(3), atol=1e-12)


@pytest.mark.parametrize("categories", [True, False])
def test_numbers_written_as_text(categories):
    """They are compared as numbers; weights decide what they are."""
    X = table().assign(x=lambda X: 2 * X["height"] + 0.5 + X.index / 1000)
    written = X.assign(x=[f"{v:.4f} kg".replace(".", ",") for v in X["x"]])
    found = [
        comparable_columns(frame, list(range(6)), categories=categories)
        for frame in (written, X)
    ]
    np.testing.assert_allclose(found[0].values, found[1].values, atol=1e-12)
    assert found[0].positions == found[1].positions
    written.loc[0, "x"] = "heavy"
    weight = np.r_[1e6, np.ones(119)]
    columns = comparable_columns(
        written, list(range(6)), categories=categories, weight=weight
    )
    assert columns.n_numbers == 2


def test_measures_are_named():
    """r or rho of numbers and booleans, the others in words."""
    columns = comparable_columns(table(), list(range(6)), categories=True)
    place = {table().columns[p]: k for k, p in enumerate(columns.positions)}
    named = {
        ("height", "x"): "rho",
        ("north", "x"): "rho",
        ("height", "city"): "correlation ratio",
        ("city", "north"): "Cramér's V",
        ("city", "copy"): "Cramér's V",
    }
    for (a, b), measure in named.items():
        assert columns.measure(place[a], place[b], "spearman") == measure
        assert columns.measure(place[b], place[a], "spearman") == measure
    assert columns.measure(place["x"], place["height"], "pearson") == "r"


@pytest.mark.parametrize("classes", [True, False])
def test_relevance_of_categories(classes):
    """Cramér's V with classes, the largest correlation ratio with numbers."""
    X = table(600)
    city = X["city"].map(dict(zip("uvwxyz", range(6), strict=True))).to_numpy()
    noise = np.random.default_rng(1).normal(size=600)
    y = city // 2 if classes else np.column_stack([noise, city * 2.0])
    target = make_target(y, X, "auto")
    columns = comparable_columns(X, [0, 1, 3, 5], categories=True)
    found = columns.relevance(target, "pearson", None)
    assert [X.columns[p] for p in columns.positions] == [
        "height",
        "x",
        "city",
        "country",
    ]
    np.testing.assert_allclose(
        found[:2], relevance(X[["height", "x"]].to_numpy(), target)
    )
    assert found[2] == pytest.approx(1.0, abs=0.01)
    if classes:
        plain = association(crosstab(X["country"].astype(str), y).count)
        assert found[3] == pytest.approx(plain, abs=0.05)
    assert found[3] < 0.95
