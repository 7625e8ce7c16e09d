"""What is known of one model: frames first, plots and a page on top."""

from dataclasses import replace

import numpy as np
import pandas as pd

from mmensemble._compat import safe_indexing
from mmensemble._digits import digits, within
from mmensemble._frame import column_names
from mmensemble._records import plain, records
from mmensemble._version import __version__
from mmensemble.display._contributions import ContributionDisplay
from mmensemble.display._model import KINDS, ModelDisplay
from mmensemble.ensemble._description import ALL, severity
from mmensemble.learners._decision import DecisionRule
from mmensemble.learners._score_names import (
    default_scoring,
    interval_without_spread,
    metric_bounds,
    metric_name,
)
from mmensemble.learners._scoring import score_of
from mmensemble.learners._task import take_params
from mmensemble.model_selection._contributions import ModalityContributions
from mmensemble.model_selection._fold_shuffles import column_owners
from mmensemble.model_selection._model_frames import (
    calibration_frame,
    class_frame,
    confusion_frame,
    endings,
    feature_frame,
    modality_frame,
    pattern_frame,
    prediction_frame,
    probability_of,
    roc_frame,
    rough_contributions,
)
from mmensemble.model_selection._split_scores import split_ratio
from mmensemble.numerics._resampled import corrected_mean
from mmensemble.report._model_page import model_page
from mmensemble.report._model_words import model_summary
from mmensemble.report._reported import Reported


