"""The folds of contributions and of the report of a model, made ready and run."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import is_classifier
from sklearn.metrics import check_scoring
from sklearn.utils.parallel import delayed
from sklearn.utils.validation import check_consistent_length

from mmensemble._parallel import stream
from mmensemble._splits import list_splits, make_splitter
from mmensemble._validation import check_table_and_target, target_names
from mmensemble.model_selection._controls import warn_of_splits
from mmensemble.model_selection._failures import raise_failures
from mmensemble.model_selection._fold_coalitions import run_coalitions
from mmensemble.model_selection._metadata import join_metadata, route_metadata
from mmensemble.report._problem import name_of_target


@dataclass(frozen=True)
class CoalitionFolds:
    """What the folds of one model share.

    Parameters
    ----------
    owner : str
        Function that runs them, for messages.
    model : MultimodalClassifier or MultimodalRegressor
        Unfitted.
    X : table of shape (n_samples, n_columns)
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    scorer : callable
        As :func:`sklearn.metrics.check_scoring` returns it.
    splits : list of (train, test) index arrays
    routed : dict of str to dict
        Metadata of all rows for "fit" and "score".
    groups : ndarray of shape (n_samples,) or None
    targets : tuple or None
        Names of several targets.
    name : str
        Of the target; "" where it has none.
    """

    owner: str
    model: object
    X: object
    y: np.ndarray
    scorer: object
    splits: list
    routed: dict
    groups: np.ndarray | None
    targets: tuple | None
    name: str

    @classmethod
    def of(
        cls,
        owner,
        estimator,
        X,
        y,
        *,
        seeded,
        groups,
        sample_weight,
        params,
        scoring,
        cv,
    ):
        """Check what a function was given, and split the rows.

        Parameters
        ----------
        owner : str
        estimator, X, y, groups, sample_weight, params, scoring, cv : object
            As the function takes them.
        seeded : callable
            ``seeded(estimator)`` returns the clone to fit.
        """
        name, targets = name_of_target(y), target_names(y)
        X, y = check_table_and_target(estimator, X, y)
        check_consistent_length(X, y)
        metadata = join_metadata(X, groups, sample_weight, params)
        groups = metadata.get("groups")
        model = seeded(estimator)
        scorer = check_scoring(model, scoring=scoring)
        classifier = is_classifier(model)
        splitter = make_splitter(cv, y, classifier=classifier, groups=groups)
        routed = route_metadata(owner, model, scorer, splitter, metadata)
        splits = list_splits(splitter, X, y, routed["split"], may_overlap=True)
        warn_of_splits(X, splits, splitter, groups)
        return cls(owner, model, X, y, scorer, splits, routed, groups, targets, name)

    def run(self, n_jobs, error_score, tell, **options):
        """Return all folds; raise the reasons where every one failed.

        Parameters
        ----------
        n_jobs : int or None
        error_score : "raise" or float
        tell : callable
            ``tell(n_done)`` is called after each fold.
        **options : dict
            For `run_coalitions`.

        Returns
        -------
        folds : list of FoldCoalitions
        """
        given = self.model, self.X, self.y
        calls = (
            delayed(run_coalitions)(
                *given, split, self.scorer, self.routed, error_score, **options
            )
            for split in self.splits
        )
        folds = []
        for fold in stream(calls, n_jobs):
            folds.append(fold)
            tell(len(folds))
        errors = [fold.error for fold in folds if fold.predictions is None]
        if len(errors) == len(folds):
            raise_failures(errors, f"All {len(folds)} folds")
        return folds
