"""Columns and those that stand in for them."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.feature_selection import f_classif

from mmensemble.analysis.modalities._target import make_target
from mmensemble.analysis.pruning._prune_features import (
    by_components,
    column_matrix,
    drops_frame,
    greedy,
    numeric_columns,
    relevance,
    strong_pairs,
)


def chain():
    """0 - 1 - 2, and 3 by itself."""
    r = np.zeros((4, 4))
    r[0, 1] = r[1, 0] = 0.9
    r[1, 2] = r[2, 1] = -0.95
    return sparse.csr_matrix(r)


def test_greedy():
    assert greedy(chain(), [0, 1, 2, 3]) == {1: 0}
    assert greedy(chain(), [1, 0, 2, 3]) == {0: 1, 2: 1}
    assert greedy(chain(), [2, 0, 1, 3]) == {1: 2}


def test_components():
    assert by_components(chain(), [0, 1, 2, 3]) == {1: 0, 2: 0}
    assert by_components(chain(), [3, 2, 1, 0]) == {1: 2, 0: 2}


def test_components_take_edges_of_both_directions():
    """What holds in one direction only links nothing; greedy follows it."""
    one_way = sparse.csr_matrix(np.array([[0.0, 0.9], [0.0, 0.0]]))
    assert by_components(one_way, [0, 1]) == {}
    assert greedy(one_way, [1, 0]) == {0: 1}
    assert greedy(one_way, [0, 1]) == {}


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_graph_is_that_of_pandas(method):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(50, 2)) @ rng.normal(size=(2, 6))
    values[rng.random(values.shape) < 0.1] = np.nan
    graph = strong_pairs(values, method=method, threshold=0.5).toarray()
    expected = pd.DataFrame(values).corr(method=method).to_numpy()
    expected = np.where(np.abs(expected) >= 0.5, expected, 0) - np.eye(6)
    np.testing.assert_allclose(graph, expected, atol=1e-10)
    assert strong_pairs(values[:, :1], method=method, threshold=0.5).nnz == 0
    assert strong_pairs(values[:2], method=method, threshold=0.5).nnz == 0
    values[3, 2] = np.inf
    with pytest.raises(ValueError, match=r"Columns \['c'\] hold infinity"):
        strong_pairs(values, method=method, threshold=0.5, names=list("abcdef"))


def test_equal_columns_are_found_at_threshold_one():
    x = np.random.default_rng(0).normal(size=(40, 1))
    assert strong_pairs(np.hstack([x, 3 * x]), method="pearson", threshold=1.0).nnz == 2


@pytest.mark.parametrize("weighted", [False, True])
def test_relevance_to_numbers(weighted):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(60, 3))
    y = values[:, 0] + rng.normal(size=60)
    values[:9, 1] = np.nan
    times = rng.integers(1, 4, 60) if weighted else np.ones(60, dtype=int)
    found = relevance(
        values, make_target(y, values), weight=times.astype(float) if weighted else None
    )
    frame = pd.DataFrame(np.repeat(values, times, 0))
    expected = frame.corrwith(pd.Series(np.repeat(y, times))).abs()
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_relevance_by_ranks():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(60, 2))
    y = values[:, 0] + rng.normal(size=60)
    found = relevance(np.exp(values), make_target(y, values), method="spearman")
    frame = pd.DataFrame(values)
    expected = frame.corrwith(pd.Series(y), method="spearman").abs()
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_relevance_to_classes_is_the_correlation_ratio():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 60)
    values = rng.normal(size=(60, 3)) + y[:, None] * [0, 1, 2]
    f, _ = f_classif(values, y)
    expected = np.sqrt(f * 2 / (f * 2 + 57))
    np.testing.assert_allclose(relevance(values, make_target(y, y)), expected)


def test_what_does_not_vary_is_not_relevant():
    values = np.column_stack([np.full(20, 0.1), np.full(20, np.nan), np.arange(20.0)])
    for y in (np.arange(20.0) / 3, np.arange(20) % 2):
        found = relevance(values, make_target(y, y))
        np.testing.assert_allclose(found[:2], 0, atol=1e-6)
        assert found[2] > 0
    for method in ("pearson", "spearman"):
        constant = make_target(np.full(20, 0.5), values, "regression")
        assert relevance(values, constant, method=method)[2] == 0


def test_columns_of_a_table():
    X = pd.DataFrame(
        {
            "n": [1, 2],
            "s": ["a", "b"],
            "d": pd.to_datetime(["1970-01-01", "1970-01-02"]),
            "b": [True, False],
        }
    )
    positions = numeric_columns(X, range(4))
    assert positions == [0, 2, 3]
    expected = [[1, 0, 1], [2, 86_400, 0]]
    np.testing.assert_array_equal(column_matrix(X, positions), expected)
    assert column_matrix(X, []).shape == (2, 0)


def test_frame_without_drops():
    assert drops_frame([]).shape == (0, 9)
