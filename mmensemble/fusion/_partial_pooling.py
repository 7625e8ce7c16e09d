"""Partial pooling: what a presence pattern learns is shrunk towards what all say.

A pattern with many rows has weights of its own, one without any those that all rows
share, and in between both count, continuously (Gelman & Hill 2006, "Data Analysis
Using Regression and Multilevel/Hierarchical Models", chapter 12). What all rows
share is shrunk in turn to the plain vote. A pattern's weights are the shared ones
and a penalised difference from them, as in data enriched regression (Chen, Owen &
Shi 2015, Electronic Journal of Statistics 9) and the data shared lasso (Gross &
Tibshirani 2016, Computational Statistics & Data Analysis 101). How much the
difference costs is chosen by held-out loss, the same for all patterns.
"""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from mmensemble.fusion._heads import tuning_folds
from mmensemble.fusion._patterns import group_rows
from mmensemble.fusion._weights import target_matrix
from mmensemble.numerics._penalty_search import choose_by_folds

#: Rows that the plain vote is worth beside those of the data.
VOTE_ROWS = 10.0
#: Rows that the shared weights are worth to a pattern, from strong on.
STRENGTHS = (1000.0, 300.0, 100.0, 30.0, 10.0)
#: Patterns whose own weights are looked at where ways are compared: a bound on the
#: work.
_COMPARED = 8
#: Rows at most on either side of a fold when the strength is chosen: of more, a
#: thousand rows' worth matters little.
_MOST_ROWS = 5000


@dataclass(frozen=True)
class Sample:
    """Out-of-fold predictions of the rows that count, to learn weights from.

    Parameters
    ----------
    rows : ndarray of int
        Their positions in the view they are of.
    predictions : ndarray of shape (n_samples, n_members, n_outputs)
        NaN where a member has none.
    targets : ndarray of shape (n_samples, n_outputs)
        Indicators of the classes, or values.
    weight : ndarray of shape (n_samples,)
    prior : ndarray of shape (n_outputs,)
    is_classification : bool
    joint : ndarray of bool of shape (n_members,)
        Which members are on all modalities together. They know more of fuller
        rows, so that where they count a pattern learns from its very rows alone.
    splits : callable
        Returns the (train, test) index arrays to choose by.
    groups : ndarray of shape (n_samples,), default=None
    """

    rows: np.ndarray
    predictions: np.ndarray
    targets: np.ndarray
    weight: np.ndarray
    prior: np.ndarray
    is_classification: bool
    joint: np.ndarray
    splits: object = list
    groups: np.ndarray | None = None

    @classmethod
    def of(cls, data, members=None, *, output=None, predictions=None):
        """Return the sample of a view's rows that have a prediction and a weight.

        Parameters
        ----------
        data : FusionData
        members : sequence of int, default=None
            Positions of the members that count; all by default.
        output : int, default=None
            The only target that counts.
        predictions : ndarray, default=None
            In place of those of the view.
        """
        members = range(len(data.members)) if members is None else members
        outputs = slice(None) if output is None else [output]
        predictions = data.predictions if predictions is None else predictions
        predictions = predictions[:, list(members)][:, :, outputs]
        known = ~np.isnan(predictions[:, :, 0]).all(axis=1)
        rows = np.flatnonzero(known & (data.weight > 0))
        part = data.take(rows)
        return cls(
            rows,
            predictions[rows],
            target_matrix(part.y, data.task)[:, outputs],
            part.weight,
            data.task.prior[outputs],
            data.task.is_classification,
            np.array([data.members[m].modality is None for m in members], dtype=bool),
            partial(tuning_folds, part),
            data.groups if data.groups is None else np.asarray(data.groups)[rows],
        )

    @cached_property
    def has(self):
        """Which member has predicted which row."""
        return ~np.isnan(self.predictions[:, :, 0])

    @cached_property
    def is_complete(self):
        """Whether nothing lacks, so that there is one pattern only."""
        return bool(self.has.all())

    def count(self, rows):
        """Return how many rows of equal weight some are worth (Kish 1965)."""
        weight = self.weight[rows]
        return weight.sum() ** 2 / (weight @ weight) if len(rows) else 0.0

    def rows_of(self, inside, rows):
        """Return those of the rows that tell about a pattern of members."""
        has = self.has[rows]
        fit = has[:, list(inside)].all(axis=1)
        if self.joint[list(inside)].any():
            fit &= has.sum(axis=1) == len(inside)
        return rows[fit]


