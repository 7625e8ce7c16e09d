"""The candidate of least held-out loss, usually a penalty on a path."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class HeldOut:
    """A candidate that was chosen, and how it predicts rows that it has not seen.

    Parameters
    ----------
    chosen : object
    losses : ndarray of shape (n_held_out,)
        Of the held-out rows, split after split; empty where nothing was held out.
    share : ndarray of shape (n_held_out,)
        What each counts, with sum one.
    clusters : ndarray of shape (n_held_out,) or None
        Rows of one count as one observation of the standard error.
    """

    chosen: object
    losses: np.ndarray = field(default_factory=lambda: np.empty(0))
    share: np.ndarray = field(default_factory=lambda: np.empty(0))
    clusters: np.ndarray | None = None

    @property
    def loss(self):
        """Mean held-out loss; infinite where nothing was held out."""
        return self.share @ self.losses if len(self.losses) else np.inf

    def beats(self, other):
        """Tell whether its loss is below another's, of the same rows in the same order.

        By more than the standard error of the difference, row by row.
        """
        gain = other.losses - self.losses
        clear = standard_error(gain, self.share, self.clusters)
        return len(gain) > 0 and bool(self.share @ gain > clear)


def choose_by_folds(candidates, splits, fit, losses, weight, **options):
    """Return the candidate of least held-out loss, as `search_by_folds` finds it."""
    return search_by_folds(candidates, splits, fit, losses, weight, **options).chosen


def search_by_folds(
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
    """Find the candidate of least held-out loss.

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
    found : HeldOut
        One of `candidates`; the first, without losses, where there are no splits or
        no others.
    """
    if not splits or len(candidates) == 1:
        return HeldOut(candidates[0])
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
    clusters = None if groups is None else np.asarray(groups)[held_out]
    found = [
        HeldOut(candidate, losses, share, clusters)
        for candidate, losses in zip(candidates, walked, strict=False)
    ]
    return first_as_good(found) if one_error else found[int(np.argmin(means))]


def first_as_good(found):
    """Return the first that the one of least loss does not clearly beat.

    Parameters
    ----------
    found : list of HeldOut
        Of the same rows; what is simple comes first.

    Returns
    -------
    first : HeldOut
    """
    best = min(found, key=lambda one: one.loss)
    return next(one for one in found if not best.beats(one))


def standard_error(values, share, clusters):
    """Standard error of a weighted mean, of clusters where there are any."""
    parts = share * (values - share @ values)
    if clusters is not None:
        codes = np.unique(clusters, return_inverse=True)[1]
        parts = np.bincount(codes, weights=parts)
    n_parts = np.count_nonzero(parts)
    return np.sqrt((parts**2).sum() * n_parts / max(n_parts - 1, 1))
