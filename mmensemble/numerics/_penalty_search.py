"""The candidate of least held-out loss, usually a penalty on a path."""

import numpy as np


def choose_by_folds(
    candidates,
    splits,
    fit,
    losses,
    weight,
    *,
    groups=None,
    one_error=False,
    patience=2,
):
    """Return the candidate of least held-out loss.

    Parameters
    ----------
    candidates : sequence
        From the strongest penalty to the weakest.
    splits : list of (train, test) index arrays
    fit : callable
        ``fit(rows, candidate, start)`` returns fitted parameters; `start` is
        what it returned for the candidate before on the same rows, or None.
    losses : callable
        ``losses(parameters, rows)`` returns the loss of each row.
    weight : ndarray of shape (n_samples,)
        Weights of the rows.
    groups : ndarray of shape (n_samples,), default=None
        Rows of a group count as one observation of the standard error.
    one_error : bool, default=False
        Whether to take the strongest penalty whose loss exceeds the least by no
        more than the standard error of that difference, row by row. (The rule
        of Breiman et al. 1984, with the error of the paired difference: the
        spread of the loss itself is common to all candidates.)
    patience : int, default=2
        The walk stops once the loss has risen so often in a row.

    Returns
    -------
    chosen : object
        One of `candidates`; the first where there are no splits.
    """
    if not splits or len(candidates) == 1:
        return candidates[0]
    held_out = np.concatenate([test for _, test in splits])
    share = weight[held_out] / weight[held_out].sum()
    starts, walked, means = [None] * len(splits), [], []
    for candidate in candidates:
        starts = [
            fit(train, candidate, start)
            for (train, _), start in zip(splits, starts, strict=True)
        ]
        parts = [
            losses(theta, test) for (_, test), theta in zip(splits, starts, strict=True)
        ]
        walked.append(np.concatenate(parts))
        means.append(share @ walked[-1])
        if len(means) > patience and (np.diff(means[-patience - 1 :]) > 0).all():
            break
    best = int(np.argmin(means))
    if one_error:
        clusters = None if groups is None else np.asarray(groups)[held_out]
        for step in range(best):
            excess = walked[step] - walked[best]
            if share @ excess <= standard_error(excess, share, clusters):
                return candidates[step]
    return candidates[best]


def standard_error(values, share, clusters):
    """Standard error of a weighted mean, of clusters where there are any."""
    parts = share * (values - share @ values)
    if clusters is not None:
        codes = np.unique(clusters, return_inverse=True)[1]
        parts = np.bincount(codes, weights=parts)
    n_parts = np.count_nonzero(parts)
    return np.sqrt((parts**2).sum() * n_parts / max(n_parts - 1, 1))
