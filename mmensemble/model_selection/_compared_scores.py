"""Cross-validated scores, by choice and fold: what statistics are made from."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from mmensemble.learners._score_names import metric_name
from mmensemble.model_selection._chance import chance_scores
from mmensemble.model_selection._fold import Outcome
from mmensemble.model_selection._pooled_rows import score_pooled
from mmensemble.model_selection._pooled_task import (
    align_predictions,
    number_repeats,
    pool_task,
)
from mmensemble.model_selection._row_metrics import metric_of
from mmensemble.model_selection._split_scores import split_ratio, split_sizes

#: In place of a member on a fold that has none.
_NO_MEMBER = Outcome(error="not fitted: the fold failed, or its pruner left it out")


class ComparedScores:
    """Scores and predictions of choices that ran on the same folds.

    The parameters are those of :class:`FusionComparison`.
    """

    def __init__(
        self,
        choices,
        modalities,
        results,
        y,
        *,
        scorer,
        scoring,
        n_planned=None,
        missing="",
        groups=None,
        sample_weight=None,
        control=None,
        rope=0.01,
        error_score=np.nan,
        problem=None,
    ):
        self.choices, self.modalities, self.results = choices, modalities, results
        self.y, self.scorer, self.scoring = y, scorer, scoring
        self.n_planned = len(results) if n_planned is None else n_planned
        self.missing = missing
        self.groups = None if groups is None else np.asarray(groups)
        self.sample_weight = sample_weight
        self.control, self.rope, self.problem = control, rope, problem
        self.error_score = np.nan if isinstance(error_score, str) else error_score
        self._winners, self._pooled = {}, {}

    @property
    def labels(self):
        """Names of the choices, with the modalities where they are not all."""
        return [choice.label for choice in self.choices]

    @cached_property
    def task(self):
        """Classes of all rows, or targets; None where no fold could begin."""
        return pool_task(self.results, self.y)

    @property
    def metrics(self):
        """Names of the metrics, the deciding one first."""
        for result in self.results:
            for outcome in result.outcomes:
                if outcome.scores:
                    return list(outcome.scores)
        several = isinstance(self.scoring, list | tuple | dict)
        return list(self.scoring) if several else ["score"]

    @property
    def best(self):
        """Label of the choice with the highest mean of the first metric."""
        return self.best_choice()

    def best_choice(self, metric=None):
        """Return the label of the choice with the highest mean of a metric.

        Parameters
        ----------
        metric : str, default=None
            None: the first.

        Returns
        -------
        choice : str

        Raises
        ------
        ValueError
            When no choice has a score on every fold.
        """
        if not self.is_scored(metric):
            raise ValueError(self.why_not_scored(metric))
        return self.mean_scores(metric).idxmax()

    def is_scored(self, metric=None):
        """Tell whether any choice has a score on every fold, or on pooled rows."""
        return bool(self.mean_scores(metric).notna().any())

    def why_not_scored(self, metric=None):
        """Return why no choice has a score, as a sentence."""
        if len(self.errors()):
            return "Every choice failed on some fold; errors() lists the reasons."
        return (
            f"{self.metric_name(metric)} is not defined on every test fold, nor on "
            "pooled rows; choose another metric or larger folds."
        )

    def is_pooled(self, metric=None):
        """Tell whether pooled rows are scored, for folds are too small for a metric.

        Parameters
        ----------
        metric : str, default=None
            None: the first.
        """
        return self._pooled_scores(self.check_metric(metric)) is not None

    def _pooled_scores(self, metric):
        """Return scores of pooled rows by label, None where folds have scores."""
        if metric not in self._pooled:
            scores = self.split_scores(metric)
            undefined = not scores.notna().all().any() and self.task is not None
            pooled = self._score_pooled(metric) if undefined else None
            if pooled is not None and not pooled[self.labels].notna().any():
                pooled = None
            self._pooled[metric] = pooled
        return self._pooled[metric]

    def _score_pooled(self, metric):
        score, is_row_wise = metric_of(self.scorer, self.scoring, metric, self.task)
        labels = [label for label, *_ in self._columns(singles=True)]
        tested = [result.test for result in self.results]
        repeats = self.predictions(singles=True)
        weight = self.sample_weight
        values = score_pooled(repeats, self.y, score, is_row_wise, tested, weight)
        return pd.Series(values, index=labels)

    @property
    def n_fits(self):
        """Members and fusions that were fitted, not read from the cache."""
        return sum(result.n_fits for result in self.results)

    def split_scores(self, metric=None, *, singles=False):
        """Return the scores with one row a fold and one column a choice.

        Parameters
        ----------
        metric : str, default=None
            None: the first.
        singles : bool, default=False
            Whether members of single modalities are columns too, named
            ``"modality only"``.

        Returns
        -------
        scores : DataFrame of shape (n_folds, n_choices)
        """
        metric = self.check_metric(metric)
        scores = {
            label: [self._score_on_fold(label, o, metric) for o in outcomes]
            for label, _, _, outcomes in self._columns(singles=singles)
        }
        frame = pd.DataFrame(scores, dtype=float).rename_axis("split")
        return frame.rename_axis("choice", axis=1)

    def _score_on_fold(self, label, outcome, metric):
        failed = outcome.error and label in self.labels
        return outcome.scores.get(metric, self.error_score if failed else np.nan)

    def mean_scores(self, metric=None, *, singles=False):
        """Return the mean score of each choice, NaN where a fold lacks one.

        Parameters
        ----------
        metric : str, default=None
            None: the first.
        singles : bool, default=False
            Whether members of single modalities are there too.

        Returns
        -------
        means : Series
            By label; scores of the pooled rows of all folds where single folds are
            too small for the metric.
        """
        metric = self.check_metric(metric)
        pooled = self._pooled_scores(metric)
        if pooled is not None:
            return pooled if singles else pooled[self.labels]
        return self.split_scores(metric, singles=singles).mean(skipna=False)

    def check_metric(self, metric):
        """Return a metric's name; the first for None.

        Parameters
        ----------
        metric : str or None
            One of `metrics`.

        Returns
        -------
        name : str
        """
        known = self.metrics
        if metric is None:
            return known[0]
        if metric not in known:
            raise ValueError(
                f"The 'metric' parameter must be one of {known}, got {metric!r}."
            )
        return metric

    def metric_name(self, metric=None):
        """Return a metric's name for people.

        Parameters
        ----------
        metric : str, default=None
            None: the first.

        Returns
        -------
        name : str
        """
        return metric_name(self.check_metric(metric), self.scoring, self.task)

    def frame(self, *, singles=False):
        """Return one row a choice, columns named as in ``cv_results_``.

        Parameters
        ----------
        singles : bool, default=False
            Whether members of single modalities have rows too.

        Returns
        -------
        frame : DataFrame
            `choice`, `fusion`, `subset` (names joined by " + "), then for each
            metric `mean_test_score`, `std_test_score`, `rank_test_score` and
            `split0_test_score`, ..., `mean_fit_time`, `mean_score_time`,
            `n_failed` folds and the first `error`.
        """
        metrics, rows = self.metrics, []
        for label, fusion, subset, outcomes in self._columns(singles=singles):
            row = {"choice": label, "fusion": fusion, "subset": subset}
            for metric in metrics:
                scores = np.array(
                    [self._score_on_fold(label, o, metric) for o in outcomes]
                )
                row[f"mean_test_{metric}"] = scores.mean()
                row[f"std_test_{metric}"] = scores.std()
                row |= {f"split{k}_test_{metric}": s for k, s in enumerate(scores)}
            rows.append(row | self._times_and_errors(outcomes))
        frame = pd.DataFrame(rows)
        for metric in metrics:
            means = self.mean_scores(metric, singles=singles).to_numpy()
            frame[f"mean_test_{metric}"] = means
            known = np.where(np.isnan(means), -np.inf, means)
            place = frame.columns.get_loc(f"std_test_{metric}") + 1
            ranks = rankdata(-known, method="min").astype(np.int32)
            frame.insert(place, f"rank_test_{metric}", ranks)
        return frame

    def _times_and_errors(self, outcomes):
        failed = [outcome for outcome in outcomes if self._is_failure(outcome)]
        return {
            "mean_fit_time": np.mean([outcome.fit_time for outcome in outcomes]),
            "mean_score_time": np.mean([outcome.score_time for outcome in outcomes]),
            "n_failed": len(failed),
            "error": failed[0].error if failed else "",
        }

    def _is_failure(self, outcome):
        """Tell whether an error counts: not that of a fold whose rows are pooled."""
        if outcome.error and outcome.predictions is not None:
            return not self.is_pooled()
        return bool(outcome.error)

    def _columns(self, *, singles):
        """Return (label, fusion, subset, outcomes by fold) of what was scored."""
        columns = []
        for place, choice in enumerate(self.choices):
            names = self.modalities if choice.subset is None else choice.subset
            own = [result.outcomes[place] for result in self.results]
            columns.append((choice.label, choice.name, " + ".join(names), own))
        if singles:
            for name in dict.fromkeys(n for r in self.results for n in r.singles):
                own = [result.singles.get(name, _NO_MEMBER) for result in self.results]
                columns.append((f"{name} only", "none", name.split("__")[0], own))
        return columns

    def errors(self):
        """Return one row a failed fit: `choice`, `split` and `error`."""
        rows = [
            (label, split, outcome.error)
            for split, result in enumerate(self.results)
            for label, outcome in zip(self.labels, result.outcomes, strict=True)
            if self._is_failure(outcome)
        ]
        return pd.DataFrame(rows, columns=["choice", "split", "error"])

    def best_single(self, metric=None):
        """Return the best single modality, as ``"modality only"``; None if unknown."""
        means = self.mean_scores(metric, singles=True).drop(self.labels).dropna()
        return means.idxmax() if len(means) else None

    def chance(self, metric=None):
        """Return what the mean target, or the class frequencies, score on each fold.

        Parameters
        ----------
        metric : str, default=None
            None: the first.

        Returns
        -------
        scores : ndarray of shape (n_folds,)
            NaN where the metric needs more than predictions.
        """
        return chance_scores(
            self.results,
            self.y,
            self.scorer,
            self.check_metric(metric),
            self.sample_weight,
        )

    def predictions(self, *, singles=False):
        """Return out-of-fold predictions, one array a repeat.

        Parameters
        ----------
        singles : bool, default=False
            Whether members of single modalities follow the choices.

        Returns
        -------
        repeats : list of ndarray of shape (n_samples, n_choices, n_outputs)
            Classes are those of all rows; a label that a fold has not trained on
            has probability zero there. NaN for rows in no test fold and for
            choices that failed.
        """
        which = number_repeats([result.test for result in self.results])
        columns, task = self._columns(singles=singles), self.task
        shape = (len(self.y), len(columns), task.n_outputs if task else 1)
        repeats = [np.full(shape, np.nan) for _ in range(max(which) + 1)]
        for position, (*_, outcomes) in enumerate(columns):
            parts = zip(which, self.results, outcomes, strict=True)
            for repeat, result, outcome in parts:
                if outcome.predictions is not None:
                    aligned = align_predictions(
                        outcome.predictions, result.task.classes, task
                    )
                    repeats[repeat][result.test, position] = aligned
        return repeats

    def ratio(self):
        """Test rows for each training row of every fold."""
        return split_ratio(self._splits(), self.groups)

    def sizes(self):
        """Training and test rows of each fold; groups where there are groups."""
        return split_sizes(self._splits(), self.groups)

    def _splits(self):
        return [(result.train, result.test) for result in self.results]

    def repeats(self):
        """Which repeat each fold belongs to: a new one where a test row recurs."""
        repeats = number_repeats([result.test for result in self.results])
        return repeats if any(repeats) else None
