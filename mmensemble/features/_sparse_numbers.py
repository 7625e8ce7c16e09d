"""Numbers in a sparse matrix: scaled without losing the zeros."""

import numpy as np
from scipy import sparse
from sklearn.preprocessing import MaxAbsScaler

from mmensemble.features._numbers import binary_scale, informative, widened
from mmensemble.numerics._median import weighted_median


class SparseNumberEncoder:
    """Impute, scale by the largest magnitude and clip a sparse matrix.

    The counterpart of `NumberEncoder` that leaves zeros alone: columns are
    divided by their largest magnitude and not centred. The guards are the same;
    zero always belongs to the training range.

    Parameters
    ----------
    margin : float
        How many times the width of the training range values may lie outside
        of it.

    Attributes
    ----------
    median_ : ndarray of shape (n_columns,)
    informative_ : ndarray of bool of shape (n_columns,)
    shrink_, low_, high_ : ndarray of shape (n_columns,)
        See `NumberEncoder`.
    scaler_ : MaxAbsScaler

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_matrix
    >>> values = csr_matrix([[0.0, 1], [2, 0], [4, 0]])
    >>> SparseNumberEncoder(3.0).fit(values, np.ones(3)).transform(values).toarray()
    array([[0. , 0. ],
           [0.5, 0. ],
           [1. , 0. ]])
    """

    def __init__(self, margin):
        self.margin = margin

    def fit(self, values, weight):
        """Learn from a CSR matrix of shape (n_samples, n_columns)."""
        values = sparse.csr_matrix(values, dtype=np.float64, copy=True)
        values.eliminate_zeros()
        self._fit_medians(values, weight)
        self.shrink_ = np.ones(values.shape[1])
        filled = self._filled(values)
        self.shrink_ = binary_scale(abs(filled).max(axis=0).toarray().ravel())
        filled = self._filled(values)
        low = np.minimum(filled.min(axis=0).toarray().ravel(), 0.0)
        high = np.maximum(filled.max(axis=0).toarray().ravel(), 0.0)
        self.low_, self.high_ = widened(low, high, self.margin)
        self.scaler_ = MaxAbsScaler().set_output(transform="default").fit(filled)
        return self

    def _fit_medians(self, values, weight):
        stored = weight @ (values != 0).astype(np.float64)
        self.median_ = np.zeros(values.shape[1])
        self.informative_ = stored > (1.0 if weight.sum() > 2 else 0.0)
        # Only where half of the column is stored can its median differ from zero.
        full = np.flatnonzero(stored >= weight.sum() / 2 - 1e-9)
        full = np.union1d(full, np.unique(values.indices[np.isnan(values.data)]))
        if len(full):
            dense = values[:, full].toarray()
            median = weighted_median(dense, weight)
            median = np.where(np.isnan(median), 0.0, median)
            dense = np.where(np.isnan(dense), median, dense)
            self.median_[full] = median
            self.informative_[full] = informative(dense, median, weight)

    def transform(self, values):
        """Return a CSR matrix of shape (n_samples, n_columns)."""
        filled = self._filled(sparse.csr_matrix(values, dtype=np.float64))
        columns = filled.indices
        filled.data = np.clip(filled.data, self.low_[columns], self.high_[columns])
        filled.data[~self.informative_[columns]] = 0.0
        scaled = self.scaler_.transform(filled)
        scaled.eliminate_zeros()
        return scaled

    def _filled(self, values):
        values = values.copy()
        missing = np.isnan(values.data)
        values.data[missing] = self.median_[values.indices[missing]]
        with np.errstate(over="ignore"):
            values.data *= self.shrink_[values.indices]
        return values

    def names(self, inputs):
        """Return the names of the output for columns called `inputs`."""
        return list(inputs)
