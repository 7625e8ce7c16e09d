"""The result of comparing fusions: frames first, plots and pages on top."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from mmensemble.model_selection._compare_scores import compare_scores
from mmensemble.model_selection._one_error import simplest_within_one_error
from mmensemble.model_selection._row_metrics import metric_of
from mmensemble.model_selection._winner import correct_winner, correct_winner_by_splits

#: Bootstrap samples for metrics that are, and are not, means over rows.
_BOOTSTRAPS = {True: 1000, False: 200}


class FusionComparison:
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
    control : list of FoldResult, default=None
        The same with shuffled targets.

    Attributes
    ----------
    metrics : list of str
        Names of the metrics; "score" for the only one.

    See Also
    --------
    FusionSearchCV : Choose the best and refit it.

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
    0  concat  0.62
    1  voting   NaN
    """

    #: Plots and pages, put here by the layers above: functions of a comparison.
    _views = {}

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
    ):
        self.choices, self.modalities, self.results = choices, modalities, results
        self.y, self.scorer, self.scoring = y, scorer, scoring
        self.n_planned = len(results) if n_planned is None else n_planned
        self.missing = missing
        self.groups, self.sample_weight = groups, sample_weight
        self.control = control

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
        means = self.split_scores().mean(skipna=False)
        if means.isna().all():
            raise ValueError("Every choice failed; errors() tells why.")
        return means.idxmax()

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
        metric = self._metric(metric)
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

    def _metric(self, metric):
        known = self.metrics
        if metric is None:
            return known[0]
        if metric not in known:
            raise ValueError(
                f"The 'metric' parameter must be one of {known}, got {metric!r}."
            )
        return metric

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

    def _sizes(self):
        """Training and test rows of each fold; groups where there are groups."""
        groups = None if self.groups is None else np.asarray(self.groups)

        def count(rows):
            return len(rows) if groups is None else len(np.unique(groups[rows]))

        return (
            [count(result.train) for result in self.results],
            [count(result.test) for result in self.results],
        )

    def tests(self, *, reference="best", metric=None, rope=0.01, level=0.95):
        """Compare every choice, and every single modality, with one of them.

        Parameters
        ----------
        reference : str, default="best"
            A label, "best", or "best single" for the best single modality.
        metric : str, default=None
            None: the first.
        rope : float, default=0.01
            Differences up to this size do not matter.
        level : float, default=0.95
            Coverage of the intervals.

        Returns
        -------
        frame : DataFrame
            As :func:`mmensemble.model_selection.compare_scores` returns it.
        """
        scores = self.split_scores(metric, singles=reference != "best")
        if reference == "best single":
            reference = self.best_single(metric)
        n_train, n_test = self._sizes()
        return compare_scores(
            scores,
            n_train=n_train,
            n_test=n_test,
            reference=reference,
            rope=rope,
            level=level,
            repeats=self._repeats(),
        )

    def best_single(self, metric=None):
        """Return the best single modality, as ``"modality only"``; None if unknown."""
        scores = self.split_scores(metric, singles=True).drop(columns=self.labels)
        means = scores.mean(skipna=False).dropna()
        return means.idxmax() if len(means) else None

    def _repeats(self):
        """Which repeat each fold belongs to: a new one where a test row recurs."""
        repeats, seen, current = [], set(), 0
        for result in self.results:
            rows = set(result.test.tolist())
            if seen & rows:
                seen, current = set(), current + 1
            seen |= rows
            repeats.append(current)
        return repeats if current else None

    def predictions(self):
        """Return out-of-fold predictions, one array a repeat.

        Returns
        -------
        repeats : list of ndarray of shape (n_samples, n_choices, n_outputs)
            NaN for rows in no test fold and for choices that failed.
        """
        which = self._repeats() or [0] * len(self.results)
        n_outputs = self.results[0].task.n_outputs
        shape = (len(self.y), len(self.choices), n_outputs)
        repeats = [np.full(shape, np.nan) for _ in range(max(which) + 1)]
        for repeat, result in zip(which, self.results, strict=True):
            for position, outcome in enumerate(result.outcomes):
                if outcome.predictions is not None:
                    repeats[repeat][result.test, position] = outcome.predictions
        return repeats

    def winner(self, *, metric=None, n_bootstraps=None, random_state=0):
        """Return the best choice's score, corrected for having been chosen.

        By bootstrap-bias-corrected cross-validation (Tsamardinos et al. 2018) on
        the out-of-fold predictions, with no new fit; where the metric does not
        exist on pooled rows, by Tibshirani and Tibshirani's (2009) estimate.

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
        name = self._metric(metric)
        task = self.results[0].task
        score, row_wise = metric_of(self.scorer, self.scoring, name, task)
        try:
            return correct_winner(
                self.y,
                self.predictions(),
                score,
                groups=self.groups,
                sample_weight=self.sample_weight,
                names=self.labels,
                n_bootstraps=n_bootstraps or _BOOTSTRAPS[row_wise],
                random_state=random_state,
            )
        except ValueError:
            return correct_winner_by_splits(self.split_scores(name))

    def simplest(self, metric=None):
        """Return the simplest choice within one standard error of the best.

        Simple is what reads fewer modalities, and then what is quicker to fit.

        Parameters
        ----------
        metric : str, default=None
            None: the first.

        Returns
        -------
        choice : str
        """
        frame = self.frame().set_index("choice")
        size = frame["subset"].str.count(r" \+ ")
        time = frame["mean_fit_time"].rank(method="first") / (len(frame) + 1)
        return simplest_within_one_error(self.split_scores(metric), size + time)

    def to_json(self, path=None):
        """Return frame, tests and the corrected best score as JSON.

        Parameters
        ----------
        path : str or Path, default=None
            File to write as well.

        Returns
        -------
        text : str
        """
        winner = self.winner()
        content = {
            "scores": _records(self.frame(singles=True)),
            "tests": _records(self.tests()),
            "winner": {
                "choice": winner.choice,
                "naive": winner.naive,
                "corrected": winner.corrected,
                "low": _number(winner.low),
                "high": _number(winner.high),
            },
            "simplest": self.simplest(),
            "folds": {"finished": len(self.results), "planned": self.n_planned},
            "missing": self.missing,
        }
        text = json.dumps(content, indent=1)
        if path is not None:
            Path(path).write_text(text + "\n", encoding="utf-8")
        return text

    def plot(self, *, kind="scores", ax=None, **options):
        """Draw the comparison.

        Parameters
        ----------
        kind : str, default="scores"
            Which picture.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        **options : dict
            For the display.

        Returns
        -------
        display : object
            The display that has drawn.
        """
        return self._views["plot"](self, kind=kind, ax=ax, **options)

    def to_html(self, path=None, **options):
        """Return a page on the comparison, and write it where `path` is given.

        Parameters
        ----------
        path : str or Path, default=None
            File to write.
        **options : dict
            For the page.

        Returns
        -------
        html : str
        """
        return self._views["to_html"](self, path, **options)

    def _repr_html_(self):
        columns = ["choice", *(f"mean_test_{m}" for m in self.metrics)]
        return self.frame()[columns].to_html(escape=True, index=False)

    def __repr__(self):
        n_folds = f"{len(self.results)} folds"
        if len(self.results) < self.n_planned:
            n_folds = f"{len(self.results)} of {self.n_planned} folds"
        return f"<FusionComparison: {len(self.choices)} choices, {n_folds}>"


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


def _records(frame):
    return [
        {key: _number(value) for key, value in row.items()}
        for row in frame.to_dict(orient="records")
    ]


def _number(value):
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, int | np.integer | np.bool_):
        return int(value)
    return float(value) if np.isfinite(value) else None
