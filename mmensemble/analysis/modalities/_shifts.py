"""Modalities whose relation changes between groups or over time."""

import numpy as np
import pandas as pd

from mmensemble import _frame
from mmensemble.analysis.matrix._inference import adjust_pvalues
from mmensemble.numerics._columns import column_moments

#: Groups of fewer rows say nothing about a correlation.
LEAST_ROWS = 8

#: Wider blocks are compared by so many principal components.
MOST_COMPONENTS = 10

COLUMNS = {
    "by": "object",
    "modality_a": "object",
    "modality_b": "object",
    "n_rows": "int64",
    "n_levels": "int64",
    "statistic": "float64",
    "p_value": "float64",
    "p_adjusted": "float64",
    "weakest": "object",
    "weakest_r": "float64",
    "strongest": "object",
    "strongest_r": "float64",
}


def find_shifts(blocks, presence, names, levels, *, n_permutations=99, seed=0):
    """Test whether the relation of each pair of modalities is the same everywhere.

    Within each level the features are centred and scaled, so that only their
    relation is compared. For each pair of features the correlations of the levels
    are compared by Fisher's z, ``sum of (n - 3)(z - mean z)²`` (Fisher 1921; Hedges
    and Olkin 1985, "Statistical methods for meta-analysis", ch. 11), which is
    summed over the pairs; its p-value comes from permuting the rows over the
    levels, and is adjusted over the pairs of modalities (Benjamini and Hochberg).

    Parameters
    ----------
    blocks : Blocks
    presence : ndarray of bool of shape (n_rows, n_modalities)
    names : list of str
    levels : dict of str to ndarray of shape (n_rows,)
        What to compare by; rows of a level of less than 8 rows are left out.
    n_permutations : int, default=99
    seed : int, default=0

    Returns
    -------
    frame : DataFrame
        One row a pair and entry of `levels`. ``weakest_r`` and ``strongest_r`` are
        the extremes of the correlation of the pair's first singular vectors.
    """
    rows = []
    for by, labels in levels.items():
        part = []
        for a in range(len(names)):
            for b in range(a + 1, len(names)):
                both = presence[:, a] & presence[:, b]
                values = blocks.of((a,))[both], blocks.of((b,))[both]
                found = _compare(*values, labels[both], n_permutations, seed)
                if found is not None:
                    start = {"by": by, "modality_a": names[a], "modality_b": names[b]}
                    part.append(start | found)
        p = np.array([row["p_value"] for row in part])
        for row, adjusted in zip(part, adjust_pvalues(p), strict=True):
            row["p_adjusted"] = adjusted
        rows += part
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def periods(time, n_periods=4):
    """Return which of equally large stretches of time each row is in.

    Parameters
    ----------
    time : array-like of shape (n_rows,)
        Numbers or dates; equal times stay together.
    n_periods : int, default=4

    Returns
    -------
    period : ndarray of int of shape (n_rows,)
    """
    column = time if hasattr(time, "dtype") else np.asarray(time)
    dates = _frame.kind(column) == "date"
    moments = _frame.to_seconds(column) if dates else _frame.to_float(column)
    if np.isnan(moments).any():
        raise ValueError("time must not have missing values.")
    place = np.searchsorted(np.sort(moments), moments, side="left")
    return place * n_periods // len(moments)


def _compare(a, b, labels, n_permutations, seed):
    """Return the numbers of one pair, None where fewer than two levels are left."""
    values, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    kept = counts >= LEAST_ROWS
    if kept.sum() < 2 or not a.shape[1] or not b.shape[1]:
        return None
    rows = kept[codes]
    codes = np.cumsum(kept)[codes[rows]] - 1
    a, b = _components(a[rows]), _components(b[rows])
    a, b = _within(a, codes), _within(b, codes)
    observed = homogeneity(a, b, codes)
    rng = np.random.default_rng(seed)
    hits = sum(
        homogeneity(a, b, rng.permutation(codes)) >= observed * (1 - 1e-12)
        for _ in range(n_permutations)
    )
    p_value = (hits + 1) / (n_permutations + 1) if n_permutations else np.nan
    strength = _strengths(a, b, codes)
    low, high = np.argmin(strength), np.argmax(strength)
    return {
        "n_rows": int(rows.sum()),
        "n_levels": int(kept.sum()),
        "statistic": observed,
        "p_value": p_value,
        "weakest": values[kept][low],
        "weakest_r": strength[low],
        "strongest": values[kept][high],
        "strongest_r": strength[high],
    }


def _components(block):
    """Return a block, or its scores on the leading principal components."""
    centred = block - block.mean(axis=0)
    if block.shape[1] <= MOST_COMPONENTS:
        return centred
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    return left[:, :MOST_COMPONENTS] * sizes[:MOST_COMPONENTS]


def _within(block, codes):
    """Return features with mean 0 and variance 1 in each level."""
    out = np.zeros_like(block)
    for code in range(codes.max() + 1):
        part = block[codes == code]
        mean, spread = column_moments(part, np.ones(len(part)))
        scaled = (part - mean) / np.where(spread > 0, spread, 1.0)
        out[codes == code] = np.where(spread > 0, scaled, 0.0)
    return out


def homogeneity(a, b, codes):
    """Return the sum over all pairs of features of Fisher's z homogeneity.

    Parameters
    ----------
    a : ndarray of shape (n_rows, n_features_a)
    b : ndarray of shape (n_rows, n_features_b)
    codes : ndarray of int of shape (n_rows,)
        Levels, numbered from 0, each of more than three rows.
    """
    counts = np.bincount(codes)
    z = np.array(
        [np.arctanh(_r(a[codes == k], b[codes == k])) for k in range(len(counts))]
    )
    weight = (counts - 3.0)[:, None, None]
    mean = (weight * z).sum(axis=0) / weight.sum()
    return float((weight * (z - mean) ** 2).sum())


def _r(a, b):
    """Return cross-correlations, short of 1; 0 where nothing varies."""
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    scale = np.sqrt(np.outer((a**2).sum(axis=0), (b**2).sum(axis=0)))
    r = np.divide(a.T @ b, scale, out=np.zeros_like(scale), where=scale > 1e-12)
    return np.clip(r, -1 + 1e-9, 1 - 1e-9)


def _strengths(a, b, codes):
    """Return by level the correlation of the pair's first singular vectors."""
    left, _, right = np.linalg.svd(a.T @ b, full_matrices=False)
    u, v = a @ left[:, :1], b @ right[:1].T
    return np.array(
        [_r(u[codes == k], v[codes == k])[0, 0] for k in range(codes.max() + 1)]
    )
