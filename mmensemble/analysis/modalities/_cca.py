"""The first canonical correlation, regularised, with a permutation test."""

import numpy as np
from scipy import linalg
from sklearn.covariance import ledoit_wolf_shrinkage

from mmensemble.analysis.modalities._ridge import eigen, kept_eigen
from mmensemble.analysis.modalities._rv import standardised, weighted

#: Most rows that are permuted, not drawn from the normal law of their products.
MOST_PERMUTED = 5_000


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
    ``(hits + 1) / (n_permutations + 1)`` (Phipson and Smyth 2010). For more
    than `MOST_PERMUTED` rows without groups, products of the rows in random order are
    as good as normal, and normal ones are drawn instead.

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
    correlation = _of_variates(root[:, 0] ** 2, a, b)
    if n_permutations < 1:
        return correlation, np.nan
    scaled = root**2 * a
    observed = _largest(scaled.T @ b) * (1 - 1e-12)
    rng = np.random.default_rng(random_state)
    if len(a) > MOST_PERMUTED and groups is None:
        chance = _normal_products(scaled, b, n_permutations, rng)
    else:
        orders = row_orders(len(a), groups, n_permutations, rng)
        chance = (scaled.T @ b[order] for order in orders)
    hits = sum(_largest(product) >= observed for product in chance)
    return correlation, (hits + 1) / (n_permutations + 1)


def _normal_products(a, b, n_draws, rng):
    """Yield what ``a.T @ b`` is like where the rows of b are in random order.

    Normal, of the mean and covariance that it has over all orders: Hoeffding (1951),
    "A combinatorial central limit theorem", Annals of Mathematical Statistics 22(4).
    """
    roots = []
    for block in (a, b - b.mean(axis=0)):
        values, vectors = kept_eigen(block.T @ block, len(block))
        roots.append((vectors * np.sqrt(values)).T)
    left, right = roots[0] / np.sqrt(len(a) - 1), roots[1]
    for _ in range(n_draws):
        yield left.T @ rng.normal(size=(len(left), len(right))) @ right


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
    values, vectors = eigen(rows)
    return z @ (vectors / np.sqrt(values + len(z) * penalty))


def _largest(product):
    """Return the largest singular value."""
    return float(linalg.svdvals(product, check_finite=False)[0])


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
