"""The largest products of codes: exact, block by block."""

import numpy as np

from mmensemble._optional import optional_module

#: Entries of a block of products: what a core keeps near.
_BLOCK = 2**20
#: What may wait to be sorted in, as a multiple of what is sought.
_WAITING = 2
#: Links of each row in the graph, and rows that a search keeps in view.
_LINKS, _BREADTH = 32, 128


def largest_products(asking, codes, n_neighbors, allowed=None):
    """Return the rows of `codes` with the largest products, for every asking row.

    One matrix product, block by block; of a block only what beats the worst of the
    best so far is looked at. Equal products go to the earlier row.

    Parameters
    ----------
    asking : ndarray of shape (n_queries, n_columns)
    codes : ndarray of shape (n_codes, n_columns)
    n_neighbors : int
        At most `n_codes`.
    allowed : ndarray of bool of shape (n_codes,), default=None
        Rows that may be found; None for all.

    Returns
    -------
    products : ndarray of shape (n_queries, n_neighbors)
        From large to small; minus infinity where fewer rows are allowed.
    rows : ndarray of int of shape (n_queries, n_neighbors)
    """
    n_queries = len(asking)
    asking = np.ascontiguousarray(asking.T, dtype=codes.dtype)
    step = max(_BLOCK // max(n_queries, 1), n_neighbors, 1)
    best = _Best(n_queries, n_neighbors, codes.dtype)
    products = np.empty((step, n_queries), dtype=codes.dtype)
    for start in range(0, len(codes), step):
        block = codes[start : start + step]
        part = np.matmul(block, asking, out=products[: len(block)])
        if allowed is not None:
            part[~allowed[start : start + step]] = -np.inf
        best.see(part, start)
    return best.found()


class _Best:
    """The largest products so far, and what may be among them but is not sorted in.

    Parameters
    ----------
    n_queries, n_neighbors : int
    dtype : dtype
    """

    def __init__(self, n_queries, n_neighbors, dtype):
        self.values = np.full((n_queries, n_neighbors), -np.inf, dtype=dtype)
        self.rows = np.zeros((n_queries, n_neighbors), dtype=np.intp)
        self.least = None
        self.waiting, self.n_waiting = [], 0

    def see(self, part, start):
        """Look at products of shape (n_rows, n_queries) of rows from `start` on."""
        n_neighbors = self.values.shape[1]
        if self.least is None:  # what the first rows hold says where to begin
            at = max(len(part) - n_neighbors, 0)
            edge = np.partition(part, at, axis=0)[at]
            hits = np.flatnonzero(part >= edge)
            self.least = edge
        else:
            hits = np.flatnonzero(part > self.least)
        if len(hits):
            row, query = np.divmod(hits, part.shape[1])
            self.waiting.append((query, start + row, part.ravel()[hits]))
            self.n_waiting += len(hits)
        if self.n_waiting > _WAITING * self.values.size:
            self._sort_in()

    def _sort_in(self):
        n_queries, n_neighbors = self.values.shape
        old = np.repeat(np.arange(n_queries), n_neighbors)
        parts = [(old, self.rows.ravel(), self.values.ravel()), *self.waiting]
        query, rows, values = (
            np.concatenate(each) for each in zip(*parts, strict=True)
        )
        order = np.lexsort((-values, query))  # stable: of equal ones the earlier
        first = np.searchsorted(query[order], np.arange(n_queries))
        chosen = order[first[:, None] + np.arange(n_neighbors)]
        self.values, self.rows = values[chosen], rows[chosen]
        self.least = np.ascontiguousarray(self.values[:, -1])
        self.waiting, self.n_waiting = [], 0

    def found(self):
        """Return values and rows, from large to small."""
        self._sort_in()
        return self.values, self.rows


class Collection:
    """Codes of rows that may be found.

    Parameters
    ----------
    codes : ndarray of shape (n_codes, n_columns)
    allowed : ndarray of bool of shape (n_codes,)
        Rows that may be found.
    search : {"exact", "approximate"}
    """

    def __init__(self, codes, allowed, search):
        self.codes = codes
        self.allowed = allowed
        self.search = search
        self._graph = _make_graph(codes, allowed) if search == "approximate" else None

    def largest(self, asking, n_neighbors):
        """Return products and rows of the best, as `largest_products` does."""
        if self.search == "exact":
            allowed = None if self.allowed.all() else self.allowed
            return largest_products(asking, self.codes, n_neighbors, allowed)
        if self._graph is None:  # after unpickling
            self._graph = _make_graph(self.codes, self.allowed)
        self._graph.hnsw.efSearch = max(_BREADTH, 2 * n_neighbors)
        products, found = self._graph.search(np.ascontiguousarray(asking), n_neighbors)
        rows = np.flatnonzero(self.allowed)
        lost = found < 0
        return np.where(lost, -np.inf, products), np.where(lost, 0, rows[found])

    def products(self, asking):
        """Return all products, minus infinity for rows that may not be found."""
        found = asking @ self.codes.T
        found[:, ~self.allowed] = -np.inf
        return found

    def __getstate__(self):
        return {**vars(self), "_graph": None}


def _make_graph(codes, allowed):
    """Return a navigable graph of the rows that may be found."""
    instead = "or take search='exact'"
    faiss = optional_module("faiss", "search='approximate'", instead)
    graph = faiss.IndexHNSWFlat(codes.shape[1], _LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.add(np.ascontiguousarray(codes[allowed]))
    return graph
