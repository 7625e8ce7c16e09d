"""Columns that can be compared one by one: numbers, and categories where asked for."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mmensemble import _frame
from mmensemble._validation import as_weight
from mmensemble.analysis.columns._associations import (
    CORRELATION_RATIO,
    CRAMERS_V,
    associations_of,
    category_table,
)
from mmensemble.analysis.matrix._association import (
    correlation_ratio,
    cramers_v,
    number_sums,
)
from mmensemble.analysis.pruning._prune_features import (
    column_matrix,
    numeric_columns,
    relevance,
    strong_pairs,
)
from mmensemble.features._written_numbers import with_numbers


@dataclass(frozen=True)
class ComparableColumns:
    """Columns of a table that another column may stand in for.

    Parameters
    ----------
    positions : list of int
        Columns of the table: numbers and booleans first, then categories.
    names : list of str
        Of the columns of numbers.
    values : ndarray of shape (n_rows, n_numbers)
        Of the columns of numbers, NaN where missing.
    table : CategoryTable or None
        With the codes of the categories; None where these are not compared.
    """

    positions: list
    names: list
    values: np.ndarray
    table: object = None

    @property
    def n_numbers(self):
        """Number of columns of numbers."""
        return self.values.shape[1]

    def stand_ins(self, *, method, threshold, weight):
        """Return the graph of which column can stand in for which.

        Parameters
        ----------
        method : {"pearson", "spearman"}
            Correlation of numbers.
        threshold : float
            Least strength.
        weight : ndarray of shape (n_rows,) or None

        Returns
        -------
        graph : CSR matrix of shape (n_columns, n_columns)
            An entry in row k and column l: l can stand in for k, and how strongly
            they go together.
        """
        about = {"method": method, "threshold": threshold, "weight": weight}
        graph = strong_pairs(self.values, names=self.names, **about)
        if self.table is None:
            return graph
        place = {position: k for k, position in enumerate(self.positions)}
        weight = as_weight(weight, len(self.values))
        found = []
        for a, b, measure, value, _, _ in associations_of(self.table, weight):
            if not value >= threshold * (1 - 1e-12):
                continue
            if measure == CORRELATION_RATIO or self._levels(b) <= self._levels(a):
                found.append((place[b], place[a], value))
            if measure == CRAMERS_V and self._levels(a) <= self._levels(b):
                found.append((place[a], place[b], value))
        return _joined(graph, found, len(self.positions))

    def _levels(self, position):
        codes = self.table.codes[position]
        return len(np.unique(codes[codes >= 0]))

    def measure(self, k, stand_in, method):
        """Return the name of what compares two columns: "r", "rho" or in words."""
        of_numbers = [place < self.n_numbers for place in (k, stand_in)]
        if all(of_numbers):
            return {"pearson": "r", "spearman": "rho"}[method]
        booleans = set(self.table.booleans)
        if any(of_numbers) and self.positions[min(k, stand_in)] not in booleans:
            return CORRELATION_RATIO
        return CRAMERS_V

    def relevance(self, target, method, weight):
        """Return how strongly each column goes with the target, from 0 to 1.

        Parameters
        ----------
        target : Target
        method : {"pearson", "spearman"}
            Correlation of numbers.
        weight : ndarray of shape (n_rows,) or None

        Returns
        -------
        relevance : ndarray of shape (n_columns,)
            Of a category Cramér's V with classes, the largest correlation ratio with
            numbers; 0 where there is none.
        """
        known = relevance(self.values, target, method=method, weight=weight)
        weight = as_weight(weight, len(self.values))
        own = [self.table.codes[p] for p in self.positions[self.n_numbers :]]
        if target.is_classification:
            classes = target.values.argmax(axis=1)
            found = [cramers_v(codes, classes, weight).value for codes in own]
        else:
            parts = number_sums(target.values, weight)
            found = [correlation_ratio(codes, parts).value for codes in own]
        strongest = [np.nan_to_num(values).max() for values in found]
        return np.concatenate([known, strongest])


def comparable_columns(X, positions, *, categories, weight=None):
    """Return the `ComparableColumns` among columns of a table.

    Parameters
    ----------
    X : table of shape (n_rows, n_columns)
    positions : list of int
    categories : bool
        Whether those of categories are compared.
    weight : ndarray of shape (n_rows,), default=None
        Of the rows, by which strings are taken for numbers.
    """
    X = with_numbers(X, weight)
    numbers = numeric_columns(X, positions)
    names = _frame.column_names(X) or [f"x{p}" for p in range(X.shape[1])]
    names = [names[p] for p in numbers]
    table, values = None, column_matrix(X, numbers)
    if categories:
        table = category_table(X, positions)
        numbers = [*numbers, *table.categories]
    return ComparableColumns(numbers, names, values, table)


def _joined(graph, edges, size):
    """Return a graph with more nodes and more edges (row, column, value)."""
    graph = graph.tocoo()
    rows, columns, values = np.array(edges).reshape(-1, 3).T
    entries = np.r_[graph.data, values]
    ends = np.r_[graph.row, rows].astype(int), np.r_[graph.col, columns].astype(int)
    return sparse.csr_matrix((entries, ends), shape=(size, size))
