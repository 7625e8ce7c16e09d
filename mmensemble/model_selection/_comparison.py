"""The result of comparing fusions: frames first, plots and pages on top."""

from dataclasses import replace
from numbers import Integral, Real

import numpy as np

from mmensemble._compat import Interval, validate_params
from mmensemble._digits import digits, within
from mmensemble._records import plain, records
from mmensemble.display._comparison import plot_comparison
from mmensemble.learners._score_names import (
    interval_without_spread,
    metric_bounds,
    scorer_name,
)
from mmensemble.model_selection._chance import control_frame
from mmensemble.model_selection._compare_scores import compare_scores
from mmensemble.model_selection._compared_scores import ComparedScores
from mmensemble.model_selection._conclusion import conclude
from mmensemble.model_selection._modality_verdicts import (
    alone,
    left_out,
    modality_verdicts,
)
from mmensemble.model_selection._one_error import simplest_within_one_error
from mmensemble.model_selection._row_metrics import metric_of
from mmensemble.model_selection._winner import (
    WinnerEstimate,
    correct_winner,
    correct_winner_by_splits,
)
from mmensemble.report._fusion_page import fusion_page
from mmensemble.report._reported import Reported

#: Bootstrap samples for metrics that are, and are not, means over rows.
_BOOTSTRAPS = {True: 1000, False: 200}


