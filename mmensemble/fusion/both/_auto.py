"""The fusion for people who don't want to choose one."""

from numbers import Integral, Real

import numpy as np
from sklearn.metrics import get_scorer, get_scorer_names

from mmensemble._compat import Interval, StrOptions
from mmensemble._seeds import seed_for
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._member_weights import MemberWeightsMixin
from mmensemble.fusion._patterns import list_patterns
from mmensemble.fusion._rules import mean_rule
from mmensemble.fusion._weights import member_losses, target_matrix
from mmensemble.fusion.both._combiners import (
    COMBINERS,
    Combination,
    Library,
    combinations_by_pattern,
    predict_by_pattern,
)
from mmensemble.learners._objectives import score_predictions
from mmensemble.learners._portfolio import EFFORTS, affordable, make_portfolio

#: Presence patterns that are compared, and their smallest share of the rows: a
#: bound on the work. What rarer patterns lose is not in the comparison.
_COMPARED, _SHARE = 8, 0.02
#: Rows drawn at most in one bootstrap sample, a bound on the work: the standard
#: error of a loss over 3000 rows is below 2 % of the loss's own spread.
_MOST_ROWS = 3000
#: By how many standard deviations of the difference of losses a stack must be better
#: than a selection, the one by classes than both, and a single member than all. The
#: second was set on three folds of ischemic_stroke, alzheimer, nutrimouse, chicago,
#: watch and htad; both are varied in benchmarks/bench_constants.py.
_STACK_MARGIN, _SINGLE_MARGIN = 0.25, 1.0
#: Share of the weights from which a member of a selection or a stack is kept: below,
#: it costs time at predict and changes nothing (benchmarks/bench_constants.py).
_LEAST_SHARE = 0.02


