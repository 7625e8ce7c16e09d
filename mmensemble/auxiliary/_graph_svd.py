"""Leading singular vectors, dense or sparse, with one sign."""

import numpy as np
from scipy import linalg, sparse
from scipy.sparse.linalg import svds
from sklearn.utils import check_random_state
from sklearn.utils.extmath import svd_flip

#: Smaller side up to which the factorisation is dense.
_DENSE = 500
#: Share of the largest singular value below which the rest is rounding.
_RANK = 1e-8


def leading_factors(matrix, n_components, seed, *, power=1.0):
    """Return left singular vectors times a power of their singular values.

    Parameters
    ----------
    matrix : {ndarray, CSR matrix} of shape (n_rows, n_columns)
    n_components : int
    seed : int
        Of the start of the iteration for large matrices.
    power : float, default=1.0

    Returns
    -------
    factors : ndarray of shape (n_rows, n_kept)
        The leading `n_components`, or as many as the rank. Divided by one number,
        so that the largest column has unit variance.
    """
    smaller = min(matrix.shape)
    if smaller <= max(_DENSE, n_components + 1):
        dense = matrix.toarray() if sparse.issparse(matrix) else matrix
        U, s, V = linalg.svd(dense, full_matrices=False)
    else:
        start = check_random_state(seed).uniform(-1, 1, smaller)
        U, s, V = svds(matrix, n_components, v0=start)
        U, s, V = U[:, ::-1], s[::-1], V[::-1]
    kept = np.flatnonzero(s > _RANK * s.max(initial=0.0))[:n_components]
    if not len(kept):
        return np.zeros((matrix.shape[0], 1))
    factors = svd_flip(U[:, kept], V[kept])[0] * s[kept] ** power
    spread = factors.std(axis=0).max()
    return factors / spread if spread > 0 else factors