class ModelReport(Reported):
    """What one model predicts, how well, and from what, as frames and as a page.

    Made by :func:`model_report`.

    Parameters
    ----------
    model : MultimodalClassifier or MultimodalRegressor
        Fitted to all rows.
    folds : list of FoldCoalitions
        Of the cross-validation.
    splits : list of (train, test) index arrays
        Rows of the folds.
    X : table of shape (n_samples, n_columns)
        The whole table.
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
        All targets.
    task : Task
        Of all rows.
    problem : Problem
        What is predicted, from what.
    scorer : callable
        As :func:`sklearn.metrics.check_scoring` returns it.
    scoring : object, default=None
        What the scorer was made from.
    groups : ndarray of shape (n_samples,), default=None
        Rows of one group are in one fold.
    score_params : dict, default=None
        Metadata of all rows for the scorer.
    positive : label, default=None
        Class that curves are of; None: of two classes the last, of more all.
    title : str, default=None
        Heading of the page; None names the target and counts the rows.

    Attributes
    ----------
    model_ : MultimodalClassifier or MultimodalRegressor
        Fitted to all rows.
    score_ : dict of str to float
        `mean` of the folds, `lower` and `upper` of its corrected 95 % interval, `std`,
        and `chance`, what the training prior scores. Without folds that have scores,
        that of the pooled rows. Where all folds score the same the interval is the
        exact one of an accuracy, and NaN for other scores.
    summary_ : list of str
        A paragraph in plain words, then sentences with numbers.
    scores_ : DataFrame
        One row a fold.
    predictions_ : DataFrame
        One row a prediction, all out of fold.
    balance_ : DataFrame
        Rows by class; empty for regression.
    confusion_, roc_, calibration_ : DataFrame
        Of a classifier; empty for regression.
    residuals_ : DataFrame
        Of a regressor: `predicted` and `residual`; empty for classes.
    modalities_ : DataFrame
        One row a modality: columns, rows that lack it, missing cells, contributions,
        and the mean of its weights where the fusion has them.
    patterns_ : DataFrame
        Rows and score by the modalities that rows have.
    presence_ : DataFrame of bool of shape (n_samples, n_modalities)
        Which row has which modality.
    features_ : DataFrame
        How far the score falls when a column is shuffled.
    columns_ : DataFrame
        As ``model_.describe()`` returns it.
    alerts_ : DataFrame
        `column` and `alert`, the most serious first.
    errors_ : DataFrame
        Folds that failed, and why.

    Examples
    --------
    >>> from mmensemble import MultimodalRegressor, model_report
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(task="regression", random_state=0)
    >>> model = MultimodalRegressor(fusion="stacking", random_state=0)
    >>> report = model_report(model, data.data, data.target, max_columns=3)
    >>> sorted(report.frames())[:4]
    ['alerts', 'balance', 'calibration', 'columns']
    """

    def __init__(
        self,
        model,
        folds,
        splits,
        X,
        y,
        *,
        task,
        problem,
        scorer,
        scoring=None,
        groups=None,
        score_params=None,
        positive=None,
        title=None,
    ):
        self.model_, self.problem = model, problem
        self.title = _title(problem) if title is None else title
        self._task, self._scorer, self._scoring = task, scorer, scoring
        self._X, self._y, self._score_params = X, y, score_params or {}
        if positive is None and task.is_classification and len(task.classes) == 2:
            positive = task.classes[1]
        self.positive = positive
        self.n_folds = len(folds)
        self.errors_ = pd.DataFrame(
            [(k, f.error) for k, f in enumerate(folds) if f.error],
            columns=["fold", "error"],
        )
        known = [fold for fold in folds if fold.predictions is not None]
        self.predictions_ = prediction_frame(known, y, task)
        self.scores_ = _score_frame(folds, splits)
        self.score_ = self._score(split_ratio(splits, groups), groups)
        self._make_curves(y)
        self._make_modalities(known, groups)
        self._make_features(known, X)
        self.summary_ = model_summary(self)

    @property
    def is_pooled(self):
        """Whether pooled rows are scored, for folds are too small for the metric."""
        return bool(self.scores_["score"].isna().all())

    @property
    def fit_estimate(self):
        """The same score as the fusion of all rows expects it; NaN if unknown."""
        default = default_scoring(self._task)
        fusion = self.model_.fusion_
        own = getattr(fusion, "scoring", None) or default
        if own != (self._scoring or default):
            return np.nan
        return getattr(fusion, "score_estimate_", np.nan)

    def metric_name(self):
        """Return the metric's name for people."""
        return metric_name("score", self._scoring, self._task)

    def _score(self, ratio, groups):
        scores = self.scores_["score"].to_numpy()
        found = corrected_mean(scores, ratio)
        interval = found.interval()
        if found.scale == 0:
            interval = self._without_spread(found.mean, groups)
        bounds = metric_bounds("score", self._scoring, self._task)
        lower, upper = within(*interval, bounds)
        mean, std, chance = found.mean, found.std, self.scores_["chance"].mean()
        if self.is_pooled:
            mean = self._score_rows(np.arange(len(self.predictions_)))
        values = {"mean": mean, "lower": lower, "upper": upper, "std": std}
        return {name: float(v) for name, v in (values | {"chance": chance}).items()}

    def _without_spread(self, score, groups):
        """Return the interval where all folds score the same; NaN if unknown."""
        rows = self.predictions_["row"].to_numpy()
        units = rows if groups is None else np.asarray(groups)[rows]
        return interval_without_spread(score, self._scoring, self._task, units)

    def _score_rows(self, places):
        """Return the score of some predictions, pooled; NaN where there is none."""
        part = self.predictions_.iloc[places]
        rows = part["row"].to_numpy()
        if self._task.is_classification:
            names = [probability_of(label) for label in self._task.classes]
            codes = np.searchsorted(self._task.classes, part["predicted"].to_numpy())
            # folds may have learnt to decide in different ways
            task = replace(self._task, rule=DecisionRule(function=lambda _: codes))
        else:
            names = [f"predicted{ending}" for ending in endings(self._task)]
            task = self._task
        params = take_params(self._score_params, rows, len(self._y))
        X = safe_indexing(self._X, rows)
        known = part[names].to_numpy()
        try:
            found = score_of(self._scorer, known, task, X, self._y[rows], params)
        except Exception:  # of few rows, or of a user's scorer: it may be anything
            return np.nan
        return next(iter(found.values()))

    def _make_curves(self, y):
        nothing = pd.DataFrame()
        self.balance_ = self.confusion_ = self.roc_ = self.calibration_ = nothing
        self.residuals_ = nothing
        if self._task.is_classification:
            self.balance_ = class_frame(y, self._task)
            self.confusion_ = confusion_frame(self.predictions_, self._task)
            parts = self.predictions_, self._task, self.positive
            self.roc_ = roc_frame(*parts)
            self.calibration_ = calibration_frame(*parts)
            return
        parts = []
        for label, end in zip(self._task.labels, endings(self._task), strict=True):
            predicted = self.predictions_[f"predicted{end}"]
            residual = self.predictions_[f"y{end}"] - predicted
            part = {"predicted": predicted, "residual": residual}
            parts.append(pd.DataFrame({"target": label} | part))
        self.residuals_ = pd.concat(parts, ignore_index=True)

    def _make_modalities(self, known, groups):
        model, names = self.model_, list(self.problem.columns)
        self.presence_ = model.presence(self._X)
        self.columns_ = model.describe()
        told = self.columns_[self.columns_["alerts"] != ""]
        told = told.sort_values(
            "alerts", key=lambda texts: texts.map(severity), kind="stable"
        )
        self.alerts_ = pd.DataFrame(
            {
                "column": told["column"].replace(ALL, "the whole table"),
                "alert": told["alerts"],
            }
        ).reset_index(drop=True)
        exact = all(len(f.predictions) == 2 ** len(f.names) for f in known)
        self._contributions = None
        if exact:
            self._contributions = ModalityContributions(
                known,
                self._y,
                list(dict.fromkeys([*names, *(n for f in known for n in f.names)])),
                scorer=self._scorer,
                scoring=self._scoring,
                targets=self._task.targets,
                groups=groups,
                sample_weight=self._score_params.get("sample_weight"),
            )
            frame = self._contributions.frame()
        else:
            frame = rough_contributions(known, names)
        self.modalities_ = modality_frame(
            frame, self.problem.columns, self.presence_, self.columns_, self._weights()
        )
        tested = self.predictions_["row"].to_numpy()
        self.patterns_ = pattern_frame(self.presence_, tested, self._score_rows)

    def _weights(self):
        """Return the mean weight of each modality; None where fusions have none."""
        try:
            rows = self.model_.modality_weights
        except AttributeError:
            return None
        return rows(self._X).mean()

    def _make_features(self, known, X):
        names = column_names(X)
        names = list(range(X.shape[1])) if names is None else names
        modalities = [str(name) for name, _, _ in self.model_.modalities_]
        owners = {
            position: " + ".join(modalities[place] for place in places)
            for position, places in column_owners(self.model_, X).items()
        }
        falls = [fold.more for fold in known if fold.more is not None]
        self.features_ = feature_frame(falls, names, owners)

    def frames(self):
        """Return all tables by name.

        Returns
        -------
        frames : dict of str to DataFrame
        """
        names = ("alerts", "balance", "calibration", "columns", "confusion", "errors")
        names += ("features", "modalities", "patterns", "predictions", "presence")
        names += ("residuals", "roc", "scores")
        return {name: getattr(self, f"{name}_") for name in names}

    def display(self):
        """Return the display behind :meth:`plot`.

        Returns
        -------
        display : ModelDisplay
        """
        frames = {kind: self.frames()[kind] for kind in KINDS}
        return ModelDisplay(frames, metric=self.metric_name())

    def contribution_display(self):
        """Return the display of contributions; None where not all sets were asked.

        Returns
        -------
        display : ContributionDisplay or None
        """
        if self._contributions is None:
            return None
        return ContributionDisplay.from_contributions(self._contributions)

    def plot(self, kind=None, ax=None):
        """Draw one plot.

        Parameters
        ----------
        kind : {"roc", "calibration", "confusion", "residuals", "features"}, \
                default=None
            What to draw; None is "roc", or "residuals" of numbers.
        ax : matplotlib Axes, default=None
            None makes a new figure.

        Returns
        -------
        display : ModelDisplay
        """
        display = self.display()
        return display.plot(display.kinds[0] if kind is None else kind, ax)

    def _page(self):
        return model_page(self)

    def to_dict(self):
        """Return all but single rows as plain numbers, strings, lists and dicts.

        Returns
        -------
        content : dict
            What is missing is None.
        """
        frames = self.frames()
        for name in ("predictions", "presence", "residuals"):
            del frames[name]
        frames["confusion"] = self.confusion_.reset_index()
        content = {
            "version": __version__,
            "title": self.title,
            "problem": self.problem.to_dict(),
            "metric": self.metric_name(),
            "positive": plain(self.positive),
            "pooled": self.is_pooled,
            "summary": self.summary_,
            "score": {name: plain(value) for name, value in self.score_.items()},
        }
        return content | {name: records(frame) for name, frame in frames.items()}

    def __repr__(self):
        score = f"{self.metric_name()} {digits(self.score_['mean'])}"
        noun = "alert" if len(self.alerts_) == 1 else "alerts"
        n_alerts = f", {len(self.alerts_)} {noun}" if len(self.alerts_) else ""
        return (
            f"<ModelReport: {score} in {self.n_folds} folds, "
            f"{self.problem.n_rows:,} rows, {len(self.modalities_)} modalities"
            f"{n_alerts}>"
        )


def _title(problem):
    """Return a heading that names the target, where it has a name, and the rows."""
    of = f"{problem.target}, " if problem.target else ""
    return f"Model report: {of}{problem.n_rows:,} rows"


def _score_frame(folds, splits):
    """Return rows and scores of each fold; NaN where it failed."""
    rows = []
    for number, (fold, (train, test)) in enumerate(zip(folds, splits, strict=True)):
        scores = (np.nan,) if fold.scores is None else fold.scores
        rows.append((number, len(train), len(test), scores[-1], scores[0]))
    columns = ["fold", "n_train", "n_test", "score", "chance"]
    return pd.DataFrame(rows, columns=columns)
