"""Rows whose modalities disagree with each other."""

import numpy as np
import pandas as pd
from scipy.stats import median_abs_deviation

from mmensemble.analysis.modalities._redundancy import explained, residuals

#: So many rows that lack the same modalities are compared among themselves.
LEAST_ALIKE = 20


def find_anomalies(study, index=None):
    """Return one row a sample: how far its modalities are from their prediction.

    Each modality is predicted from the others out of fold. The residuals of its
    features, divided by their robust spread, give one mean square a row; its cube
    root is about normal (Wilson and Hilferty 1931, "The distribution of
    chi-square", PNAS 17(12)) and is compared with the other rows by the median and
    the median absolute deviation (Iglewicz and Hoaglin 1993, "How to detect and
    handle outliers", who look at scores above 3.5). Rows are compared with those
    that lack the same of the other modalities, where there are `LEAST_ALIKE` of them.

    Parameters
    ----------
    study : Study
    index : array-like of shape (n_rows,), default=None
        Labels of the rows.

    Returns
    -------
    frame : DataFrame of shape (n_rows, 2 + n_modalities)
        ``score``: the largest z of the row; ``modality``: whose; and ``z_...`` for
        each modality, NaN where the row lacks it or all others, and everywhere for
        a modality of which the others explain nothing.
    """
    names = study.names
    z = np.column_stack([_scores(study, k) for k in study.everyone])
    known = np.isfinite(z).any(axis=1)
    frame = pd.DataFrame(z, columns=[f"z_{name}" for name in names])
    filled = np.where(np.isfinite(z), z, -np.inf)
    worst = filled.argmax(axis=1)
    frame.insert(0, "score", np.where(known, filled.max(axis=1), np.nan))
    labels = np.array([*names, None], dtype=object)
    frame.insert(1, "modality", labels[np.where(known, worst, len(names))])
    return frame if index is None else frame.set_axis(index, axis=0)


def _scores(study, modality):
    """Return the robust z of one modality's residual, shape (n_rows,)."""
    z = np.full(len(study.presence), np.nan)
    others = tuple(k for k in study.everyone if k != modality)
    if not others or not explained(study, modality, others).share > 0:
        return z
    there = study.presence[:, modality] & study.presence[:, list(others)].any(axis=1)
    for fold in range(len(study.folds)):
        residual, _, test = residuals(study, fold, modality, others, there)
        if len(test):
            z[test] = _cube_root(residual)
    return _among_alike(z, study.presence[:, list(others)])


def _among_alike(values, presence):
    """Return robust z-scores among rows that lack the same of the other modalities.

    Predicted from less, a modality is predicted worse, which makes no row odd.
    Patterns of few rows are taken together.
    """
    pattern = np.unique(presence, axis=0, return_inverse=True)[1].ravel()
    known = np.isfinite(values)
    counts = np.bincount(pattern[known], minlength=pattern.max() + 1)
    pattern = np.where(counts[pattern] >= LEAST_ALIKE, pattern, -1)
    z = np.full(len(values), np.nan)
    for label in np.unique(pattern):
        rows = pattern == label
        z[rows] = robust_z(values[rows])
    return z


def _cube_root(residual):
    """Return the cube root of each row's mean square, in units of each column."""
    spread = median_abs_deviation(residual, axis=0, center=_zero, scale="normal")
    spread = np.where(spread > 0, spread, np.sqrt((residual**2).mean(axis=0)))
    spread = np.where(spread > 0, spread, 1.0)
    return np.cbrt(((residual / spread) ** 2).mean(axis=1))


def _zero(residual, axis):
    return np.zeros_like(residual.take(0, axis=axis))


def robust_z(values):
    """Return distances from the median in robust standard deviations.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        NaN stays NaN; where half of the values are equal, all are 0.
    """
    known = np.isfinite(values)
    if not known.any():
        return values
    centred = values - np.median(values[known])
    spread = median_abs_deviation(values[known], scale="normal")
    return centred / spread if spread > 0 else np.where(known, 0.0, np.nan)