class FusionComparison(Reported, ComparedScores):
    """Cross-validated fusions, side by side.

    Made by :func:`compare_fusions`.

    Parameters
    ----------
    choices : list of Choice
        What was compared.
    modalities : list of str
        Names of all modalities.
    results : list of FoldResult
        Of the finished folds.
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
        Targets.
    scorer : callable
        As :func:`sklearn.metrics.check_scoring` returns it.
    scoring : object
        What the scorer was made from.
    n_planned : int, default=None
        Folds that were to be run; None: as many as are finished.
    missing : str, default=""
        Why folds are missing.
    groups, sample_weight : ndarray of shape (n_samples,), default=None
        For the bootstrap, and the weights in scores.
    control : FusionComparison, default=None
        The same with shuffled targets.
    rope : float, default=0.01
        Differences of scores up to this size do not matter.
    error_score : "raise" or float, default=np.nan
        Score of a choice on a fold where it failed.
    problem : Problem, default=None
        What is predicted, from what, for the page.

    Attributes
    ----------
    metrics : list of str
        Names of the metrics; "score" for the only one.

    See Also
    --------
    FusionSearchCV : Choose the best and refit it.

    Notes
    -----
    Options of :meth:`to_html` are the `title` of the page, a sentence below it
    (`lead`), the `metric`, the table `X` with its `modalities`, to show which are
    present, a `model`, whose diagram is shown, the `correlation` report's page, to
    link to, `how` the comparison was made, and the `code` that makes it again.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier, compare_fusions
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> comparison = compare_fusions(
    ...     MultimodalClassifier(), data.data, data.target, fusions=["concat", "voting"]
    ... )
    >>> comparison.best
    'concat'
    >>> comparison.tests(reference="voting")[["choice", "p"]].round(2)
        choice     p
    0   concat  0.29
    1   voting   NaN
    2  m1 only  0.16
    3  m2 only  0.01
    4  m3 only  0.01
    """

    _indent = 1

    def tests(self, *, reference="best", metric=None, rope=None, level=0.95):
        """Compare every choice, and every single modality, with one of them.

        Parameters
        ----------
        reference : str, default="best"
            A label, "best", or "best single" for the best single modality.
        metric : str, default=None
            None: the first.
        rope : float, default=None
            Differences up to this size do not matter; None: the comparison's own.
        level : float, default=0.95
            Coverage of the intervals.

        Returns
        -------
        frame : DataFrame
            As :func:`mmensemble.model_selection.compare_scores` returns it, intervals
            of scores cut at the range of the metric, and exact ones of accuracies that
            no fold differs in; without tests where pooled rows are scored.
        """
        if reference == "best" and self.is_pooled(metric):
            reference = self.best_choice(metric)
        scores = self.split_scores(metric, singles=reference != "best")
        if reference == "best single":
            reference = self.best_single(metric)
            if reference is None:
                raise ValueError(
                    "No single modality has a score on every fold; name another "
                    "'reference', such as 'best'."
                )
        n_train, n_test = self.sizes()
        frame = compare_scores(
            scores,
            n_train=n_train,
            n_test=n_test,
            reference=reference,
            rope=self.rope if rope is None else rope,
            level=level,
            repeats=self.repeats(),
        )
        bounds = metric_bounds(self.check_metric(metric), self.scoring, self.task)
        frame["lower"], frame["upper"] = within(frame["lower"], frame["upper"], bounds)
        self._fill_without_spread(frame, metric, level)
        return frame

    def _fill_without_spread(self, frame, metric, level):
        """Write the intervals of scores that no fold differs in, where known."""
        word = scorer_name(self.check_metric(metric), self.scoring, self.task)
        tested = np.unique(np.concatenate([result.test for result in self.results]))
        units = tested if self.groups is None else self.groups[tested]
        for row in np.flatnonzero(frame["std"] == 0) if word else ():
            score = frame.loc[row, "mean"]
            found = interval_without_spread(score, word, self.task, units, level)
            frame.loc[row, ["lower", "upper"]] = found

    @validate_params(
        {
            "metric": [str, None],
            "n_bootstraps": [Interval(Integral, 1, None, closed="left"), None],
            "random_state": ["random_state"],
        },
        prefer_skip_nested_validation=True,
    )
    def winner(self, *, metric=None, n_bootstraps=None, random_state=0):
        """Return the best choice's score, corrected for having been chosen.

        By bootstrap-bias-corrected cross-validation (Tsamardinos et al. 2018) on
        the out-of-fold predictions, with no new fit; where the metric does not
        exist on pooled rows, by Tibshirani and Tibshirani's (2009) estimate, whose
        `method` is then "splits" and whose `note` says why.

        Parameters
        ----------
        metric : str, default=None
            None: the first.
        n_bootstraps : int, default=None
            None: 1000 for means over rows, else 200.
        random_state : int, RandomState instance or None, default=0
            Of the bootstrap.

        Returns
        -------
        estimate : WinnerEstimate
        """
        name = self.check_metric(metric)
        key = (name, n_bootstraps, random_state)
        if isinstance(random_state, int) and key in self._winners:
            return self._winners[key]
        self._winners[key] = self._corrected(name, n_bootstraps, random_state)
        return self._winners[key]

    def _corrected(self, name, n_bootstraps, random_state):
        if self.task is None:
            raise ValueError(self.why_not_scored(name))
        score, row_wise = metric_of(self.scorer, self.scoring, name, self.task)
        try:
            return correct_winner(
                self.y,
                self._complete_predictions(),
                score,
                groups=self.groups,
                sample_weight=self.sample_weight,
                names=self.labels,
                n_bootstraps=n_bootstraps or _BOOTSTRAPS[row_wise],
                random_state=random_state,
            )
        except ValueError as error:
            if self.is_pooled(name):
                return self._uncorrected(name, str(error))
            by_splits = correct_winner_by_splits(self.split_scores(name))
            return replace(by_splits, note=str(error))

    def _complete_predictions(self):
        """Return predictions; none of what failed on some fold, if anything did not.

        A choice without a score on every fold cannot win; its gaps must not take
        rows from the others.
        """
        repeats = self.predictions()
        complete = np.array(
            [
                all(
                    result.outcomes[place].predictions is not None
                    for result in self.results
                )
                for place in range(len(self.choices))
            ]
        )
        if complete.any():
            for predictions in repeats:
                predictions[:, ~complete] = np.nan
        return repeats

    def _uncorrected(self, name, note):
        """Return the best choice where neither draws nor splits have scores."""
        means = self.mean_scores(name)
        unknown = dict.fromkeys(("corrected", "bias", "lower", "upper"), np.nan)
        best = means.idxmax()
        picked = (means.index == best).astype(float)
        return WinnerEstimate(
            best, means[best], **unknown, picked=picked, method="none", note=note
        )

    @validate_params(
        {"metric": [str, None], "level": [Interval(Real, 0, 1, closed="neither")]},
        prefer_skip_nested_validation=True,
    )
    def verdicts(self, *, metric=None, level=0.95):
        """Return what each modality is good for, in a word with its interval.

        Where sets that leave one modality out were compared, the best fusion that
        was is compared with itself without the modality. Otherwise each modality's
        own score is compared with chance: the class frequencies, or the mean target.

        Parameters
        ----------
        metric : str, default=None
            None: the first.
        level : float, default=0.95
            Coverage of the intervals.

        Returns
        -------
        frame : DataFrame
            One row a modality: `modality`; `verdict`, one of "adds", "redundant",
            "harmful" and "irrelevant" where it was left out, "predictive" and "not
            predictive" where only its own score is known, or "unclear", as the
            glossary defines them; `basis`, what it was compared with; the `difference`
            that the modality makes, with `lower_difference` and `upper_difference`;
            the posterior probabilities `p_harms`, `p_same` and `p_adds`; its score
            `alone`; `over_chance`, `lower_over_chance` and `upper_over_chance`; and
            all of it as `text`.
        """
        name = self.check_metric(metric)
        whole, without = left_out(self, name)
        return modality_verdicts(
            whole,
            without,
            alone(self, name),
            self.chance(name),
            self.ratio(),
            rope=self.rope,
            level=level,
        )

    def control_frame(self, *, metric=None):
        """Return the scores with shuffled targets beside chance; None without them.

        Parameters
        ----------
        metric : str, default=None
            None: the first.

        Returns
        -------
        frame : DataFrame or None
            One row a choice: `choice`, `control`, `chance`, `difference` with
            `lower_difference` and `upper_difference`, one-sided `p`, `p_adjusted`, and
            `leaks`: whether it beats chance, which it must not.
        """
        if self.control is None:
            return None
        scores = self.control.split_scores(metric)
        control = self.control
        return control_frame(scores, control.chance(metric), control.ratio())

    def conclusion(self, *, metric=None):
        """Return two sentences: which fusion to use, and how sure that is.

        Parameters
        ----------
        metric : str, default=None
            None: the first.

        Returns
        -------
        text : str
        """
        return conclude(self, metric=metric)

    def simplest(self, metric=None):
        """Return the simplest choice within one standard error of the best.

        Simple is what reads fewer modalities, and then the fusion that needs less:
        predictions or features only, then out-of-fold predictions, then members on
        all modalities and both levels, last whole estimators. Of equally simple ones
        the better is taken.

        Parameters
        ----------
        metric : str, default=None
            None: the first.

        Returns
        -------
        choice : str
        """
        if self.is_pooled(metric):  # no fold has a score, so there is no error
            return self.best_choice(metric)
        complexity = {
            choice.label: (
                len(choice.subset or self.modalities),
                choice.complexity,
            )
            for choice in self.choices
        }
        places = {pair: k for k, pair in enumerate(sorted({*complexity.values()}))}
        return simplest_within_one_error(
            self.split_scores(metric),
            {label: places[pair] for label, pair in complexity.items()},
        )

    def to_dict(self):
        """Return all that is known: scores, tests, verdicts, conclusion.

        Returns
        -------
        content : dict
            Of plain numbers, strings, lists and dicts.
        """
        control = self.control_frame()
        content = {
            "problem": None if self.problem is None else self.problem.to_dict(),
            "conclusion": self.conclusion(),
            "scores": records(self.frame(singles=True)),
            "tests": None,
            "winner": None,
            "simplest": None,
            "modalities": records(self.verdicts()),
            "control": None if control is None else records(control),
            "errors": records(self.errors()),
            "folds": {"finished": len(self.results), "planned": self.n_planned},
            "missing": self.missing,
            "pooled": self.is_pooled(),
        }
        if self.is_scored():
            winner = self.winner()
            names = ("choice", "naive", "corrected", "bias", "lower", "upper", "method")
            content["tests"] = records(self.tests())
            content["winner"] = {name: plain(getattr(winner, name)) for name in names}
            content["simplest"] = self.simplest()
        return content

    def plot(self, kind="scores", ax=None, **options):
        """Draw the comparison.

        Parameters
        ----------
        kind : {"scores", "modalities"}, default="scores"
            Choices with their scores, or modalities with what each adds.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        **options : dict
            For the display.

        Returns
        -------
        display : object
            The display that has drawn.
        """
        return plot_comparison(self, kind=kind, ax=ax, **options)

    def _page(self, **options):
        return fusion_page(self, **options)

    def _shown(self):
        columns = ["choice", *(f"mean_test_{m}" for m in self.metrics)]
        return self.frame()[columns]

    def __repr__(self):
        n_folds = f"{len(self.results)} folds"
        if len(self.results) < self.n_planned:
            n_folds = f"{len(self.results)} of {self.n_planned} folds"
        best = ""
        if self.is_scored():
            mean = digits(self.mean_scores()[self.best])
            best = f", best {self.best} with {self.metric_name()} {mean}"
        return f"<FusionComparison: {len(self.choices)} choices, {n_folds}{best}>"
