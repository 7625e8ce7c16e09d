"""How much of one modality others explain, out of fold."""

from dataclasses import dataclass

import numpy as np

from mmensemble._validation import as_weight


@dataclass(frozen=True)
class Explained:
    """Share of the variance of a modality that others explain.

    Parameters
    ----------
    share : float
        One minus the squared error of held-out rows over that of the training
        mean; below 0 where the prediction is worse than that. NaN where there is
        nothing to predict.
    by_fold : ndarray of shape (n_folds,)
        The same in each fold.
    n_rows : int
        Held-out rows behind it.
    """

    share: float
    by_fold: np.ndarray
    n_rows: int


def explained(study, modality, by, *, both=False):
    """Return how much of a modality others explain, out of fold.

    In idea the redundancy index of Stewart and Love (1968), "A general canonical
    correlation index", Psychological Bulletin 70(3): the share of one set's
    variance that the other set accounts for, which is not symmetric. Theirs is
    measured on the rows it is fitted to; ours on rows left out, by ridge
    regression.

    Parameters
    ----------
    study : Study
    modality : int
        To be predicted.
    by : tuple of int
        Modalities that predict; where a row lacks one, its mean stands in.
    both : bool, default=False
        Take only rows that have all of `by` too, not all that have `modality`.

    Returns
    -------
    explained : Explained
    """
    key = "explained", modality, tuple(sorted(by)), both
    if key not in study.cache:
        study.cache[key] = _explained(study, modality, tuple(sorted(by)), both)
    return study.cache[key]


def _explained(study, modality, by, both):
    there = study.presence[:, modality].copy()
    if both:
        there &= study.presence[:, list(by)].all(axis=1)
    parts = [_errors(study, fold, modality, by, there) for fold in range(_n(study, by))]
    if not parts:
        return Explained(np.nan, np.full(len(study.folds), np.nan), 0)
    error, total, n_rows = np.array(parts).T
    known = total > 0
    by_fold = np.where(known, 1 - error / np.where(known, total, 1.0), np.nan)
    share = 1 - error.sum() / total.sum() if known.any() else np.nan
    return Explained(float(share), by_fold, int(n_rows.sum()))


def _n(study, by):
    return len(study.folds) if by else 0


def _errors(study, fold, modality, by, there):
    """Return error, error of the mean, and rows of one fold."""
    residual, deviation, test = residuals(study, fold, modality, by, there)
    weight = as_weight(study.weight, len(study.presence))[test]
    error, total = (weight @ (e**2).sum(axis=1) for e in (residual, deviation))
    return error, total, len(test)


def residuals(study, fold, modality, by, there):
    """Return residuals and deviations of the held-out rows of one fold.

    Returns
    -------
    residual : ndarray of shape (n_test, n_features)
        From what the others predict.
    deviation : ndarray of shape (n_test, n_features)
        From the mean of the training rows.
    test : ndarray of int
    """
    train, test = (rows[there[rows]] for rows in study.folds[fold])
    values = study.blocks(fold).of((modality,), test)
    if len(train) == 0 or len(test) == 0 or values.shape[1] == 0:
        return np.zeros((0, 0)), np.zeros((0, 0)), test[:0]
    predicted, centre = study.predict(fold, by, modality, train, test)
    return values - predicted, values - centre, test
