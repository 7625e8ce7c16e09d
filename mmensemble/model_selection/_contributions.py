"""Shapley values of modalities, for the score and for every prediction."""

import numpy as np
import pandas as pd

from mmensemble._digits import signed
from mmensemble._records import records
from mmensemble.analysis.coalitions._acquisition_curve import acquisition_curve
from mmensemble.analysis.coalitions._acquisition_gains import next_acquisition
from mmensemble.analysis.coalitions._coalition_losses import (
    coalition_entropy,
    coalition_losses,
)
from mmensemble.analysis.coalitions._shapley import (
    coalition_masks,
    contribution_frame,
    shapley_interactions,
    shapley_values,
)
from mmensemble.display._contributions import ContributionDisplay
from mmensemble.learners._score_names import metric_name
from mmensemble.learners._task import make_task
from mmensemble.model_selection._fold_coalitions import widen
from mmensemble.model_selection._pooled_rows import score_pooled
from mmensemble.model_selection._pooled_task import number_repeats
from mmensemble.model_selection._row_metrics import metric_of
from mmensemble.report._contribution_page import contribution_page
from mmensemble.report._reported import Reported


class ModalityContributions(Reported):
    """Shapley values of modalities, for the score and for every prediction.

    Made by :func:`modality_contributions`.

    Parameters
    ----------
    folds : list of FoldCoalitions
        What each fold predicts and scores.
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
        Targets.
    modalities : list of str
        Names of all modalities.
    scorer : callable
        As :func:`sklearn.metrics.check_scoring` returns it.
    scoring : object
        What the scorer was made from.
    targets : tuple, default=None
        Names of several targets.
    groups, sample_weight : ndarray of shape (n_samples,), default=None
        Groups are kept together where gains are learnt; weights count in scores.
    error_score : "raise" or float, default=np.nan
        Score of a fold that failed.
    problem : Problem, default=None
        What is predicted, from what, for the page.

    Attributes
    ----------
    modalities : list of str
        Those that some fold's model reads, in the order of the table's.
    classes_ : ndarray of shape (n_classes,) or None
        Labels of all rows; None for regression.
    rows_ : ndarray of int
        Rows that were predicted, in the order of all arrays below.
    predictions_ : ndarray of shape (n_rows, n_coalitions, n_outputs)
        Out of fold: modality ``m`` is in coalition ``k`` where bit ``m`` of ``k``
        is set. A class that the fold has not trained on has probability zero.
    scores_ : ndarray of shape (n_folds, n_coalitions)
        Score of each coalition; the first is that of the training prior. A modality
        that a fold's pruner has left out changes no score of it.
    presence_ : ndarray of bool of shape (n_rows, n_modalities)
        Which row has which modality, and its fold's model reads it.
    is_pooled : bool
        Whether pooled rows are scored, for folds are too small for the metric.

    Notes
    -----
    Options of :meth:`to_html` are the `title` of the page, and `output`, the class
    or target whose rows are shown.

    References
    ----------
    Shapley (1953), "A value for n-person games", Contributions to the Theory of
    Games II, Princeton University Press.

    Examples
    --------
    >>> from mmensemble import MultimodalRegressor, modality_contributions
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(task="regression", random_state=0)
    >>> model = MultimodalRegressor(fusion="stacking")
    >>> found = modality_contributions(model, data.data, data.target)
    >>> found.rows().shape
    (300, 3)
    """

    _indent = 1

    def __init__(
        self,
        folds,
        y,
        modalities,
        *,
        scorer,
        scoring=None,
        targets=None,
        groups=None,
        sample_weight=None,
        error_score=np.nan,
        problem=None,
    ):
        self.folds, self.scoring, self.problem = folds, scoring, problem
        known = [fold for fold in folds if fold.predictions is not None]
        read = {name for fold in known for name in fold.names}
        self.modalities = [name for name in modalities if name in read]
        classifier = known[0].task.is_classification
        self.task_ = make_task(y, classifier=classifier, targets=targets)
        self.classes_ = self.task_.classes
        wide = [widen(fold, self.modalities, self.task_) for fold in known]
        self.rows_ = np.concatenate([fold.test for fold in known])
        self.predictions_ = np.concatenate([part[0] for part in wide])
        self.presence_ = np.concatenate([part[2] for part in wide])
        self.scores_ = self._scores_of_folds(wide, error_score)
        self.y_ = y[self.rows_]
        self.groups_ = None if groups is None else np.asarray(groups)[self.rows_]
        self._seen = self._seen_classes(known)
        self._pooled = self._pooled_scores(known, y, scorer, sample_weight)
        self.is_pooled = self._pooled is not None

    def _scores_of_folds(self, wide, error_score):
        failed = np.nan if isinstance(error_score, str) else error_score
        scores = np.full((len(self.folds), 2 ** len(self.modalities)), float(failed))
        parts = iter(wide)
        for place, fold in enumerate(self.folds):
            own = next(parts)[1] if fold.predictions is not None else None
            if own is not None and not fold.error:
                scores[place] = own
        return scores

    def _seen_classes(self, known):
        """Return which row's fold has trained on which class, None for regression."""
        if self.classes_ is None:
            return None
        seen = [np.isin(self.classes_, fold.task.classes) for fold in known]
        return np.repeat(seen, [len(fold.test) for fold in known], axis=0)

    def _pooled_scores(self, known, y, scorer, sample_weight):
        """Return one score a coalition where a fold that did not fail has none."""
        tried = [
            place for place, f in enumerate(self.folds) if f.predictions is not None
        ]
        if np.isfinite(self.scores_[tried]).all():
            return None
        metric, is_row_wise = metric_of(scorer, self.scoring, "score", self.task_)
        tested = [fold.test for fold in known]
        which = np.repeat(number_repeats(tested), [len(test) for test in tested])
        shape = (len(y), *self.predictions_.shape[1:])
        repeats = []
        for repeat in range(which.max() + 1):
            part = np.full(shape, np.nan)
            part[self.rows_[which == repeat]] = self._from_nothing()[which == repeat]
            repeats.append(part)
        scores = score_pooled(repeats, y, metric, is_row_wise, tested, sample_weight)
        return scores if np.isfinite(scores).all() else None

    def _from_nothing(self):
        """Return predictions with one prior for all rows, whichever fold they are of.

        A fold's own prior is lower where its test rows are higher: of single rows it
        would be wrong about each.
        """
        masks = coalition_masks(len(self.modalities))
        nothing = ~(self.presence_[:, None] & masks).any(axis=2)
        return np.where(nothing[..., None], self.task_.prior, self.predictions_)

    def _known_scores(self):
        """Return rows of coalitions' scores: of folds, or of the pooled rows."""
        if self._pooled is not None:
            return self._pooled[None]
        complete = np.isfinite(self.scores_).all(axis=1)
        return self.scores_[complete] if complete.any() else self.scores_

    def frame(self):
        """Return one row a modality: what it contributes to the score.

        Returns
        -------
        frame : DataFrame
            `modality`; `shapley`, the mean over the folds, and `std_shapley` over
            them; `alone`, what it adds to nothing; `last`, what it adds to all
            others; `share` of the sum of the Shapley values; and `n_folds` whose
            model reads the modality: a pruner may leave it out of others, where it
            contributes nothing.
        """
        frame = contribution_frame(self._known_scores(), self.modalities)
        read = [name for fold in self.folds for name in fold.names]
        frame["n_folds"] = [read.count(name) for name in self.modalities]
        return frame

    def errors(self):
        """Return one row a fold that failed: `split` and `error`."""
        rows = [
            (place, fold.error)
            for place, fold in enumerate(self.folds)
            if fold.error and not (self.is_pooled and fold.predictions is not None)
        ]
        return pd.DataFrame(rows, columns=["split", "error"])

    def metric_name(self):
        """Return the metric's name for people."""
        return metric_name("score", self.scoring, self.task_)

    def rows(self, output=None):
        """Return one row a prediction: how each modality moves it from the prior.

        Parameters
        ----------
        output : label or int, default=None
            Class, or target by name (of a frame) or position; None for the last one
            that any fold has trained on.

        Returns
        -------
        frame : DataFrame of shape (n_rows, n_modalities)
            Indexed by the position of the row in the table. NaN for rows whose fold
            has not trained on the class.
        """
        position = self._position(output)
        values = shapley_values(self.predictions_[:, :, position])
        if self._seen is not None:
            values = np.where(self._seen[:, [position]], values, np.nan)
        return pd.DataFrame(values, index=self.rows_, columns=self.modalities)

    def _position(self, output):
        known = range(self.predictions_.shape[2])
        if output is None:
            seen = (
                known if self._seen is None else np.flatnonzero(self._seen.any(axis=0))
            )
            return int(seen[-1])
        if self.classes_ is None and output in known:
            return int(output)
        known = self.task_.labels
        if output not in known:
            raise ValueError(
                f"The 'output' parameter must be one of {known}, got {output!r}."
            )
        return known.index(output)

    def interactions(self):
        """Return how much each pair of modalities is worth beyond its parts.

        Returns
        -------
        frame : DataFrame of shape (n_modalities, n_modalities)
            Mean Shapley interaction for the score; negative for pairs that are
            redundant, positive for pairs that complement each other.
        """
        values = shapley_interactions(self._known_scores().mean(axis=0))
        return pd.DataFrame(values, index=self.modalities, columns=self.modalities)

    def degradation(self):
        """Return how the score falls when modalities are missing.

        Returns
        -------
        frame : DataFrame
            One row a number of `missing` modalities: `share` of them, mean score
            over the sets of this size and the folds, and the `lowest` and `highest`
            mean of a set.
        """
        n_modalities = len(self.modalities)
        sizes = coalition_masks(n_modalities).sum(axis=1)
        means = self._known_scores().mean(axis=0)
        rows = []
        for size in range(n_modalities, -1, -1):
            own = means[sizes == size]
            missing = n_modalities - size
            rows.append(
                {
                    "missing": missing,
                    "share": missing / n_modalities,
                    "score": own.mean(),
                    "lowest": own.min(),
                    "highest": own.max(),
                }
            )
        return pd.DataFrame(rows)

    def _losses(self):
        loss = "squared" if self.classes_ is None else "log"
        return coalition_losses(
            self.y_, self.predictions_, loss=loss, classes=self.classes_
        )

    def _uncertainty(self):
        return None if self.classes_ is None else coalition_entropy(self.predictions_)

    def _costs(self, costs):
        """Return costs in the order of the modalities."""
        if not isinstance(costs, dict | pd.Series):
            return costs
        costs = dict(costs)
        if set(costs) != set(self.modalities):
            raise ValueError(
                f"The 'costs' parameter must name each of {self.modalities} once, got "
                f"{list(costs)}."
            )
        return [costs[name] for name in self.modalities]

    def acquisition(self, *, costs=None, random_state=0):
        """Return loss against cost if modalities were acquired one by one.

        Parameters
        ----------
        costs : dict or Series by modality, or array-like of shape (n_modalities,), \
                default=None
            Cost of each modality; 1 if None.
        random_state : int, RandomState instance or None, default=0
            Of folds and random orders.

        Returns
        -------
        frame : DataFrame
            As :func:`mmensemble.analysis.acquisition_curve` returns it.
        """
        return acquisition_curve(
            self._losses(),
            costs=self._costs(costs),
            presence=self.presence_,
            uncertainty=self._uncertainty(),
            groups=self.groups_,
            random_state=random_state,
        )

    def next_modality(self, acquired, *, costs=None):
        """Return which modality to acquire next for rows that have some.

        Parameters
        ----------
        acquired : array-like of bool of shape (n_new, n_modalities)
            Modalities that the new rows have.
        costs : dict or Series by modality, or array-like of shape (n_modalities,), \
                default=None
            Cost of each modality; 1 if None.

        Returns
        -------
        frame : DataFrame
            As :func:`mmensemble.analysis.next_acquisition` returns it.
        """
        return next_acquisition(
            self._losses(),
            acquired,
            costs=self._costs(costs),
            presence=self.presence_,
            names=self.modalities,
        )

    def plot(self, kind="bars", ax=None, *, output=None):
        """Draw the contributions.

        Parameters
        ----------
        kind : {"bars", "beeswarm", "degradation"}, default="bars"
            Shapley values for the score, those of single rows, or the score by
            number of missing modalities.
        ax : matplotlib Axes, default=None
            None makes a new figure.
        output : label or int, default=None
            Class or target whose rows are shown; None for the last.

        Returns
        -------
        display : ContributionDisplay
            The display that has drawn.
        """
        display = ContributionDisplay.from_contributions(self, output=output)
        return display.plot(kind, ax)

    def _page(self, **options):
        return contribution_page(self, **options)

    def to_dict(self):
        """Return the frames as plain numbers, strings, lists and dicts.

        Returns
        -------
        content : dict
            With "contributions", "interactions", "degradation", "errors", the
            "metric" and whether rows were "pooled"; what is missing is None.
        """
        pairs = self.interactions().rename_axis("modality").reset_index()
        return {
            "problem": None if self.problem is None else self.problem.to_dict(),
            "metric": self.metric_name(),
            "pooled": self.is_pooled,
            "contributions": records(self.frame()),
            "interactions": records(pairs),
            "degradation": records(self.degradation()),
            "errors": records(self.errors()),
        }

    def _shown(self):
        return self.frame()

    def __repr__(self):
        frame = self.frame()
        most = frame.loc[frame["shapley"].idxmax()] if len(frame) else None
        best = "" if most is None else f", most from {most['modality']}"
        best += "" if most is None else f" ({signed(most['shapley'])})"
        return (
            f"<ModalityContributions: {len(self.modalities)} modalities, "
            f"{len(self.folds)} folds, {self.metric_name()}{best}>"
        )