class AutoFusion(MemberWeightsMixin, BaseFusion):
    """Choose learners, members and weights from the data.

    Without an `estimator` it brings a small portfolio: a linear model, boosted
    trees and extremely randomised trees, each on every modality and on all of
    them together. Four ways to combine the members compete on bootstrap samples
    of the out-of-fold predictions, each judged on the rows left out: the best
    member alone, greedy ensemble selection, a non-negative stack, and, for three
    classes or more, one whose weights may differ by class. A selection is taken
    unless a stack is clearly better, or a single member than all; for each
    presence pattern with weights of its own. Members that end up without any
    weight are not kept.

    Parameters
    ----------
    effort : {"linear", "small", "full"}, default="full"
        What the portfolio holds and how much work it makes: the linear model
        only; that and fewer randomised trees; or everything.
    time_budget : float, default=None
        Seconds of one core that the fits may take, about. The effort is lowered
        until an estimate from rows, columns and classes keeps to it. The clock is
        not asked, so that the same data and seed give the same model on any
        machine; the estimate may be wrong by a factor of three, more for texts,
        and the linear model is fitted in any case. None: no limit.
    scoring : None, str or callable, default=None
        What `score_estimate_` is an estimate of: a scorer, by name or as
        ``scorer(estimator, X, y)``, that looks at predictions only. None is
        accuracy or the coefficient of determination. The choice itself is made by
        log loss or squared error.
    max_members : int, default=16
        Most members with a weight in each presence pattern.
    n_bootstraps : int, default=10
        Bootstrap samples.
    max_patterns : int, default=64
        Most presence patterns with weights of their own; others use the nearest
        fitted pattern within theirs.

    Attributes
    ----------
    choice_ : {"best", "selection", "stack", "class_stack"}
        How the members are combined.
    score_estimate_ : float
        What score to expect on new rows. The bootstrap corrects for the choices
        made here (Tsamardinos et al. 2018).
    score_interval_ : tuple of float
        The middle 95 % of the scores over the bootstrap samples.
    losses_ : dict of str to float
        Mean loss of each way to combine, on the rows left out.
    pattern_models_ : PatternModels
        How members are combined in each presence pattern, a Combination with
        `weights`, keyed by the positions of its modalities.
    weights_ : ndarray of shape (n_members,)
        Those of the fullest pattern, scaled to sum to one.
    unused_members_ : frozenset of int
        Positions of members without any weight, whose models are not kept.

    References
    ----------
    Caruana, R., Niculescu-Mizil, A., Crew, G., & Ksikes, A. (2004). Ensemble
    selection from libraries of models. Proceedings of the 21st International
    Conference on Machine Learning.

    Ting, K. M., & Witten, I. H. (1999). Issues in stacked generalization. Journal
    of Artificial Intelligence Research, 10, 271-289.

    Tsamardinos, I., Greasidou, E., & Borboudakis, G. (2018). Bootstrapping the
    out-of-sample predictions for efficient and accurate cross-validation.
    Machine Learning, 107(12), 1895-1922.

    Examples
    --------
    >>> from mmensemble import AutoFusion, MultimodalClassifier
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion=AutoFusion("linear"), random_state=0)
    >>> model.fit(data.data, data.target).fusion_.choice_ in ("selection", "stack")
    True
    """

    short_name = "auto"
    level = "decision"
    reference = "Caruana et al. 2004; Tsamardinos et al. 2018"
    when = "You don't want to choose: learners, members and weights from the data."

    _parameter_constraints = {
        "effort": [StrOptions(set(EFFORTS))],
        "time_budget": [None, Interval(Real, 0, None, closed="neither")],
        "scoring": [None, StrOptions(set(get_scorer_names())), callable],
        "max_members": [Interval(Integral, 1, None, closed="left")],
        "n_bootstraps": [Interval(Integral, 2, None, closed="left")],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        effort="full",
        *,
        time_budget=None,
        scoring=None,
        max_members=16,
        n_bootstraps=10,
        max_patterns=64,
    ):
        self.effort = effort
        self.time_budget = time_budget
        self.scoring = scoring
        self.max_members = max_members
        self.n_bootstraps = n_bootstraps
        self.max_patterns = max_patterns

    @property
    def needs(self):
        """Out-of-fold predictions, also of members on all modalities together."""
        return frozenset({"predictions", "out of fold", "concat member"})

    def portfolio(self, *, classifier, size=None):
        """Return the learners for an estimator that is given none."""
        effort = self.effort
        if self.time_budget is not None and size is not None:
            effort = affordable(effort, size, self.time_budget)
        return make_portfolio(effort, classifier=classifier)

    def _fit(self, data):
        self.members_, self.modalities_ = data.members, data.modalities
        available = data.available()
        targets = target_matrix(data.y, data.task)
        library = Library(data, targets, available)
        common = _common_patterns(available)
        samples = _resample(data, self.n_bootstraps)
        trials = [self._try(library, common, sample) for sample in samples]
        self._choose(trials)
        self._combine(library, common, trials)

    def _try(self, library, common, sample):
        """Learn all ways of combining from one sample, and judge them on the rest."""
        drawn, rest = sample
        part, held_out = library.take(drawn), library.take(rest)
        trial = {}
        for combiner in COMBINERS:
            found = part.learn_all(combiner, common, library.full)
            fused = held_out.predict(found)
            known = ~np.isnan(fused[:, 0])
            complete = len(found) == len(common) and known.any()
            loss = held_out.loss(fused[known], known) if complete else np.inf
            score = self._score(held_out.data, fused, known) if complete else np.nan
            trial[combiner] = found, loss, score
        return trial

    def _score(self, data, fused, known):
        task = data.task
        scorer = self.scoring or ("accuracy" if task.is_classification else "r2")
        scorer = get_scorer(scorer) if isinstance(scorer, str) else scorer
        rows = np.flatnonzero(known)
        classes = task.classes if task.is_classification else ()
        if len(rows) < 2 or len(np.unique(data.y[rows])) < len(classes):
            return np.nan
        return score_predictions(scorer, fused[rows], data.take(rows))

    def _choose(self, trials):
        """Take the one that the losses speak for, and estimate how good it is."""
        losses = np.array([[trial[c][1] for c in COMBINERS] for trial in trials])
        scores = np.array([[trial[c][2] for c in COMBINERS] for trial in trials])
        picks = [_prudent(np.delete(losses, b, axis=0)) for b in range(len(losses))]
        honest = scores[np.arange(len(scores)), picks]
        honest = honest[~np.isnan(honest)]
        self.score_estimate_ = float(np.mean(honest)) if len(honest) else np.nan
        bounds = np.quantile(honest, [0.025, 0.975]) if len(honest) else [np.nan] * 2
        self.score_interval_ = tuple(float(bound) for bound in bounds)
        self.losses_ = dict(zip(COMBINERS, losses.mean(axis=0).tolist(), strict=True))
        self.choice_ = list(COMBINERS)[_prudent(losses)]

    def _combine(self, library, common, trials):
        found = {}
        for pattern in common:
            combination = self._final(library, pattern, trials)
            if combination is not None:
                found[pattern] = combination
        served = self._served(library, found)
        plain = "stack" if self.choice_ == "class_stack" else self.choice_
        for pattern in list_patterns(library.available, self.max_patterns):
            if pattern not in found:  # too few rows for weights by class
                combination = library.learn(plain, pattern, allowed=served)
                if combination is not None:
                    found[pattern] = combination
        self._keep(library, found, served)

    def _final(self, library, pattern, trials):
        """The chosen way on all rows; selections are averaged over the samples."""
        combination = library.learn(self.choice_, pattern)
        if self.choice_ == "selection" and combination is not None:
            drawn = [t["selection"][0][pattern] for t in trials if _has(t, pattern)]
            weights = [combination.weights, *(c.weights for c in drawn)]
            mean = _largest(np.mean(weights, axis=0), self.max_members)
            return Combination(mean / mean.sum(), loss=combination.loss)
        if combination is None or (combination.weights > 0).sum() <= self.max_members:
            return combination
        least = _LEAST_SHARE if combination.matrices is None else 0.0
        weights = _largest(combination.weights, self.max_members, least)
        kept = set(np.flatnonzero(weights))
        return library.learn(self.choice_, pattern, allowed=kept)

    def _served(self, library, found):
        """Members with a weight, and the best of each modality, for rows with no
        other."""
        used = [np.flatnonzero(c.weights).tolist() for c in found.values()]
        served = {member for members in used for member in members}
        losses = member_losses(
            library.data.predictions,
            library.targets,
            library.data.sample_weight,
            classification=library.data.task.is_classification,
        )
        for modality in range(len(self.modalities_)):
            own = library.data.members_in((modality,), joint=False)
            if own:
                served.add(min(own, key=lambda member: losses[member]))
        return served

    def _keep(self, library, found, served):
        self.pattern_models_ = combinations_by_pattern(found)
        self._shares = self.pattern_models_.with_models(
            combination.weights / combination.weights.sum()
            for combination in found.values()
        )
        n_members = len(self.members_)
        self.unused_members_ = frozenset(set(range(n_members)) - served)
        self._fallback = np.zeros(n_members)
        self._fallback[sorted(served)] = 1 / len(served)
        self.weights_ = self._shares.get(library.full, self._fallback)

    def row_weights(self, data):
        """Return the weight of each member in each row.

        Returns
        -------
        weights : ndarray of shape (n_samples, n_members)
            Zero where the member has no prediction; each row sums to one. Of a
            stack the weights of logits or values, scaled to sum to one; where these
            differ by class, the root of their mean square.
        """
        return self._shares.weights_of_rows(data, self._fallback)

    def _predict(self, data):
        out = mean_rule(data.predictions, self.row_weights(data), data.task.prior)
        return predict_by_pattern(self.pattern_models_, data, data.available(), out)


