"""What each modality contributes to score and predictions, out of fold."""

import numpy as np
import pandas as pd
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_consistent_length

from mmensemble._compat import safe_indexing
from mmensemble._frame import as_table
from mmensemble._splits import make_splitter
from mmensemble.analysis import (
    acquisition_curve,
    coalition_entropy,
    coalition_losses,
    coalition_masks,
    contribution_frame,
    next_acquisition,
    shapley_interactions,
    shapley_values,
)
from mmensemble.learners._task import make_task, take_params
from mmensemble.model_selection._answers import score_of


def modality_contributions(
    estimator, X, y, *, scoring=None, cv=None, params=None, n_jobs=None
):
    """Return what each modality contributes, by exact Shapley values out of fold.

    In each fold the estimator is fitted once; all sets of modalities then cost
    only predictions, because rows may lack modalities.

    Parameters
    ----------
    estimator : MultimodalClassifier or MultimodalRegressor
        Unfitted; up to 20 modalities.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
        One table.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Labels or numbers.
    scoring : str or callable, default=None
        One metric, as in :func:`sklearn.model_selection.cross_validate`.
    cv : int, splitter or iterable, default=None
        Folds; None is 5. Folds made from None or an int are stratified for
        classes and keep `groups` together.
    params : dict, default=None
        Metadata for ``fit``; `groups` also for the splitter.
    n_jobs : int, default=None
        Folds that run at the same time.

    Returns
    -------
    contributions : ModalityContributions
        Frames of scores, rows, pairs and acquisitions.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier, modality_contributions
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion="stacking")
    >>> found = modality_contributions(model, data.data, data.target)
    >>> list(found.frame()["modality"])
    ['m1', 'm2', 'm3']
    """
    X, y = as_table(X, "modality_contributions"), np.asarray(y)
    check_consistent_length(X, y)
    params = {key: value for key, value in (params or {}).items() if value is not None}
    scorer = check_scoring(estimator, scoring=scoring)
    groups = params.get("groups")
    splitter = make_splitter(cv, y, classifier=is_classifier(estimator), groups=groups)
    splits = list(splitter.split(X, y, groups))
    folds = Parallel(n_jobs=n_jobs)(
        delayed(_run_fold)(clone(estimator), X, y, train, test, scorer, params)
        for train, test in splits
    )
    return ModalityContributions(folds, y, groups)


def _run_fold(model, X, y, train, test, scorer, params):
    """Fit on one fold; return names, test rows, and predictions and scores by set."""
    own = take_params(params, train, len(y))
    model.fit(safe_indexing(X, train), y[train], **own)
    names = [name for name, _, _ in model.modalities_]
    masks = coalition_masks(len(names))
    part = safe_indexing(X, test)
    predictions = model.predict_coalitions(part, masks)
    task = make_task(y[train], classifier=is_classifier(model))
    scores = [
        next(iter(score_of(scorer, known, task, part, y[test], {}).values()))
        for known in predictions
    ]
    presence = model.presence(part).to_numpy()
    return names, test, predictions, np.array(scores), presence, task.classes


class ModalityContributions:
    """Shapley values of modalities, for the score and for every prediction.

    Made by :func:`modality_contributions`.

    Parameters
    ----------
    folds : list of tuple
        Of each fold: names of the modalities, test rows, predictions of shape
        (n_coalitions, n_test, n_outputs), scores of the coalitions, presence, and
        classes or None.
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
        Targets.
    groups : ndarray of shape (n_samples,), default=None
        Kept together where gains are learnt.

    Attributes
    ----------
    names : list of str
        Of the modalities.
    rows_ : ndarray of int
        Rows that were predicted, in the order of all arrays below.
    predictions_ : ndarray of shape (n_rows, n_coalitions, n_outputs)
        Out of fold, coalitions in the order of
        :func:`mmensemble.analysis.coalition_masks`.
    scores_ : ndarray of shape (n_folds, n_coalitions)
        Score of each coalition; the first is that of the training prior.
    presence_ : ndarray of bool of shape (n_rows, n_modalities)
        Which row has which modality.

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

    def __init__(self, folds, y, groups=None):
        self.names, self.classes_ = folds[0][0], folds[0][5]
        self.rows_ = np.concatenate([fold[1] for fold in folds])
        self.predictions_ = np.concatenate(
            [fold[2].transpose(1, 0, 2) for fold in folds]
        )
        self.scores_ = np.array([fold[3] for fold in folds])
        self.presence_ = np.concatenate([fold[4] for fold in folds])
        self.y_ = y[self.rows_]
        self.groups_ = None if groups is None else np.asarray(groups)[self.rows_]

    def frame(self):
        """Return one row a modality: what it contributes to the score.

        Returns
        -------
        frame : DataFrame
            As :func:`mmensemble.analysis.contribution_frame` returns it: `modality`,
            `shapley`, `shapley_sd` over the folds, `alone`, `last`, `share`.
        """
        return contribution_frame(self.scores_, self.names)

    def rows(self, output=None):
        """Return one row a prediction: how each modality moves it from the prior.

        Parameters
        ----------
        output : label or int, default=None
            Class or position of the target; None for the last one.

        Returns
        -------
        frame : DataFrame of shape (n_rows, n_modalities)
            Indexed by the position of the row in the table.
        """
        position = -1 if output is None else self._position(output)
        values = shapley_values(self.predictions_[:, :, position])
        return pd.DataFrame(values, index=self.rows_, columns=self.names)

    def _position(self, output):
        known = range(self.predictions_.shape[2])
        known = list(known if self.classes_ is None else self.classes_)
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
            Mean Shapley interaction for the score; negative for pairs that say the
            same, positive for pairs that complement each other.
        """
        values = shapley_interactions(self.scores_.mean(axis=0))
        return pd.DataFrame(values, index=self.names, columns=self.names)

    def degradation(self):
        """Return how the score falls when modalities are missing.

        Returns
        -------
        frame : DataFrame
            One row a number of `missing` modalities: `share` of them, mean score
            over the sets of this size and the folds, and the `lowest` and `highest`
            mean of a set.
        """
        sizes = coalition_masks(len(self.names)).sum(axis=1)
        means = self.scores_.mean(axis=0)
        rows = []
        for size in range(len(self.names), -1, -1):
            own = means[sizes == size]
            missing = len(self.names) - size
            rows.append(
                {
                    "missing": missing,
                    "share": missing / len(self.names),
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

    def acquisition(self, *, costs=None, random_state=0):
        """Return loss against cost if modalities were acquired one by one.

        Parameters
        ----------
        costs : array-like of shape (n_modalities,), default=None
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
            costs=costs,
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
        costs : array-like of shape (n_modalities,), default=None
            Cost of each modality; 1 if None.

        Returns
        -------
        frame : DataFrame
            As :func:`mmensemble.analysis.next_acquisition` returns it.
        """
        return next_acquisition(
            self._losses(),
            acquired,
            costs=costs,
            presence=self.presence_,
            names=self.names,
        )
