"""The first canonical correlation, regularised, with a permutation test."""

import numpy as np
from scipy import linalg
from sklearn.covariance import ledoit_wolf_shrinkage

from mmensemble.analysis.modalities._rv import standardised, weighted


def first_canonical(
    a,
    b,
    *,
    weight=None,
    penalty=None,
    n_permutations=99,
    groups=None,
    random_state=0,
):
    """Return the first canonical correlation of two blocks, and its p-value.

    Hotelling (1936), "Relations between two sets of variates", Biometrika 28;
    with ridge penalties Vinod (1976), "Canonical ridge and econometrics of joint
    production", Journal of Econometrics 4(2). The combinations of a's and of b's
    features are those of the largest covariance at unit *penalised* variance: a
    large penalty turns them into those of partial least squares. What is returned
    is their plain correlation, in the rows that chose them. The p-value permutes
    the rows of `b`, compares the penalised covariance, and is
    ``(hits + 1) / (n_permutations + 1)`` (Phipson and Smyth 2010).

    Parameters
    ----------
    a : ndarray of shape (n_rows, n_features_a)
    b : ndarray of shape (n_rows, n_features_b)
    weight : ndarray of shape (n_rows,), default=None
        They stay with the rows of `a` while `b` is permuted.
    penalty : float, default=None
        Added to the variances of the standardised features. None takes from the
        shrinkage s of Ledoit and Wolf (2004) for each block ``s / (1 - s)``.
    n_permutations : int, default=99
        0 tests nothing.
    groups : ndarray of shape (n_rows,), default=None
        Permute whole groups: rows are put in order of their group, and the groups
        of `b` in a random order. Exact where they are equally large.
    random_state : int or Generator, default=0

    Returns
    -------
    correlation : float
        NaN where a block does not vary.
    p_value : float
        NaN without permutations.
    """
    a, b = standardised(a, weight), standardised(b, weight)
    if not a.shape[1] or not b.shape[1] or len(a) < 3:
        return np.nan, np.nan
    a, b = whitened(a, penalty, weight), whitened(b, penalty, weight)
    root = weighted(np.ones((len(a), 1)), weight)
    scaled = root**2 * a
    observed = _largest(scaled, b)
    correlation = _of_variates(root[:, 0] ** 2, a, b)
    if n_permutations < 1:
        return correlation, np.nan
    orders = row_orders(len(a), groups, n_permutations, random_state)
    hits = sum(_largest(scaled, b[o]) >= observed * (1 - 1e-12) for o in orders)
    return correlation, (hits + 1) / (n_permutations + 1)


def whitened(z, penalty=None, weight=None):
    """Return uncorrelated combinations of columns, of at most unit length.

    Parameters
    ----------
    z : ndarray of shape (n_rows, n_features)
        Standardised.
    penalty : float, default=None
        As for `first_canonical`.
    weight : ndarray of shape (n_rows,), default=None

    Returns
    -------
    scores : ndarray of shape (n_rows, n_kept)
        In the rows weighted by their roots, the cross-product is diagonal, with
        entries ``v / (v + penalty)`` for the variances v.
    """
    rows = weighted(z, weight)
    if penalty is None:
        shrinkage = ledoit_wolf_shrinkage(rows, assume_centered=True)
        penalty = shrinkage / max(1 - shrinkage, 1e-6)
    _, sizes, right = linalg.svd(rows, full_matrices=False)
    kept = sizes > sizes[0] * max(rows.shape) * np.finfo(float).eps
    sizes, right = sizes[kept], right[kept]
    return z @ (right.T / np.sqrt(sizes**2 + len(z) * penalty))


def _largest(a, b):
    """Return the largest singular value of ``a.T @ b``, at most 1."""
    return float(min(linalg.svdvals(a.T @ b, check_finite=False)[0], 1.0))


def _of_variates(weight, a, b):
    """Return the correlation of the first pair of variates."""
    left, _, right = linalg.svd(a.T @ (weight[:, None] * b), full_matrices=False)
    u, v = a @ left[:, 0], b @ right[0]
    size = np.sqrt((weight @ u**2) * (weight @ v**2))
    return float(np.clip((weight * u) @ v / size, -1.0, 1.0)) if size > 0 else np.nan


def row_orders(n_rows, groups, n_permutations, random_state):
    """Yield permutations of the rows, of whole groups where there are any."""
    rng = np.random.default_rng(random_state)
    if groups is None:
        for _ in range(n_permutations):
            yield rng.permutation(n_rows)
        return
    codes = np.unique(groups, return_inverse=True)[1]
    place = np.argsort(codes, kind="stable")
    members = np.split(place, np.cumsum(np.bincount(codes))[:-1])
    for _ in range(n_permutations):
        order = np.empty(n_rows, dtype=np.intp)
        shuffled = [members[k] for k in rng.permutation(len(members))]
        order[place] = np.concatenate(shuffled)
        yield order
