"""p-values, confidence intervals and false-discovery control for correlations."""

from itertools import permutations
from numbers import Integral, Real

import numpy as np
from scipy import special
from scipy.stats import false_discovery_control
from sklearn.utils import check_random_state

from mmensemble._compat import validate_params
from mmensemble.analysis.matrix._columns import refuse_infinity
from mmensemble.analysis.matrix._ranks import rank_columns

#: Up to this many rows all permutations are enumerated (8! = 40,320).
EXACT_ROWS = 8


def t_pvalues(r, n):
    """Return two-sided p-values of correlations by Student's t.

    ``t = r sqrt((n - 2) / (1 - r²))`` with ``n - 2`` degrees of freedom: exact for
    Pearson's r of normal data, an approximation for Spearman's rho that is good
    from ten rows on (Kendall and Stuart 1973, The Advanced Theory of Statistics,
    vol. 2, 31.19).

    Parameters
    ----------
    r : array-like
        Correlations.
    n : array-like
        Number of rows behind each; broadcast against `r`.

    Returns
    -------
    p : ndarray
        NaN where `r` is NaN or there are fewer than three rows.
    """
    r, n = np.broadcast_arrays(np.asarray(r, dtype=float), np.asarray(n, dtype=float))
    known = np.isfinite(r) & (n > 2)
    freedom = np.where(known, n - 2, 1.0)
    rest = (1 - np.where(known, r, 0.0)) * (1 + np.where(known, r, 0.0))
    # The tail of t in terms of the beta distribution keeps its digits near |r| = 1.
    p = special.betainc(freedom / 2, 0.5, np.clip(rest, 0.0, 1.0))
    return np.where(known, p, np.nan)


def check_method(method):
    """Raise ValueError unless `method` is one that this module knows."""
    if method not in ("pearson", "spearman"):
        raise ValueError(f"method must be 'pearson' or 'spearman', got {method!r}.")


