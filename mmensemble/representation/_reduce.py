"""One block as its principal components: few columns, nothing lost."""

import numpy as np
from scipy import linalg, sparse
from sklearn.utils.extmath import randomized_svd

from mmensemble._validation import as_weight
from mmensemble.numerics._columns import column_moments

#: Smaller side of a block up to which the decomposition is exact.
_EXACT = 1000
#: Components kept of larger dense blocks, and of large sparse ones.
_MOST, _MOST_SPARSE = 256, 100
#: Cells up to which a sparse block is treated as a dense one.
_DENSE_CELLS = 4_000_000
#: Share of the largest variance below which a direction is rounding.
_TINY = 1e-10


class BlockReducer:
    """Standardise a block, rotate it to its components, and scale it as one.

    Dense columns are brought to unit variance; the block is then divided by the
    root of its first component's variance, so that no modality dominates by
    width (multiple factor analysis, Escofier & Pagès 1994). Rotation changes no
    inner product: a block of more columns than rows becomes one of at most as
    many columns as rows, exactly. Blocks both sides of which exceed 1,000 keep
    256 components; sparse ones, which are neither centred nor standardised before
    the decomposition, 100.

    Attributes
    ----------
    basis_ : ndarray of shape (n_features, n_components)
        Takes rows to components, but for their mean.
    variances_ : ndarray of shape (n_components,)
        Those of the components, the first of which is 1.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.representation import BlockReducer
    >>> values = np.random.default_rng(0).normal(size=(10, 40))
    >>> BlockReducer().fit(values).transform(values).shape
    (10, 9)
    """

    def fit(self, values, weight=None, seed=0):
        """Learn mean, scales and basis from the rows that have the block.

        Parameters
        ----------
        values : ndarray or sparse matrix of shape (n_present, n_features)
        weight : ndarray of shape (n_present,), default=None
        seed : int, default=0
            For blocks too large for an exact decomposition.

        Returns
        -------
        self : object
        """
        n_rows, n_features = values.shape
        weight = as_weight(weight, n_rows)
        self.basis_, self.variances_ = np.zeros((n_features, 0)), np.zeros(0)
        if not n_features or not weight.sum() > 0:
            return self
        share = weight / weight.sum()
        if sparse.issparse(values) and values.shape[0] * n_features <= _DENSE_CELLS:
            values = values.toarray()
        if sparse.issparse(values):
            directions = _sparse_directions(values, share, seed)
            scale = np.ones(n_features)
        else:
            mean, spread = column_moments(values, share)
            scale = np.where(spread > 0, spread, np.inf)
            standard = (values - mean) / scale * np.sqrt(share)[:, None]
            directions = _directions(standard, seed)
        basis = directions / scale[:, None]
        return self._centre_and_scale(values, share, basis)

    def _centre_and_scale(self, values, share, basis):
        """Rotate once more, so that the weighted, centred scores are uncorrelated."""
        scores = np.asarray(values @ basis)
        middle = share @ scores
        spread = (scores - middle) * np.sqrt(share)[:, None]
        variances, turn = np.linalg.eigh(spread.T @ spread)
        variances, turn = variances[::-1], turn[:, ::-1]
        kept = variances > _TINY * max(variances.max(initial=0.0), _TINY)
        variances, turn = variances[kept], turn[:, kept]
        if not len(variances):
            self.basis_ = np.zeros((basis.shape[0], 0))
            return self
        self.basis_ = basis @ turn / np.sqrt(variances[0])
        signs = signs_of(self.basis_)
        self.basis_ *= signs
        self._shift = middle @ turn * signs / np.sqrt(variances[0])
        self.variances_ = variances / variances[0]
        return self

    def transform(self, values):
        """Return the rows' components, of shape (n_present, n_components)."""
        if not len(self.variances_):
            return np.zeros((values.shape[0], 0))
        return np.asarray(values @ self.basis_) - self._shift


def signs_of(vectors):
    """Return the sign of each column that makes its entries' weighted sum positive.

    The weights 1, 1/2, 1/3, … tell apart what has equal entries but for signs, so
    that rounding does not choose.
    """
    total = 1 / np.arange(1.0, len(vectors) + 1) @ vectors
    return np.where(total < 0, -1.0, 1.0)


def _directions(rows, seed):
    """Right singular vectors of `rows`, from the smaller Gram matrix."""
    n_rows, n_columns = rows.shape
    if min(n_rows, n_columns) > _EXACT:
        return randomized_svd(rows, _MOST, random_state=seed)[2].T
    if n_columns <= n_rows:
        return np.eye(n_columns)  # the second rotation does it
    sizes, left = linalg.eigh(rows @ rows.T)
    kept = sizes > _TINY * max(sizes[-1], _TINY)
    return rows.T @ (left[:, kept] / np.sqrt(sizes[kept]))


def _sparse_directions(values, share, seed):
    n_columns = values.shape[1]
    if n_columns <= _MOST_SPARSE:
        return np.eye(n_columns)
    weighted = values.multiply(np.sqrt(share)[:, None]).tocsr()
    most = min(_MOST_SPARSE, values.shape[0])
    _, sizes, right = randomized_svd(weighted, most, random_state=seed)
    return right[sizes > 1e-8 * sizes[0]].T
