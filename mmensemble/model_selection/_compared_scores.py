"""Cross-validated scores, by choice and fold: what statistics are made from."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from mmensemble.model_selection._chance import chance_scores

#: Names of metrics for people, where these are not the words alone.
_NAMES = {"r2": "R²", "roc_auc": "ROC AUC", "f1": "F1"}


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
    ):
        self.choices, self.modalities, self.results = choices, modalities, results
        self.y, self.scorer, self.scoring = y, scorer, scoring
        self.n_planned = len(results) if n_planned is None else n_planned
        self.missing = missing
        self.groups, self.sample_weight = groups, sample_weight
        self.control, self.rope = control, rope
        self._winners = {}

    @property
    def labels(self):
        """Names of the choices, with the modalities where they are not all."""
        return [choice.label for choice in self.choices]

    @property
    def metrics(self):
        """Names of the metrics, the deciding one first."""
        for result in self.results:
            for outcome in result.outcomes:
                if outcome.scores:
                    return list(outcome.scores)
        return ["score"]

    @property
    def best(self):
        """Label of the choice with the highest mean of the first metric."""
        if not self.is_scored():
            raise ValueError("Every choice failed; errors() tells why.")
        return self.split_scores().mean(skipna=False).idxmax()

    def is_scored(self, metric=None):
        """Tell whether any choice has a score on every fold."""
        return bool(self.split_scores(metric).mean(skipna=False).notna().any())

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
        rows = []
        for result in self.results:
            row = {
                label: outcome.scores.get(metric, np.nan)
                for label, outcome in zip(self.labels, result.outcomes, strict=True)
            }
            if singles:
                row |= {
                    f"{name} only": outcome.scores.get(metric, np.nan)
                    for name, outcome in result.singles.items()
                }
            rows.append(row)
        frame = pd.DataFrame(rows).rename_axis("split")
        return frame.rename_axis("choice", axis=1)

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
        name = self.check_metric(metric)
        if name == "score" and isinstance(self.scoring, str):
            name = self.scoring
        elif name == "score" and self.scoring is None:
            task = self.results[0].task
            name = "r2" if task and not task.is_classification else "accuracy"
        return _NAMES.get(name, name.replace("neg_", "negative ").replace("_", " "))

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
        metrics = self.metrics
        columns = [self._describe(choice) for choice in self.choices]
        folds = [[r.outcomes[k] for r in self.results] for k in range(len(columns))]
        if singles:
            for name in self._singles():
                owner = name.split("__")[0]
                columns.append((f"{name} only", "none", owner))
                folds.append([result.singles[name] for result in self.results])
        rows = [
            {"choice": label, "fusion": fusion, "subset": subset, **_row(own, metrics)}
            for (label, fusion, subset), own in zip(columns, folds, strict=True)
        ]
        frame = pd.DataFrame(rows)
        for metric in metrics:
            means = frame[f"mean_test_{metric}"].to_numpy()
            known = np.where(np.isnan(means), -np.inf, means)
            place = frame.columns.get_loc(f"std_test_{metric}") + 1
            ranks = rankdata(-known, method="min").astype(np.int32)
            frame.insert(place, f"rank_test_{metric}", ranks)
        return frame

    def _describe(self, choice):
        names = self.modalities if choice.subset is None else choice.subset
        return choice.label, choice.name, " + ".join(names)

    def _singles(self):
        return list(self.results[0].singles) if self.results else []

    def errors(self):
        """Return one row a failed fit: `choice`, `split` and `error`."""
        rows = [
            (label, split, outcome.error)
            for split, result in enumerate(self.results)
            for label, outcome in zip(self.labels, result.outcomes, strict=True)
            if outcome.error
        ]
        return pd.DataFrame(rows, columns=["choice", "split", "error"])

    def best_single(self, metric=None):
        """Return the best single modality, as ``"modality only"``; None if unknown."""
        scores = self.split_scores(metric, singles=True).drop(columns=self.labels)
        means = scores.mean(skipna=False).dropna()
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

    def predictions(self):
        """Return out-of-fold predictions, one array a repeat.

        Returns
        -------
        repeats : list of ndarray of shape (n_samples, n_choices, n_outputs)
            NaN for rows in no test fold and for choices that failed.
        """
        which = self.repeats() or [0] * len(self.results)
        n_outputs = self.results[0].task.n_outputs
        shape = (len(self.y), len(self.choices), n_outputs)
        repeats = [np.full(shape, np.nan) for _ in range(max(which) + 1)]
        for repeat, result in zip(which, self.results, strict=True):
            for position, outcome in enumerate(result.outcomes):
                if outcome.predictions is not None:
                    repeats[repeat][result.test, position] = outcome.predictions
        return repeats

    def ratio(self):
        """Test rows for each training row of every fold."""
        n_train, n_test = self.sizes()
        return np.array(n_test) / np.array(n_train)

    def sizes(self):
        """Training and test rows of each fold; groups where there are groups."""
        groups = None if self.groups is None else np.asarray(self.groups)

        def count(rows):
            return len(rows) if groups is None else len(np.unique(groups[rows]))

        return (
            [count(result.train) for result in self.results],
            [count(result.test) for result in self.results],
        )

    def repeats(self):
        """Which repeat each fold belongs to: a new one where a test row recurs."""
        repeats, seen, current = [], set(), 0
        for result in self.results:
            rows = set(result.test.tolist())
            if seen & rows:
                seen, current = set(), current + 1
            seen |= rows
            repeats.append(current)
        return repeats if current else None


def _row(outcomes, metrics):
    """Return the columns of one choice."""
    row, n_failed = {}, sum(bool(outcome.error) for outcome in outcomes)
    for metric in metrics:
        scores = np.array([o.scores.get(metric, np.nan) for o in outcomes])
        row[f"mean_test_{metric}"] = scores.mean()
        row[f"std_test_{metric}"] = scores.std()
        row |= {f"split{k}_test_{metric}": score for k, score in enumerate(scores)}
    row["mean_fit_time"] = np.mean([outcome.fit_time for outcome in outcomes])
    row["mean_score_time"] = np.mean([outcome.score_time for outcome in outcomes])
    row["n_failed"] = n_failed
    row["error"] = next((o.error for o in outcomes if o.error), "")
    return row
