"""Linear centred kernel alignment of two blocks."""

import numpy as np

from mmensemble.analysis.modalities._rv import cross_norm, weighted


def linear_cka(a, b, weight=None):
    """Return the linear CKA of two blocks, plain and debiased.

    Kornblith, Norouzi, Lee and Hinton (2019), "Similarity of neural network
    representations revisited", ICML. With linear kernels it is the RV coefficient
    of the centred blocks; the two differ here only where the features of a block
    have unequal variances, which CKA keeps and `rv_coefficient` makes equal. The
    debiased form takes the unbiased estimate of the Hilbert-Schmidt independence
    criterion, Song et al. (2012), "Feature selection via dependence maximization",
    JMLR 13, as Nguyen, Raghu and Kornblith (2021), "Do wide and deep networks learn
    the same things?", ICLR; it is about 0 without a relation.

    Parameters
    ----------
    a : ndarray of shape (n_rows, n_features_a)
    b : ndarray of shape (n_rows, n_features_b)
    weight : ndarray of shape (n_rows,), default=None
        The debiased form takes no weights and is NaN with them.

    Returns
    -------
    cka : float
        From 0 to 1; NaN where a block does not vary.
    debiased : float
        NaN for fewer than four rows.
    """
    a = weighted(a - np.average(a, axis=0, weights=weight), weight)
    b = weighted(b - np.average(b, axis=0, weights=weight), weight)
    own = cross_norm(a, a) * cross_norm(b, b)
    if not own > 0:
        return np.nan, np.nan
    cka = cross_norm(a, b) / np.sqrt(own)
    if weight is not None or len(a) < 4:
        return float(cka), np.nan
    own = unbiased_hsic(a, a) * unbiased_hsic(b, b)
    debiased = unbiased_hsic(a, b) / np.sqrt(own) if own > 0 else np.nan
    return float(cka), float(debiased)


def unbiased_hsic(a, b):
    """Return Song's unbiased estimate, without a matrix of rows by rows.

    With K and L the linear kernels whose diagonals are set to 0, it is
    ``(tr(KL) + sum(K) sum(L) / ((n-1)(n-2)) - 2 1'KL1 / (n-2)) / (n(n-3))``.
    """
    n = len(a)
    diagonal_a = np.einsum("ij,ij->i", a, a)
    diagonal_b = np.einsum("ij,ij->i", b, b)
    row_a = a @ a.sum(axis=0) - diagonal_a
    row_b = b @ b.sum(axis=0) - diagonal_b
    trace = cross_norm(a, b) - diagonal_a @ diagonal_b
    totals = row_a.sum() * row_b.sum() / ((n - 1) * (n - 2))
    return (trace + totals - 2 * (row_a @ row_b) / (n - 2)) / (n * (n - 3))
