"""Which way to combine members is taken, and what score to expect of it."""

import warnings
from dataclasses import dataclass, replace

import numpy as np
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import get_scorer

from mmensemble._seeds import seed_for
from mmensemble._splits import inner_folds
from mmensemble.fusion._patterns import group_rows
from mmensemble.fusion._weights import row_losses, target_matrix
from mmensemble.fusion.both._combiners import COMBINERS, vote
from mmensemble.learners._decision import DecisionRule, tune_rule
from mmensemble.learners._score_names import (
    default_scoring,
    is_mean_of_rows,
    is_share_of_spread,
)
from mmensemble.learners._scoring import score_of, weights_for
from mmensemble.numerics._penalty_search import HeldOut, first_as_good

#: Folds are repeated until about so many rows are predicted, but no more often than
#: so: what few rows say depends on the folds, and their fits are quick.
_ENOUGH_ROWS, _MOST_REPEATS = 1000, 4
#: Rows drawn at most from either side of a fold, a bound on the work: the standard
#: error of a loss over 3000 rows is below 2 % of the loss's own spread.
_MOST_ROWS = 3000
#: How much coarser than the model's own a decision is tuned in each fold.
_COARSE = 4


class Trials:
    """Every way to combine, tried on rows that it has not learnt from.

    Out-of-fold predictions of the members are split in folds once more, repeatedly
    where rows are few, and every combiner learns from the rest of each.

    Parameters
    ----------
    library : Library
    allowed : frozenset of int
        Members to combine.

    Attributes
    ----------
    data : FusionData
        The rows that all ways were tried on.
    losses : ndarray of shape (n_rows, n_ways)
        The mean over repeats; infinite where a way cannot be learnt.
    fused : list of ndarray of shape (n_rows, n_ways, n_outputs)
        Predictions, one array a repeat.
    learners : dict of str to list of callable
        What each combiner has learnt from each fold.
    """

    def __init__(self, library, allowed):
        data = library.data
        self.learners = {name: [] for name in COMBINERS}
        repeats = _repeated_folds(data)
        tests = [test for folds in repeats for _, test in folds]
        rows = np.unique(np.concatenate([np.empty(0, dtype=int), *tests]))
        shape = len(rows), len(COMBINERS), data.task.n_outputs
        self.fused = [np.full(shape, np.nan) for _ in repeats]
        for folds, out in zip(repeats, self.fused, strict=True):
            for train, test in folds:
                part = data.take(test)
                out[np.searchsorted(rows, test)] = self._try(
                    library.take(train), allowed, part
                )
        known = np.ones(len(rows), dtype=bool)
        for out in self.fused:
            known &= ~np.isnan(out[:, 0, 0])
        self.data = data.take(rows[known])
        self.fused = [out[known] for out in self.fused]
        self.losses = self._row_losses()

    def _try(self, library, allowed, data):
        """Return predictions of some rows by all ways that others have taught."""
        task = data.task
        out = np.full((data.n_samples, len(COMBINERS), task.n_outputs), np.nan)
        patterns = list(group_rows(data.available()))
        plain = vote(library, allowed)
        for way, (name, combine) in enumerate(COMBINERS.items()):
            learn = combine(library, allowed)
            if learn is None:
                continue
            self.learners[name].append(learn)
            for pattern, rows in patterns:
                found = learn(pattern) or plain(pattern)
                if found is not None:
                    out[rows, way] = found.predict(data.predictions[rows], task)
        return out

    def _row_losses(self):
        targets = target_matrix(self.data.y, self.data.task)
        classes = self.data.task.is_classification
        losses = np.zeros((len(targets), len(COMBINERS)))
        for out in self.fused:
            for way in range(losses.shape[1]):
                losses[:, way] += row_losses(out[:, way], targets, classes)
        losses[np.isnan(losses)] = np.inf
        return losses / max(len(self.fused), 1)

    def means(self):
        """Return the mean loss of each way, infinite where it cannot be learnt."""
        if not len(self.losses):
            return np.full(len(COMBINERS), np.inf)
        return self.data.weight @ self.losses / self.data.weight.sum()

    def choice(self, counts=None):
        """Return the position of the first way that is about as good as any.

        Parameters
        ----------
        counts : ndarray of int of shape (n_rows,), default=None
            How often each row counts; once by default.
        """
        weight = self.data.weight if counts is None else self.data.weight * counts
        return first_within_one_error(self.losses, weight, self.data.groups)

    def honest_scores(self, scoring, n_bootstraps):
        """Return scores of the choice on rows left out of the choosing.

        Bootstrap bias correction (Tsamardinos et al. 2018): the choice is made on a
        sample of rows, or groups, and scored on the others. Where labels are decided
        on by a rule that is tuned, it is one of other rows than those decided on.

        Parameters
        ----------
        scoring : None, str or callable
        n_bootstraps : int

        Returns
        -------
        found : HonestScores
        """
        if not len(self.losses):
            return HonestScores(np.nan, np.empty(0), np.empty(0))
        self._tune()
        task, units = self.data.task, units_of(self.data)
        pooled = not task.is_classification and is_share_of_spread(scoring, task)
        sizes, scores, draws = [], [], []
        for out, counts, rest in self._samples("bootstrap", units, n_bootstraps):
            fused = out[rest, self.choice(counts)]
            score = self._score(scoring, rest, fused)
            if np.isfinite(score):
                scores.append(score)
                sizes.append(len(rest))
                draws += [(rest, fused)] if pooled else []
        scores = np.array(scores)
        middle = scores.mean() if len(scores) else np.nan
        if draws:
            # few rows of one draw vary less about their own mean than about all's
            rows, fused = map(np.concatenate, zip(*draws, strict=True))
            middle = self._score(scoring, rows, fused)
            scores += middle - scores.mean()
        return HonestScores(float(middle), scores, np.array(sizes))

    def scores_of_rows(self, scoring, n_bootstraps):
        """Return scores of the choice on samples of rows, whatever their groups."""
        way, rows = self.choice(), np.arange(self.data.n_samples)
        samples = self._samples("rows", rows, n_bootstraps)
        found = [self._score(scoring, rest, out[rest, way]) for out, _, rest in samples]
        found = np.array(found)
        return found[np.isfinite(found)]

    def _samples(self, word, units, n_bootstraps):
        """Yield predictions, how often each row is drawn, and the rows left out."""
        for b in range(n_bootstraps):
            rng = np.random.default_rng(seed_for(self.data.seed, word, str(b)))
            drawn = rng.integers(0, units.max() + 1, units.max() + 1)
            counts = np.bincount(drawn, minlength=units.max() + 1)[units]
            rest = np.flatnonzero(counts == 0)
            if len(rest) > 1:
                yield self.fused[b % len(self.fused)], counts, rest

    def _tune(self):
        """Keep weights of the classes by row, tuned for the choice on other rows."""
        data, self._class_weights = self.data, None
        if data.task.tuned_for is None:
            return
        fused = self.fused[0][:, self.choice()]
        self._class_weights = np.ones(fused.shape)
        folds = inner_folds(data.y, classifier=True, groups=data.groups)
        for train, test in folds:
            weight = None if data.sample_weight is None else data.sample_weight[train]
            own = fused[train], data.y[train], data.task, weight
            rule = tune_rule(data.task.tuned_for, *own, coarse=_COARSE)
            if rule.weights is not None:
                self._class_weights[test] = rule.weights

    def _score(self, scoring, rows, fused):
        """Return the score of predictions of rows; NaN where there is none.

        Where rows lack a class, only a mean over rows is the same as of all rows.
        """
        task, y = self.data.task, self.data.y[rows]
        lacking = task.is_classification and len(np.unique(y)) < len(task.classes)
        if lacking and not is_mean_of_rows(scoring, task):
            return np.nan
        if self._class_weights is not None:
            rule = DecisionRule(weights=self._class_weights[rows])
            task = replace(task, rule=rule)
        scorer = scoring or default_scoring(task)
        scorer = get_scorer(scorer) if isinstance(scorer, str) else scorer
        weight = self.data.sample_weight
        params = weights_for(scorer, None if weight is None else weight[rows])
        with warnings.catch_warnings():
            # a tuned decision may never fall on a class
            warnings.simplefilter("ignore", UndefinedMetricWarning)
            try:
                found = score_of(scorer, fused, task, rows[:, None], y, params)
            except ValueError as error:
                raise ValueError(
                    f"AutoFusion(scoring={scoring!r}) cannot score what is predicted "
                    f"of held-out rows: {error} Choose another score; if this one "
                    "takes no numbers below zero, which may be predicted, put the "
                    "model into TransformedTargetRegressor."
                ) from error
        return found["score"]


