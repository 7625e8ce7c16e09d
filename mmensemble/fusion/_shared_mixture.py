"""Weighted means of all presence patterns that share strength."""

import numpy as np

from mmensemble.fusion._partial_pooling import (
    VOTE_ROWS,
    PartialPooling,
    Sample,
    known_predictions,
)
from mmensemble.fusion._patterns import EVERY_PATTERN, PatternModels, list_patterns
from mmensemble.fusion._rows import rows_that_count
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


def shared_weights(data, solve, max_patterns):
    """Return weights of all members for every pattern, which share strength.

    Parameters
    ----------
    data : FusionData
        Training rows.
    solve : callable
        ``solve(part, predictions, members)`` returns weights that sum to one, or
        None: for rows of the view `part`, whose `predictions` are complete, of the
        members at those positions in the view.
    max_patterns : int
        Where there are more, the key () holds what all rows say.

    Returns
    -------
    models : PatternModels
    strength : float
    """
    data = rows_that_count(data)
    available = data.available()
    predictions = known_predictions(data, available)
    members = np.flatnonzero(~np.isnan(predictions[:, :, 0]).all(axis=0))
    sample = Sample.of(data, members, predictions=predictions)

    def solved(own, rows, inside):
        return solve(data.take(rows), own, members[list(inside)])

    shared = SharedMixture(sample, solved)
    found = {}
    for pattern in list_patterns(available, max_patterns):
        inside = np.flatnonzero(np.isin(members, data.members_in(pattern)))
        found[pattern] = np.zeros(len(data.members))
        found[pattern][members[inside]] = shared.model(inside.tolist())
    if 2 ** available.any(axis=0).sum() - 1 > max_patterns:
        found[EVERY_PATTERN] = np.zeros(len(data.members))
        found[EVERY_PATTERN][members] = shared.pooled
    losses = (0.0,) * len(found)
    models = PatternModels(tuple(found), tuple(found.values()), losses)
    return models, shared.strength


def filled(predictions):
    """Return predictions with the mean of a row's others where a member has none."""
    if not np.isnan(predictions).any():
        return predictions
    mean = np.nanmean(predictions, axis=1, keepdims=True)
    return np.where(np.isnan(predictions), mean, predictions)


def mixed(first, second, n_first, n_second):
    """Return the mean of two arrays that count so many rows each."""
    return (n_first * first + n_second * second) / (n_first + n_second)