@validate_params({"level": [Real]}, prefer_skip_nested_validation=True)
def fisher_interval(r, n, level=0.95, method="pearson"):
    """Return confidence limits of correlations by Fisher's z.

    Fisher (1921), "On the 'probable error' of a coefficient of correlation",
    Metron 1; for Spearman the variance of Bonett and Wright (2000), "Sample size
    requirements for estimating Pearson, Kendall and Spearman correlations",
    Psychometrika 65(1).

    Parameters
    ----------
    r, n : array-like
        Correlations, and the number of rows behind each.
    level : float, default=0.95
        Coverage, between 0 and 1.
    method : {"pearson", "spearman"}, default="pearson"

    Returns
    -------
    low, high : ndarray
        -1 and 1 for three rows or fewer, NaN where `r` is NaN.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, got {level!r}.")
    check_method(method)
    if np.any(np.abs(np.asarray(r, dtype=float)) > 1 + 1e-9):
        raise ValueError("r must hold correlations, from -1 to 1; some are beyond.")
    if np.any(np.asarray(n, dtype=float) < 0):
        raise ValueError("n must hold numbers of rows; some are below 0.")
    r, n = np.broadcast_arrays(np.asarray(r, dtype=float), np.asarray(n, dtype=float))
    variance = 1.0 if method == "pearson" else 1 + r**2 / 2
    known = np.isfinite(r) & (n > 3)
    error = np.sqrt(variance / np.where(known, n - 3, 1.0))
    with np.errstate(divide="ignore"):
        z = np.arctanh(r)
    reach = special.ndtri((1 + level) / 2) * error
    low = np.where(known, np.tanh(z - reach), np.where(np.isnan(r), np.nan, -1.0))
    high = np.where(known, np.tanh(z + reach), np.where(np.isnan(r), np.nan, 1.0))
    return low, high


def adjust_pvalues(p, method="bh", *, n_tests=None):
    """Return p-values adjusted for the number of pairs that were tested.

    Benjamini and Hochberg (1995), JRSS B 57(1), for independent or positively
    dependent tests; Benjamini and Yekutieli (2001), Annals of Statistics 29(4),
    for any dependence.

    Parameters
    ----------
    p : ndarray of shape (n, n) or (n_pairs,)
        A square matrix counts every pair above the diagonal once, the diagonal not
        at all.
    method : {"bh", "by"}, default="bh"
    n_tests : int, default=None
        Tests that were made, where `p` of shape (n_pairs,) are the smallest of them.

    Returns
    -------
    adjusted : ndarray
        Of the shape of `p`; NaN where `p` is NaN, and on a square's diagonal.
    """
    if method not in ("bh", "by"):
        raise ValueError(f"method must be 'bh' or 'by', got {method!r}.")
    p = np.asarray(p, dtype=float)
    n_known = int(np.isfinite(p).sum())
    if n_tests is not None and (
        isinstance(n_tests, bool)
        or not isinstance(n_tests, Integral)
        or p.ndim != 1
        or n_tests < n_known
    ):
        raise ValueError(
            f"n_tests must be a whole number, of at least the {n_known} p-values of a "
            f"one-dimensional p, got {n_tests!r}."
        )
    if p.ndim == 1:
        return _adjust(p, method, n_tests)
    adjusted = np.full(p.shape, np.nan)
    upper = np.triu_indices(len(p), 1)
    adjusted[upper] = adjusted.T[upper] = _adjust(p[upper], method)
    return adjusted


def _adjust(p, method, n_tests=None):
    adjusted = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    n_known = known.sum()
    if n_known:
        adjusted[known] = false_discovery_control(p[known], method=method)
    if n_tests is None or not n_known:
        return adjusted
    factor = n_tests / n_known
    if method == "by":
        factor *= _harmonic(n_tests) / _harmonic(n_known)
    return np.minimum(adjusted * factor, 1.0)


def _harmonic(n):
    """Return ``1 + 1/2 + ... + 1/n``."""
    return special.digamma(n + 1.0) + np.euler_gamma


@validate_params(
    {"n_permutations": [Integral], "random_state": ["random_state"]},
    prefer_skip_nested_validation=True,
)
def permutation_pvalues(X, *, method="pearson", n_permutations=999, random_state=None):
    """Return two-sided permutation p-values of all pairs of columns.

    The rows of one column are permuted against the other's, within the rows that
    the pair has in common. With at most `EXACT_ROWS` common rows all permutations
    are enumerated and the p-value is exact; else it is the Monte Carlo estimate
    ``(b + 1) / (m + 1)`` of Phipson and Smyth (2010), "Permutation p-values should
    never be zero", SAGMB 9(1), which never rejects too often.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
        Floats, NaN where missing.
    method : {"pearson", "spearman"}, default="pearson"
    n_permutations : int, default=999
        Random permutations; the smallest p-value is ``1 / (n_permutations + 1)``.
    random_state : int, RandomState instance or None, default=None
        Seed of the permutations.

    Returns
    -------
    p : ndarray of shape (n_columns, n_columns)
        NaN where the correlation is, and on the diagonal.

    Raises
    ------
    ValueError
        For fewer than one permutation, and infinite numbers.
    """
    if n_permutations < 1:
        raise ValueError(f"n_permutations must be at least 1, got {n_permutations}.")
    check_method(method)
    X = refuse_infinity(np.asarray(X, dtype=np.float64))
    seed = check_random_state(random_state).randint(np.iinfo(np.int32).max)
    if not np.isnan(X).any():
        p = _permuted(X, method, n_permutations, seed)
        np.fill_diagonal(p, np.nan)
        return p
    p = np.full((X.shape[1], X.shape[1]), np.nan)
    for i in range(X.shape[1]):
        for j in range(i):
            pair = X[:, [i, j]]
            pair = pair[~np.isnan(pair).any(axis=1)]
            if len(pair) > 1:
                p[i, j] = p[j, i] = _permuted(pair, method, n_permutations, seed)[0, 1]
    return p


def _permuted(X, method, n_permutations, seed):
    """Return the p-values of a table without missing values."""
    z = _standardised(rank_columns(X) if method == "spearman" else X)
    exact = len(z) <= EXACT_ROWS
    observed = np.abs(z.T @ z) * (1 - 1e-12) - 1e-12
    hits = np.zeros(observed.shape)
    total = 0
    for order in _orders(len(z), exact, n_permutations, seed):
        hits += np.abs(z[order].T @ z) >= observed
        total += 1
    # Permuting column i against j and j against i test the same hypothesis.
    hits = np.triu(hits, 1)
    hits += hits.T
    p = hits / total if exact else (hits + 1) / (total + 1)
    still = np.diag(observed) <= 0
    p[still] = p[:, still] = np.nan
    return p


def _standardised(X):
    still = X.min(axis=0) == X.max(axis=0)
    z = np.where(still, 0.0, X - X.mean(axis=0))
    norm = np.sqrt(np.einsum("ij,ij->j", z, z))
    return z / np.where(still, 1.0, norm)


def _orders(n_rows, exact, n_permutations, seed):
    if exact:
        for order in permutations(range(n_rows)):
            yield list(order)
        return
    rng = np.random.default_rng(seed)
    for _ in range(n_permutations):
        yield rng.permutation(n_rows)