@dataclass(frozen=True)
class HonestScores:
    """What score to expect of a choice.

    Parameters
    ----------
    middle : float
        Of new rows; NaN where it is not known.
    scores : ndarray
        Those of bootstrap samples, about the middle.
    sizes : ndarray of int
        Rows that each is of.
    """

    middle: float
    scores: np.ndarray
    sizes: np.ndarray


def units_of(data):
    """Return who each row belongs to, from 0 on: a row of its own, or a group."""
    if data.groups is None:
        return np.arange(data.n_samples)
    return np.unique(data.groups, return_inverse=True)[1]


def first_within_one_error(losses, weight, groups=None):
    """Return the first column about as good as any: what is simple wins ties.

    The one-standard-error rule (Breiman et al. 1984) with the error of the paired
    difference, row by row: the spread of the loss itself is common to all.

    Parameters
    ----------
    losses : ndarray of shape (n_rows, n_ways)
        Columns that hold infinity are out.
    weight : ndarray of shape (n_rows,)
    groups : ndarray of shape (n_rows,), default=None
        Rows of a group count as one observation.
    """
    finite = np.flatnonzero(np.isfinite(losses).all(axis=0))
    if not len(finite) or not len(losses):
        return 0
    share = weight / weight.sum()
    found = [HeldOut(int(way), losses[:, way], share, groups) for way in finite]
    return first_as_good(found).chosen


def _repeated_folds(data):
    """Return lists of (train, test), one a repeat, each row tested once in it."""
    counts = np.flatnonzero(data.presence.any(axis=1) & (data.weight > 0))
    n_repeats = int(np.clip(_ENOUGH_ROWS // max(len(counts), 1), 1, _MOST_REPEATS))
    repeats = []
    for repeat in range(n_repeats):
        rng = np.random.default_rng(seed_for(data.seed, "folds", str(repeat)))
        order = rng.permutation(counts)
        folds = inner_folds(
            data.y[order],
            classifier=data.task.is_classification,
            groups=None if data.groups is None else np.asarray(data.groups)[order],
        )
        if folds:
            repeats.append(
                [
                    (_at_most(order[train], rng), _at_most(order[test], rng))
                    for train, test in folds
                ]
            )
    return repeats


def _at_most(rows, rng):
    if len(rows) > _MOST_ROWS:
        rows = rng.choice(rows, _MOST_ROWS, replace=False)
    return np.sort(rows)