def _has(trial, pattern):
    return pattern in trial["selection"][0]


def _largest(weights, number, least=_LEAST_SHARE):
    """Return the weights with all but the largest set to zero, and tiny ones too."""
    kept = np.argsort(-weights, kind="stable")[:number]
    out = np.zeros_like(weights)
    out[kept] = weights[kept]
    return np.where(out >= least * out.sum(), out, 0.0)


def _prudent(losses):
    """Return the position of the combiner to take: a selection unless others prove.

    A mean of several is wrong in no costly way, while the best of many members
    looks better than it is; so a single one needs the clearest lead.

    Parameters
    ----------
    losses : ndarray of shape (n_samples, 4)
        Of the best member, the selection, the stack and that by classes.
    """
    finite = np.isfinite(losses).all(axis=0)
    if not finite[1]:
        return 0
    taken = 1
    margins = ((2, _STACK_MARGIN), (3, _STACK_MARGIN), (0, _SINGLE_MARGIN))
    for other, margin in margins:
        if finite[other]:
            lead = losses[:, taken] - losses[:, other]
            if lead.mean() > margin * lead.std():
                taken = other
    return taken


def _common_patterns(available):
    """Return the patterns that many rows have, and the fullest."""
    rows, counts = np.unique(available, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:_COMPARED]
    common = [
        tuple(np.flatnonzero(rows[position]).tolist())
        for position in order
        if counts[position] >= _SHARE * len(available)
    ]
    full = tuple(np.flatnonzero(available.any(axis=0)).tolist())
    return list(dict.fromkeys([full, *(pattern for pattern in common if pattern)]))


def _resample(data, n_bootstraps):
    """Return (drawn, left out) rows of each bootstrap sample.

    Groups are drawn whole; without groups, each class keeps its number of rows.
    """
    units = np.arange(data.n_samples)
    if data.groups is not None:
        units = np.unique(data.groups, return_inverse=True)[1]
    strata = np.zeros(units.max() + 1, dtype=int)
    if data.groups is None and data.task.is_classification:
        strata = np.searchsorted(data.task.classes, data.y)
    samples = []
    for b in range(n_bootstraps):
        rng = np.random.default_rng(seed_for(data.seed, "bootstrap", str(b)))
        drawn = np.concatenate(
            [
                rng.choice(own, len(own))
                for own in map(np.flatnonzero, strata == np.unique(strata)[:, None])
            ]
        )
        counts = np.bincount(drawn, minlength=len(strata))[units]
        rows = np.repeat(np.arange(data.n_samples), counts)
        rest = np.flatnonzero(counts == 0)
        if len(rest) == 0:
            rest = np.arange(data.n_samples)
        samples.append((_at_most(rows, rng), _at_most(rest, rng)))
    return samples


def _at_most(rows, rng):
    if len(rows) <= _MOST_ROWS:
        return rows
    return np.sort(rng.choice(rows, _MOST_ROWS, replace=False))
