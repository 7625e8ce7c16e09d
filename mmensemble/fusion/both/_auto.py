"""The fusion for people who don't want to choose one."""

from dataclasses import replace
from numbers import Integral, Real

import numpy as np
from scipy import stats
from sklearn.metrics import get_scorer_names
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from mmensemble._compat import Interval, StrOptions
from mmensemble._digits import within
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._member_weights import MemberWeightsMixin
from mmensemble.fusion._patterns import PatternModels, list_patterns
from mmensemble.fusion._rules import mean_rule
from mmensemble.fusion._weights import member_losses, target_matrix
from mmensemble.fusion.both._combiners import COMBINERS, Combination, Library
from mmensemble.fusion.both._screening import promising, without_others
from mmensemble.fusion.both._trials import Trials, units_of
from mmensemble.learners._portfolio import EFFORTS, affordable, make_portfolio
from mmensemble.learners._score_names import interval_without_spread, metric_bounds

#: Share of the weights from which a member of a selection or a stack is kept: below,
#: it costs time at predict and changes nothing (benchmarks/bench_constants.py).
_LEAST_SHARE = 0.02
#: Rows of a first fold from which members race; fewer are fitted quickly.
_ENOUGH_TO_RACE = 200
#: Share of the bootstrap samples that must have a score, for an interval.
_LEAST_KNOWN = 0.2


