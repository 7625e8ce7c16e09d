"""Means and cross-products of some rows of several parts, each multiplied once."""

import numpy as np

from mmensemble._validation import as_weight
from mmensemble.numerics._columns import column_means


class CrossProducts:
    """What linear models of some rows need to know, computed as it is asked for.

    Sums are kept, rows are not, so that many models of the same rows share the
    products of their parts: all those of one fold, say, whichever modalities they
    predict by.

    Parameters
    ----------
    part : callable
        ``part(k)`` returns the rows' values of part k, shape (n_rows, n_columns).
    n_rows : int
    weight : ndarray of shape (n_rows,), default=None
        Above zero. Sums are over rows whose weights are scaled to mean one.

    Attributes
    ----------
    weight : ndarray of shape (n_rows,)
        As given, ones where it was None.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.analysis.modalities._cross_products import CrossProducts
    >>> parts = np.array([[0.0], [2.0]]), np.array([[1.0, 1.0], [5.0, 1.0]])
    >>> products = CrossProducts(parts.__getitem__, n_rows=2)
    >>> products.of((0,), (0, 1))
    array([[2., 4., 0.]])
    """

    def __init__(self, part, n_rows, weight=None):
        self._part, self.n_rows = part, n_rows
        self.weight = as_weight(weight, n_rows)
        self._root = None
        if weight is not None:
            self._root = np.sqrt(weight / np.mean(weight))[:, None]
        self._means, self._squares, self._products = {}, {}, {}

    def values(self, parts):
        """Return the values of some parts side by side, as they are."""
        found = [self._part(k) for k in parts]
        return found[0] if len(found) == 1 else np.hstack(found)

    def mean(self, parts):
        """Return the weighted means of the columns of some parts."""
        for k in parts:
            if k not in self._means:
                self._centred(k)
        return np.concatenate([self._means[k] for k in parts])

    def squares(self, k):
        """Return the weighted sums of squares of a part's columns about their means."""
        if k not in self._squares:
            self._centred(k)
        return self._squares[k]

    def width(self, parts):
        """Return how many columns some parts have."""
        return len(self.mean(parts))

    def rows(self, parts):
        """Return some parts side by side, centred, times the roots of the weights."""
        found = [self._centred(k) for k in parts]
        return found[0] if len(found) == 1 else np.hstack(found)

    def of(self, left, right):
        """Return the cross-product of some parts with others, about the means.

        Parameters
        ----------
        left, right : tuple of int

        Returns
        -------
        products : ndarray of shape (n_columns_left, n_columns_right)
        """
        pairs = {tuple(sorted((i, j))) for i in left for j in right}
        missing = [pair for pair in sorted(pairs) if pair not in self._products]
        rows = {k: self._centred(k) for k in {k for pair in missing for k in pair}}
        for i, j in missing:
            self._products[i, j] = rows[i].T @ rows[j]
        return np.block([[self._product(i, j) for j in right] for i in left])

    def _product(self, i, j):
        return self._products[i, j] if i <= j else self._products[j, i].T

    def _centred(self, k):
        """Return a part's centred rows times roots; keep its means and squares."""
        values, root = self._part(k), self._root
        if k not in self._means:
            self._means[k] = column_means(values, self.weight)
        rows = values - self._means[k]
        if root is not None:
            rows *= root
        if k not in self._squares:
            self._squares[k] = np.einsum("ij,ij->j", rows, rows)
        return rows