def common_patterns(has):
    """Return the patterns that most rows have, a bound on the work of comparing.

    Parameters
    ----------
    has : ndarray of bool of shape (n_samples, n_columns)
        Which member, or modality, is present.

    Returns
    -------
    patterns : set of tuple of int
    """
    found = sorted(group_rows(has), key=lambda pair: -len(pair[1]))
    return {inside for inside, _ in found[:_COMPARED]}


def lacks_any(data):
    """Tell whether rows that count have different modalities."""
    has = data.available()[data.weight > 0]
    has = has[has.any(axis=1)]
    return bool((has != has.any(axis=0)).any())


def known_predictions(data, available):
    """Return predictions without those of modalities that are not available.

    Nor those of members on all modalities together, where rows lack some.

    Parameters
    ----------
    data : FusionData
    available : ndarray of bool of shape (n_samples, n_modalities)
    """
    full = available.all(axis=1)
    owners = [member.modality for member in data.members]
    has = [full if m is None else available[:, m] for m in owners]
    return np.where(np.column_stack(has)[:, :, None], data.predictions, np.nan)


class PartialPooling:
    """Weights of every pattern of members, which share strength.

    A subclass says how weights are learnt from all rows, whatever they lack
    (`_pool`), how from those of a pattern beside what all say (`_own`), and what a
    row then loses (`_losses`). Where nothing lacks there is nothing to share: each
    pattern's weights are those of `_pool` for its members.

    Parameters
    ----------
    sample : Sample
    strength : float, default=None
        Rows that the shared weights are worth to a pattern; chosen by default.
    """

    def __init__(self, sample, strength=None):
        self.sample = sample
        self._everyone = np.arange(len(sample.rows))
        self._all = tuple(range(sample.predictions.shape[1]))
        self._models = {}
        self.pooled = self._pool(self._everyone, self._all)
        self.strength = self._chosen() if strength is None else strength

    def model(self, inside, *, own=True):
        """Return the weights of a pattern.

        Parameters
        ----------
        inside : sequence of int
            Positions of its members.
        own : bool, default=True
            Whether its own rows count beside what all say.
        """
        strength, key = self.strength if own else np.inf, (tuple(inside), own)
        if key not in self._models:
            found = self._model(key[0], self._everyone, self.pooled, strength)
            self._models[key] = found
        return self._models[key]

    def _model(self, inside, rows, pooled, strength):
        if self.sample.is_complete:
            return pooled if inside == self._all else self._pool(rows, inside)
        own = self.sample.rows_of(inside, rows)
        start = self._part(pooled, inside)
        if len(own) == 0 or np.isinf(strength):
            return start
        return self._own(inside, own, start, strength)

    def _chosen(self):
        """Choose the strength by held-out loss; the greatest within one error."""
        sample = self.sample
        if sample.is_complete:
            return STRENGTHS[0]
        common = common_patterns(sample.has)

        def fit(rows, strength, start):
            pooled = self._pool(rows, self._all) if start is None else start[0]
            return pooled, rows, strength

        def losses(fitted, rows):
            pooled, train, strength = fitted
            out = np.empty(len(rows))
            for inside, where in group_rows(sample.has[rows]):
                own = strength if inside in common else np.inf
                model = self._model(inside, train, pooled, own)
                out[where] = self._losses(inside, rows[where], model)
            return out

        splits = [(thinned(train), thinned(test)) for train, test in sample.splits()]
        return choose_by_folds(
            STRENGTHS,
            splits,
            fit,
            losses,
            sample.weight,
            groups=sample.groups,
            one_error=True,
            patience=1,
        )


def thinned(rows):
    """Return no more than so many of the rows, evenly spaced."""
    return rows[:: -(-len(rows) // _MOST_ROWS)] if len(rows) else rows
