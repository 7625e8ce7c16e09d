"""Weighted means of all presence patterns that share strength."""

import numpy as np

from mmensemble.fusion._partial_pooling import VOTE_ROWS, PartialPooling
from mmensemble.fusion._weights import row_losses


class SharedMixture(PartialPooling):
    """Weights of a mean, each pattern's a mean of its own and what all rows say.

    For all rows an absent member votes like the plain mean of those present, so
    that a pattern's part of the pooled weights holds those of its members, and an
    even share of the rest. Of n rows with a pattern, its own weights count n, its
    part of the pooled ones `strength`: linear shrinkage, as of proportions to a
    Dirichlet prior. The pooled weights in turn count beside equal ones.

    Parameters
    ----------
    sample : Sample
    solve : callable
        ``solve(predictions, rows, inside)`` returns weights that sum to one, or
        None where these rows are too few. `rows` are positions in the view, `inside`
        those of members in the sample.
    strength : float, default=None
        Rows that the pooled weights are worth to a pattern; chosen by default.

    Attributes
    ----------
    pooled : ndarray of shape (n_members,)
    strength : float

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.fusion._partial_pooling import Sample
    >>> from mmensemble.fusion._shared_mixture import SharedMixture
    >>> y, nan = np.zeros((30, 1)), np.nan
    >>> predictions = np.full((30, 3, 1), [[1.0], [1.0], [0.0]])
    >>> predictions[:3, 0] = nan
    >>> sample = Sample(
    ...     np.arange(30), predictions, y, np.ones(30), np.zeros(1), False, np.zeros(3)
    ... )
    >>> def best(predictions, rows, inside):
    ...     error = (predictions**2).mean(axis=(0, 2))
    ...     return np.eye(len(inside))[error.argmin()]
    >>> SharedMixture(sample, best).model((1, 2)).round(2)
    array([0.12, 0.88])
    """

    def __init__(self, sample, solve, strength=None):
        self._solver, self._known = solve, {}
        super().__init__(sample, strength)

    def _pool(self, rows, inside):
        sample, equal = self.sample, np.full(len(inside), 1 / len(inside))
        predictions = sample.predictions[rows][:, list(inside)]
        found = self._solver(filled(predictions), sample.rows[rows], inside)
        if found is None or sample.is_complete:
            return equal if found is None else found
        return mixed(found, equal, sample.count(rows), VOTE_ROWS)

    def _part(self, pooled, inside):
        own = pooled[list(inside)]
        return own + (1 - own.sum()) / len(own)

    def _own(self, inside, rows, start, strength):
        key = inside, rows.tobytes()
        if key not in self._known:
            predictions = self.sample.predictions[rows][:, list(inside)]
            found = self._solver(predictions, self.sample.rows[rows], inside)
            self._known[key] = found
        own = self._known[key]
        if own is None:
            return start
        return mixed(own, start, self.sample.count(rows), strength)

    def _losses(self, inside, rows, model):
        sample = self.sample
        fused = np.einsum("imk,m->ik", sample.predictions[rows][:, list(inside)], model)
        return row_losses(fused, sample.targets[rows], sample.is_classification)


def filled(predictions):
    """Return predictions with the mean of a row's others where a member has none."""
    if not np.isnan(predictions).any():
        return predictions
    mean = np.nanmean(predictions, axis=1, keepdims=True)
    return np.where(np.isnan(predictions), mean, predictions)


def mixed(first, second, n_first, n_second):
    """Return the mean of two arrays that count so many rows each."""
    return (n_first * first + n_second * second) / (n_first + n_second)
