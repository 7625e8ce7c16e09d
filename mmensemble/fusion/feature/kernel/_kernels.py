"""One modality's kernel: centred, of unit variance, known by its landmark rows."""

import numpy as np
from scipy import sparse
from sklearn.metrics.pairwise import (
    euclidean_distances,
    linear_kernel,
    polynomial_kernel,
)

#: Rows whose distances the median is taken of: 125,000 pairs bound the work.
_MEDIAN_ROWS = 500


class ModalityKernel:
    """A kernel on one block, centred in its feature space and scaled.

    With landmarks l of weights a, ``<phi(x) - m, phi(z) - m> / s``, where m is the
    landmarks' mean and s their variance around it: what a row lacks counts as the
    mean, and no modality dominates by scale.

    Parameters
    ----------
    kernel : {"rbf", "linear", "poly"} or callable
        A callable gets two blocks and returns the matrix of their rows' products.
    gamma : float or {"median", "scale"}
        Of "rbf" and "poly". "median" is one over the median squared distance of
        rows that differ, "scale" one over the number of features times their
        variance.
    degree : int
        Of "poly".

    Attributes
    ----------
    landmarks_ : {ndarray, sparse matrix} of shape (n_landmarks, n_features)
    gamma_ : float
    scale_ : float
        Variance in the feature space; 0 for a block that does not vary.
    """

    def __init__(self, kernel, gamma, degree):
        self.kernel = kernel
        self.gamma = gamma
        self.degree = degree

    def fit(self, landmarks, weight):
        """Keep the landmarks; return their centred kernel matrix.

        Parameters
        ----------
        landmarks : {ndarray, sparse matrix} of shape (n_landmarks, n_features)
        weight : ndarray of shape (n_landmarks,)

        Returns
        -------
        gram : ndarray of shape (n_landmarks, n_landmarks)
        """
        self.landmarks_ = landmarks
        self.scale_ = 0.0
        n_rows, n_features = landmarks.shape
        if not n_rows or not n_features:
            return np.zeros((n_rows, n_rows))
        self._share = weight / weight.sum()
        self.gamma_ = self._choose_gamma(landmarks, weight)
        raw = self._raw(landmarks)
        raw = (raw + raw.T) / 2
        self._row_means = raw @ self._share
        self._mean = float(self._share @ self._row_means)
        variance = float(self._share @ np.diag(raw)) - self._mean
        if not variance > 1e-12 * np.abs(np.diag(raw)).max():
            return np.zeros((n_rows, n_rows))
        self.scale_ = variance
        return self._centred(raw)

    def against_landmarks(self, values):
        """Return the kernel of rows and landmarks, of shape (n_rows, n_landmarks)."""
        if not self.scale_:
            return np.zeros((values.shape[0], self.landmarks_.shape[0]))
        return self._centred(self._raw(values))

    def _centred(self, raw):
        own = (raw @ self._share)[:, None]
        return (raw - own - self._row_means[None, :] + self._mean) / self.scale_

    def _raw(self, values):
        landmarks = self.landmarks_
        if self.kernel == "rbf":
            squares = euclidean_distances(values, landmarks, squared=True)
            return np.exp(-self.gamma_ * squares)
        if self.kernel == "poly":
            return polynomial_kernel(
                values, landmarks, degree=self.degree, gamma=self.gamma_, coef0=1
            )
        if self.kernel == "linear":
            return linear_kernel(values, landmarks, dense_output=True)
        return np.asarray(self.kernel(values, landmarks), dtype=float)

    def _choose_gamma(self, values, weight):
        if not isinstance(self.gamma, str):
            return float(self.gamma)
        if callable(self.kernel) or self.kernel == "linear":
            return 1.0
        if self.gamma == "median":
            step = max(1, values.shape[0] // _MEDIAN_ROWS)
            middle = _median_distance(values[::step], weight[::step])
            return 1 / middle if middle > 0 else 1.0
        variance = _variance(values, self._share)
        return 1 / (values.shape[1] * variance) if variance > 0 else 1.0


def _median_distance(values, weight):
    """Median squared distance of rows that differ; weights stand for copies."""
    squares = euclidean_distances(values, squared=True)
    pairs = np.triu_indices_from(squares, k=1)
    squares, counts = squares[pairs], weight[pairs[0]] * weight[pairs[1]]
    apart = squares > 1e-12 * max(squares.max(initial=0.0), 1e-300)
    if not apart.any():
        return 0.0
    order = np.argsort(squares[apart])
    squares, sums = squares[apart][order], np.cumsum(counts[apart][order])
    half = sums[-1] / 2
    low, high = np.searchsorted(sums, [half * (1 - 1e-12), half * (1 + 1e-12)])
    return float(squares[low] + squares[min(high, len(squares) - 1)]) / 2


def _variance(values, share):
    """Variance of all entries, as scikit-learn's gamma="scale" has it."""
    means = np.asarray(values.mean(axis=1)).ravel()
    if sparse.issparse(values):
        squares = np.asarray(values.multiply(values).mean(axis=1)).ravel()
        return float(share @ squares - (share @ means) ** 2)
    return float(share @ ((values - share @ means) ** 2).mean(axis=1))


def shared_out(weights, presence):
    """Return each row's weights of the modalities that it has.

    The weight of what a row lacks is shared out in proportion over what it has;
    equally where all that weighs nothing.

    Parameters
    ----------
    weights : ndarray of shape (n_modalities,)
        Non-negative.
    presence : ndarray of bool of shape (n_samples, n_modalities)

    Returns
    -------
    shares : ndarray of shape (n_samples, n_modalities)
        Rows sum to one, or are zero for rows that have nothing.
    """
    shares = presence * weights
    empty = shares.sum(axis=1) <= 0
    shares[empty] = presence[empty]
    return shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-300)


def combine(grams, left, right):
    """Return the kernel of rows that may lack modalities.

    ``sum over m of sqrt(w_m(x) w_m(z)) k_m(x, z)`` with each row's own shares: the
    inner product of features ``sqrt(w_m(x)) phi_m(x)`` side by side, and so positive
    semidefinite for any pattern of presence.

    Parameters
    ----------
    grams : list of ndarray of shape (n_left, n_right)
        Whatever they hold where a row lacks the modality is not counted.
    left : ndarray of shape (n_left, n_modalities)
    right : ndarray of shape (n_right, n_modalities)

    Returns
    -------
    kernel : ndarray of shape (n_left, n_right)
    """
    total = np.zeros((len(left), len(right)))
    for m, gram in enumerate(grams):
        if left[:, m].any() and right[:, m].any():
            total += np.sqrt(left[:, m])[:, None] * gram * np.sqrt(right[:, m])
    return total
