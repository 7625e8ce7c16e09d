"""Search by products of codes."""

import pickle
import sys

import numpy as np
import pytest

from mmensemble.crossmodal import _search
from mmensemble.crossmodal._search import Collection, largest_products


def brute(asking, codes, n_neighbors):
    """Sort all products; of equal ones the earlier first."""
    products = asking @ codes.T
    rows = np.argsort(-products, axis=1, kind="stable")[:, :n_neighbors]
    return np.take_along_axis(products, rows, axis=1), rows


@pytest.mark.parametrize("n_neighbors", [1, 7, 90])
@pytest.mark.parametrize("whole", [True, False])
def test_largest_products(n_neighbors, whole, monkeypatch):
    """Blocks of few rows find what sorting finds, ties included."""
    monkeypatch.setattr(_search, "_BLOCK", 64)
    rng = np.random.default_rng(0)
    asking, codes = rng.normal(size=(9, 3)), rng.normal(size=(90, 3))
    if whole:
        asking, codes = np.round(asking), np.round(codes)
    found = largest_products(asking, codes, n_neighbors)
    for mine, other in zip(found, brute(asking, codes, n_neighbors), strict=True):
        np.testing.assert_array_equal(mine, other)


def test_rows_that_may_not_be_found(monkeypatch):
    """They are passed over; where there are too few, products are minus infinity."""
    monkeypatch.setattr(_search, "_BLOCK", 8)
    codes = np.arange(12.0)[:, None]
    allowed = np.zeros(12, dtype=bool)
    allowed[[1, 5]] = True
    products, rows = largest_products(np.ones((2, 1)), codes, 3, allowed)
    assert rows[:, :2].tolist() == [[5, 1], [5, 1]]
    assert products[0].tolist() == [5.0, 1.0, -np.inf]
    everything = Collection(codes, allowed, "exact").products(np.ones((1, 1)))
    assert np.isneginf(everything[0, ~allowed]).all()


def test_approximate_search_needs_a_library(monkeypatch):
    """Without faiss, the error says what to install."""
    monkeypatch.setitem(sys.modules, "faiss", None)
    with pytest.raises(
        ImportError,
        match=r"^search='approximate' needs .* 'mmensemble\[search\]', or take search",
    ):
        Collection(np.ones((3, 2), dtype=np.float32), np.ones(3, bool), "approximate")


def test_approximate_search():
    """The graph finds nearly all of what exact search finds, also after pickling."""
    pytest.importorskip("faiss")
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(500, 8)).astype(np.float32)
    asking = rng.normal(size=(20, 8)).astype(np.float32)
    allowed = np.arange(500) % 5 > 0
    exact = Collection(codes, allowed, "exact").largest(asking, 5)[1]
    graph = pickle.loads(pickle.dumps(Collection(codes, allowed, "approximate")))
    found = graph.largest(asking, 5)[1]
    share = np.mean(
        [len(set(a) & set(b)) / 5 for a, b in zip(exact, found, strict=True)]
    )
    assert share > 0.9
    assert allowed[found].all()
