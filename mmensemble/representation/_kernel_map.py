"""Features of a Gaussian kernel spanned by some of the rows."""

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances

#: Rows of which the median distance is taken.
_MEDIAN_ROWS = 500
#: Share of the largest eigenvalue below which a direction is rounding.
_TINY = 1e-8


class KernelMap:
    """Map rows to features whose products are a Gaussian kernel.

    By the Nyström method (Williams & Seeger 2001): exact for the rows that span the
    features, and for all where these are all rows.

    Parameters
    ----------
    width : float, default=1.0
        The kernel is ``exp(-gamma d^2)`` with gamma this number over the median of
        the squared distances.
    most : int, default=600
        Most rows that span the features.
    seed : int, default=0
        Of their choice.

    Attributes
    ----------
    landmarks_ : ndarray of shape (n_landmarks, n_columns)
    gamma_ : float
    root_ : ndarray of shape (n_landmarks, n_features)

    References
    ----------
    Williams, C. K. I., & Seeger, M. (2001). Using the Nyström method to speed up
    kernel machines. Advances in Neural Information Processing Systems 13.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.random.default_rng(0).normal(size=(20, 2))
    >>> kernel = KernelMap().fit(rows)
    >>> features = kernel.transform(rows)
    >>> squares = ((rows[:1] - rows) ** 2).sum(axis=1)
    >>> bool(np.allclose(features[0] @ features.T, np.exp(-kernel.gamma_ * squares)))
    True
    """

    def __init__(self, width=1.0, *, most=600, seed=0):
        self.width = width
        self.most = most
        self.seed = seed

    def fit(self, rows):
        """Choose the rows that span the features.

        Parameters
        ----------
        rows : ndarray of shape (n_samples, n_columns)

        Returns
        -------
        self : object
        """
        order = np.random.default_rng(self.seed).permutation(len(rows))
        self.landmarks_ = rows[np.sort(order[: self.most])]
        squares = euclidean_distances(self.landmarks_, squared=True)
        self.gamma_ = self.width / _median(squares)
        values, vectors = np.linalg.eigh(np.exp(-self.gamma_ * squares))
        kept = values > _TINY * values[-1]
        self.root_ = vectors[:, kept] / np.sqrt(values[kept])
        return self

    def transform(self, rows):
        """Return features of shape (n_samples, n_features)."""
        squares = euclidean_distances(rows, self.landmarks_, squared=True)
        return np.exp(-self.gamma_ * squares) @ self.root_


def _median(squares):
    """Return the median squared distance of rows that differ; 1 without any."""
    step = max(1, len(squares) // _MEDIAN_ROWS)
    some = squares[::step, ::step]
    some = some[np.triu_indices(len(some), k=1)]
    some = some[some > 1e-12 * max(some.max(initial=0.0), 1e-300)]
    return float(np.median(some)) if len(some) else 1.0