class AutoFusion(MemberWeightsMixin, BaseFusion):
    """Choose learners, members and weights from the data.

    Without an `estimator` it brings a small portfolio: a linear model, boosted
    trees and extremely randomised trees, each on every modality and on all of
    them together. Eight ways to combine the members compete on folds of their
    out-of-fold predictions, repeated where rows are few. They are, in this order:
    a non-negative stack of the first learner's members, shrunk to equal weights;
    the plain and the log-linear vote of its members on single modalities; the
    shrunk stack of all members; greedy ensemble selection; a sparse stack; for
    three classes or more one whose weights may differ by class; and the best member
    alone. The first is taken whose loss is within one standard error of the least.
    Presence patterns share strength: what one learns is shrunk towards what all
    rows say. From n rows that a member has, of K classes, none of its probabilities
    below 1 / (n + K) is believed. Members that end up without any weight are not kept.

    From 1,000 rows on (200 in the first of five folds) members race, but for three
    classes or more: those to which a sparse stack of that fold's predictions gives no
    weight are not fitted for the other folds (Maron & Moore 1997). The first learner's
    members stay, so that every modality has one; so do all where the fold has fewer
    than 20 groups.

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
        log loss or squared error. A metric that takes no weights scores rows as if
        all weighed the same.
    max_members : int, default=16
        Most members with a weight in each presence pattern.
    n_bootstraps : int, default=100
        Bootstrap samples of rows, to estimate the score; nothing is fitted on them.
    max_patterns : int, default=64
        Most presence patterns with weights of their own; others use the nearest
        fitted pattern within theirs.

    Attributes
    ----------
    choice_ : {"core_stack", "vote", "log_vote", "shrunk_stack", "selection", \
            "stack", "class_stack", "best"}
        How the members are combined.
    score_estimate_ : float
        What score to expect on new rows, weighted where the rows learnt from have
        weights, of labels decided on as the model does. The bootstrap corrects for
        the choices made here (Tsamardinos et al. 2018). It tends to be low where
        rows are few, since it is of models that have learnt from four fifths of them.
        NaN where nothing can be held out, or where the score needs a row of each
        class and these are too few.
    score_interval_ : tuple of float
        The middle 95 % of the scores over the bootstrap samples. It is about the
        expected score; see `score_interval` for that of a test part. With groups,
        no narrower than without them. Where all samples score the same, the exact one
        of an accuracy, and NaN for others, as where fewer than a fifth have a score.
    losses_ : dict of str to float
        Mean loss of each way to combine, out of fold; infinite for those that do
        not apply.
    pattern_models_ : PatternModels
        How members are combined in each presence pattern, a Combination with
        `weights`, keyed by the positions of its modalities.
    weights_ : ndarray of shape (n_members,)
        Those of the fullest pattern, scaled to sum to one.
    unused_members_ : frozenset of int
        Positions of members without any weight, whose models are not kept.

    References
    ----------
    Breiman, L., Friedman, J. H., Olshen, R. A., & Stone, C. J. (1984).
    Classification and Regression Trees. Wadsworth. (The rule of one standard error.)

    Caruana, R., Niculescu-Mizil, A., Crew, G., & Ksikes, A. (2004). Ensemble
    selection from libraries of models. Proceedings of the 21st International
    Conference on Machine Learning.

    Maron, O., & Moore, A. W. (1997). The racing algorithm: Model selection for lazy
    learners. Artificial Intelligence Review, 11, 193-225.

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
    >>> model.fit(data.data, data.target).fusion_.choice_
    'best'
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
        n_bootstraps=100,
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
        if data.first_held_out is not None and self.races(
            data.task, len(data.first_held_out)
        ):
            first = data.take(data.first_held_out)
            data = without_others(data, self.screen(first))
        self._least = _least_of(data)
        library = Library(at_least(data, self._least))
        everyone = library.everyone
        trials = Trials(library, everyone)
        self.losses_ = dict(zip(COMBINERS, trials.means().tolist(), strict=True))
        self.choice_ = list(COMBINERS)[trials.choice()]
        self._expect(trials)
        self._combine(library, everyone, trials.learners[self.choice_])

    def races(self, task, n_rows):
        """Tell whether members are given up after a first fold of so many rows.

        Not for three classes or more: a stack by classes uses what one weight a
        member does without.
        """
        many = task.is_classification and task.n_outputs > 2
        return n_rows >= _ENOUGH_TO_RACE and not many

    def screen(self, data):
        """Return the positions of the members that a fit goes on with.

        `fit` keeps to them too, so that it matters for time only whether others
        have been fitted.

        Parameters
        ----------
        data : FusionData
            Of the rows held out first, with what all members predict of them.

        Returns
        -------
        kept : list of int
        """
        data = at_least(data, _least_of(data))
        return promising(data, _LEAST_SHARE, self.max_patterns)

    def _expect(self, trials):
        """Estimate what score to expect of the choice."""
        found = trials.honest_scores(self.scoring, self.n_bootstraps)
        scores, data, units = found.scores, trials.data, units_of(trials.data)
        self.score_estimate_, bounds = found.middle, np.full(2, np.nan)
        if len(scores) >= max(2, _LEAST_KNOWN * self.n_bootstraps):
            bounds = np.quantile(scores, [0.025, 0.975])
            if data.groups is not None:
                bounds = self._at_least_of_rows(trials, bounds)
            if bounds[0] == bounds[1]:
                own = self.score_estimate_, self.scoring, data.task, units
                bounds = interval_without_spread(*own)
        self._bounds = metric_bounds("score", self.scoring, data.task)
        self.score_interval_ = within(*map(float, bounds), self._bounds)
        self._n_scored = float(np.mean(found.sizes)) if len(scores) else np.nan
        self._n_tried = data.n_samples
        self._n_units = len(np.unique(units))

    def _at_least_of_rows(self, trials, bounds):
        """Return bounds as far from the middle as rows without groups would have.

        A few groups may be alike by luck.
        """
        own = trials.scores_of_rows(self.scoring, self.n_bootstraps)
        if not len(own):
            return bounds
        low, high = np.quantile(own, [0.025, 0.975]) - own.mean() + self.score_estimate_
        return np.array([min(low, bounds[0]), max(high, bounds[1])])

    def score_interval(self, n_rows):
        """Return where the score on so many new rows falls, 95 times of 100.

        `score_interval_` is about the expected score; the score of a test part
        varies about that, the more so the fewer rows it has. Groups of new rows are
        taken to be as large as those learnt from. Where groups, or rows, are few,
        so is what is known of their spread: it is as much wider as Student's
        distribution is than the normal one, within the range of scikit-learn's scores.
        Other training rows would have made another model, which it does not know of.

        Parameters
        ----------
        n_rows : int
            Number of rows of the test part.

        Returns
        -------
        lower, upper : float
            NaN where `score_interval_` is.
        """
        check_is_fitted(self)
        check_scalar(n_rows, "n_rows", Integral, min_val=1)
        if np.isnan(self.score_interval_).any():
            return np.nan, np.nan
        # scores of m rows out of the same n spread by the root of 1 / m - 1 / n
        spread = 1 / self._n_scored - 1 / self._n_tried
        wider = np.sqrt((1 / self._n_tried + 1 / n_rows) / spread)
        wider *= stats.t.ppf(0.975, self._n_units - 1) / stats.norm.ppf(0.975)
        middle = self.score_estimate_
        ends = (float(middle + wider * (b - middle)) for b in self.score_interval_)
        return within(*ends, self._bounds)

    def _combine(self, library, everyone, tried):
        """Learn from all rows, the fullest pattern first: it says who is needed."""
        combine = COMBINERS[self.choice_]
        available = library.data.available()
        patterns = list_patterns(available, self.max_patterns)
        served, found = self._served(library, ()), {}
        if patterns:
            learn = combine(library, everyone)
            found[patterns[0]] = self._limited(library, learn, patterns[0], tried)
            served = self._served(library, found.values())
        if patterns[1:]:
            learn = combine(library, served)
        for pattern in patterns[1:]:
            found[pattern] = self._limited(library, learn, pattern)
        self._keep({p: c for p, c in found.items() if c is not None}, patterns, served)

    def _limited(self, library, learn, pattern, tried=()):
        """Return a pattern's combination of no more members than allowed.

        Selections are averaged with those of the folds.
        """
        combination = None if learn is None else learn(pattern)
        if combination is None:
            return None
        weights, refit = combination.weights, combination.intercept is not None
        if self.choice_ == "selection" and tried:
            folds = [other(pattern) for other in tried]
            weights = np.mean([weights, *(c.weights for c in folds if c)], axis=0)
        elif (weights > 0).sum() <= self.max_members:
            return combination
        least = _LEAST_SHARE if combination.matrices is None else 0.0
        weights = _largest(weights, self.max_members, least)
        if refit:
            kept = frozenset(np.flatnonzero(weights).tolist())
            return COMBINERS[self.choice_](library, kept)(pattern)
        return Combination(weights / weights.sum())

    def _served(self, library, found):
        """Members with a weight, and the best of each modality, for rows with no
        other."""
        data = library.data
        used = [np.flatnonzero(c.weights).tolist() for c in found if c is not None]
        served = {member for members in used for member in members}
        losses = member_losses(
            data.predictions,
            target_matrix(data.y, data.task),
            data.sample_weight,
            classification=data.task.is_classification,
        )
        for modality in range(len(self.modalities_)):
            own = data.members_in((modality,), joint=False)
            if own:
                served.add(min(own, key=lambda member: losses[member]))
        return frozenset(served)

    def _keep(self, found, patterns, served):
        losses = (0.0,) * len(found)
        self.pattern_models_ = PatternModels(
            tuple(found), tuple(found.values()), losses
        )
        self._shares = self.pattern_models_.with_models(
            combination.weights / combination.weights.sum()
            for combination in found.values()
        )
        n_members = len(self.members_)
        self.unused_members_ = frozenset(set(range(n_members)) - served)
        self._fallback = np.zeros(n_members)
        self._fallback[sorted(served)] = 1 / len(served)
        full = patterns[0] if patterns else None
        self.weights_ = self._shares.get(full, self._fallback)

    def row_weights(self, data):
        """Return the weight of each member in each row.

        Returns
        -------
        weights : ndarray of shape (n_samples, n_members)
            Zero where the member has no prediction; each row sums to one. Of a
            stack the weights of logits or values, scaled to sum to one; where these
            differ by class, the root of their mean square.
        """
        return self._shares.weights_of_rows(self._of_used(data), self._fallback)

    def _of_used(self, data):
        """Return a view in which modalities count whose unused members are silent."""
        return replace(data, unused=data.unused | self.unused_members_)

    def _predict(self, data):
        data = at_least(self._of_used(data), self._least)
        out = mean_rule(data.predictions, self.row_weights(data), data.task.prior)
        for key, rows in self.pattern_models_.serve(data.available()):
            if key is not None:
                own = self.pattern_models_[key]
                out[rows] = own.predict(data.predictions[rows], data.task)
        return out


def _least_of(data):
    """Return by member what it can have learnt from the rows that it has."""
    known = ~np.isnan(data.predictions[data.weight > 0, :, 0])
    return 1 / (np.count_nonzero(known, axis=0) + data.task.n_outputs)


def at_least(data, least):
    """Return the view without probabilities below a bound, as of Laplace's rule.

    From n rows of K classes none below 1 / (n + K) is learnt; the logs of those that
    members such as trees believe to be zero would decide alone.

    Parameters
    ----------
    data : FusionData
    least : float or ndarray of shape (n_members,)
    """
    if not data.task.is_classification:
        return data
    raised = np.maximum(data.predictions, np.reshape(least, (-1, 1)))
    return replace(data, predictions=raised / raised.sum(axis=2, keepdims=True))


def _largest(weights, number, least=_LEAST_SHARE):
    """Return the weights with all but the largest set to zero, and tiny ones too."""
    kept = np.argsort(-weights, kind="stable")[:number]
    out = np.zeros_like(weights)
    out[kept] = weights[kept]
    return np.where(out >= least * out.sum(), out, 0.0)
