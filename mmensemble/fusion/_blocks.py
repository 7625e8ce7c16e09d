"""Blocks side by side: scales, means and one matrix."""

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, svds

from mmensemble.numerics._columns import column_means, column_moments

#: Side of a Gram matrix beyond which iteration is quicker than its eigenvectors, on
#: one core, about.
GRAM_LIMIT = 500


def join_blocks(parts):
    """Return matrices of equal height as one, sparse where any part is.

    Dense parts are written once into one array of their own.
    """
    parts = [part for part in parts if part.shape[1]]
    if any(sparse.issparse(part) for part in parts):
        return sparse.hstack([sparse.csr_matrix(part) for part in parts], format="csr")
    if len(parts) == 1:
        return parts[0]
    width = sum(part.shape[1] for part in parts)
    joined = np.empty((parts[0].shape[0], width))
    start = 0
    for part in parts:
        stop = start + part.shape[1]
        joined[:, start:stop] = part
        start = stop
    return joined


def stack_rows(parts):
    """Return matrices of equal width one below the other."""
    if any(sparse.issparse(part) for part in parts):
        return sparse.vstack(parts, format="csr")
    return np.vstack(parts)


def block_moments(values, weight, kind):
    """Return a block's column means and the number that it is divided by.

    Parameters
    ----------
    values : ndarray or sparse matrix of shape (n_present, n_features)
    weight : ndarray of shape (n_present,)
    kind : None, "frobenius" or "first_singular_value"
        Root of the total variance, or of the first principal component's.

    Returns
    -------
    means : ndarray of shape (n_features,)
    scale : float
        1 for a block that does not vary.
    """
    if kind is None:
        return column_means(values, weight), 1.0
    means, spreads = column_moments(values, weight)
    scale = np.sqrt((spreads**2).sum())
    if kind == "first_singular_value" and scale > 0:
        scale = _first_singular_value(values, means, np.sqrt(weight / weight.sum()))
    return means, float(scale) if scale > 0 else 1.0


def _first_singular_value(values, mean, root):
    """Largest singular value of the centred, weighted block.

    From the smaller of its two Gram matrices, or, where that is large, by
    Lanczos iteration with the centring kept implicit.
    """
    if min(values.shape) > GRAM_LIMIT:
        return _lanczos(values, mean, root)
    gram = tall_gram if values.shape[0] >= values.shape[1] else wide_gram
    largest = np.linalg.eigvalsh(gram(values, mean, root))[-1]
    return np.sqrt(max(largest, 0.0))


def tall_gram(values, mean, root):
    """Covariance of the columns."""
    square = values.T @ _scaled_rows(values, root**2)
    return _dense(square) - np.outer(mean, mean)


def wide_gram(values, mean, root):
    """Inner products of the centred rows."""
    product = _dense(values @ values.T)
    shift = np.asarray(values @ mean).ravel()
    centred = product - shift[:, None] - shift[None, :] + mean @ mean
    return root[:, None] * centred * root[None, :]


def _scaled_rows(values, weights):
    if sparse.issparse(values):
        return values.multiply(weights[:, None]).tocsr()
    return values * weights[:, None]


def _dense(matrix):
    return matrix.toarray() if sparse.issparse(matrix) else np.asarray(matrix)


def _lanczos(values, mean, root):
    operator = centred_operator(values, mean, root)
    return svds(operator, k=1, v0=start_vector(values), return_singular_vectors=False)[
        0
    ]


def centred_operator(values, mean, root):
    """Return the centred, weighted block as an operator: it is never formed."""

    def forward(v):
        v = np.ravel(v)
        return root * (values @ v - mean @ v)

    def backward(u):
        u = np.ravel(u) * root
        return values.T @ u - mean * u.sum()

    return LinearOperator(
        values.shape, matvec=forward, rmatvec=backward, dtype=np.float64
    )


def start_vector(values):
    """Return where an iteration starts, the same each time."""
    return np.random.default_rng(0).normal(size=min(values.shape))
