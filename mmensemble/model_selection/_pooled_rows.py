"""Pooled out-of-fold predictions of several choices, scored on bootstrap draws."""

import numpy as np
import pandas as pd

from mmensemble._validation import as_weight, check_groups, check_weight

#: Numbers in a batch of bootstrap draws.
_BATCH = 4_000_000


class PooledRows:
    """Pooled rows of all choices: draws units (rows or groups) and scores draws."""

    def __init__(self, y, repeats, metric, weight, unit, kept, names, n_choices):
        self.y, self.repeats, self.metric = y, repeats, metric
        self.weight, self.unit = weight, unit
        self.kept, self.names, self.n_choices = kept, names, n_choices
        self.n_units = int(unit.max()) + 1
        self.is_mean = np.ndim(self.metric(self.y, self.repeats[0][:, 0])) > 0
        if self.is_mean:
            self.sums, self.total = self._unit_sums()

    @classmethod
    def of(cls, y, predictions, metric, groups, sample_weight, names):
        """Make the pool of complete rows."""
        y = np.asarray(y)
        repeats = predictions if isinstance(predictions, list) else [predictions]
        repeats = [_check_predictions(p, len(y)) for p in repeats]
        n_choices = repeats[0].shape[1]
        if names is not None and len(names) != n_choices:
            raise ValueError(
                f"The 'names' parameter has {len(names)} names, 'predictions' has "
                f"{n_choices} choices."
            )
        missing = np.any([_missing(p) for p in repeats], axis=0)
        kept = np.flatnonzero(~missing.all(axis=0))
        rows = ~missing[:, kept].any(axis=1)
        weight, groups = check_weight(sample_weight, len(y)), check_groups(groups, y)
        if weight is not None:
            rows &= weight > 0
            weight = weight[rows]
        if not len(kept) or rows.sum() < 2:
            raise ValueError(
                "The 'predictions' parameter needs two rows with a weight that all "
                "choices predict; a choice without any prediction is left out."
            )
        unit = np.arange(rows.sum())
        if groups is not None:
            unit = np.unique(groups[rows], return_inverse=True)[1]
            if unit.max() == 0:
                raise ValueError("The 'groups' parameter has one group only.")
        repeats = [p[rows][:, kept] for p in repeats]
        return cls(y[rows], repeats, metric, weight, unit, kept, names, n_choices)

    def name_of(self, place):
        """Return the name, or the original position, of a kept choice."""
        position = int(self.kept[place])
        return position if self.names is None else self.names[position]

    def draw(self, n_bootstraps, rng):
        """Yield batches of counts of units, drawn with replacement."""
        size = max(1, _BATCH // self.n_units)
        share = np.full(self.n_units, 1 / self.n_units)
        for start in range(0, n_bootstraps, size):
            n = min(size, n_bootstraps - start)
            yield rng.multinomial(self.n_units, share, size=n).astype(float)

    def scores(self, counts):
        """Return the scores of all choices under counts of units, one row a draw."""
        if hasattr(self.metric, "of_draws"):
            return self._draw_scores(counts[:, self.unit])
        if not self.is_mean:
            return np.array([self._metric_scores(drawn) for drawn in counts])
        with np.errstate(invalid="ignore"):
            return (counts @ self.sums) / (counts @ self.total)[:, None]

    def _draw_scores(self, counts):
        """Let a metric that can score all draws of a choice at once."""
        weights = counts if self.weight is None else counts * self.weight
        choices = range(self.repeats[0].shape[1])
        return np.mean(
            [
                [self.metric.of_draws(self.y, p[:, c], weights) for c in choices]
                for p in self.repeats
            ],
            axis=0,
        ).T

    def _metric_scores(self, counts):
        rows = np.repeat(np.arange(len(self.y)), counts[self.unit].astype(int))
        n_kept = self.repeats[0].shape[1]
        if not len(rows):
            return np.full(n_kept, np.nan)
        return [
            np.mean([self._call(p[rows, choice], rows) for p in self.repeats])
            for choice in range(n_kept)
        ]

    def _call(self, prediction, rows):
        if self.weight is None:
            return self.metric(self.y[rows], prediction)
        return self.metric(self.y[rows], prediction, sample_weight=self.weight[rows])

    def _unit_sums(self):
        """Return weighted sums of row scores, and of weights, in each unit."""
        weight = as_weight(self.weight, len(self.y))
        choices = range(self.repeats[0].shape[1])
        scores = np.mean(
            [[self._row_scores(p[:, c]) for c in choices] for p in self.repeats],
            axis=0,
        )
        sums = [np.bincount(self.unit, weight * row, self.n_units) for row in scores]
        return np.array(sums).T, np.bincount(self.unit, weight, self.n_units)

    def _row_scores(self, prediction):
        scores = np.asarray(self.metric(self.y, prediction), dtype=float)
        if scores.shape != (len(self.y),):
            raise ValueError(
                "The 'metric' parameter must return a number or one score a row "
                f"({len(self.y)},), got shape {scores.shape}."
            )
        return scores


def score_pooled(repeats, y, metric, is_row_wise, tested, weight=None):
    """Score the pooled rows of all folds at once; the mean over repeats.

    For metrics that folds are too small for. Rows of different folds come from
    different models, so that what ranks them, such as the area under the curve, is
    rather too low (Airola et al. 2011, "An experimental comparison of
    cross-validation techniques for estimating the area under the ROC curve",
    Computational Statistics and Data Analysis 55).

    Parameters
    ----------
    repeats : list of ndarray of shape (n_samples, n_choices, n_outputs)
        Out-of-fold predictions, one array a repeat.
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    metric : callable
    is_row_wise : bool
        As :func:`metric_of` returns them.
    tested : list of ndarray of int
        Test rows of all folds.
    weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    scores : ndarray of shape (n_choices,)
        NaN for a choice that lacks predictions, and where there is no score.
    """
    n_choices, n_tests = repeats[0].shape[1], sum(map(len, tested))
    scores = np.full((len(repeats), n_choices), np.nan)
    for choice in range(n_choices):
        parts = [predictions[:, choice] for predictions in repeats]
        known = [np.isfinite(part).all(axis=1) for part in parts]
        if sum(rows.sum() for rows in known) < n_tests:
            continue
        for repeat, (part, rows) in enumerate(zip(parts, known, strict=True)):
            own = None if weight is None else np.asarray(weight)[rows]
            if is_row_wise:
                values = metric(y[rows], part[rows])
                scores[repeat, choice] = np.average(values, weights=own)
            else:
                scores[repeat, choice] = _score(metric, y[rows], part[rows], own)
    return scores.mean(axis=0)


def _score(metric, y, prediction, weight):
    params = {} if weight is None else {"sample_weight": weight}
    try:
        return metric(y, prediction, **params)
    except ValueError:
        return np.nan


def _check_predictions(predictions, n_rows):
    predictions = np.asarray(predictions)
    if predictions.ndim not in (2, 3) or len(predictions) != n_rows:
        raise ValueError(
            "The 'predictions' parameter must have shape (n_samples, n_choices) or "
            f"(n_samples, n_choices, n_outputs) with {n_rows} samples, got "
            f"{predictions.shape}."
        )
    return predictions


def _missing(predictions):
    """Return where a choice has no prediction, (n_samples, n_choices)."""
    missing = pd.isna(predictions)
    return missing if missing.ndim == 2 else missing.any(axis=2)
