"""Estimators that each break one promise."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from mmensemble import (
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
    VotingFusion,
)
from mmensemble.ensemble._table import read_table
from mmensemble.modality._presence import presence_mask
from mmensemble.testing import multimodal_checks


class ByPosition(MultimodalClassifier):
    """Addresses columns by position."""

    def predict_proba(self, X):
        if isinstance(X, pd.DataFrame) and X.shape[1] >= self.n_features_in_:
            X = X.iloc[:, : self.n_features_in_]
            X = X.set_axis(self.feature_names_in_, axis=1)
        return super().predict_proba(X)


class FillsColumns(MultimodalClassifier):
    """Makes up columns that are missing."""

    def predict_proba(self, X):
        if isinstance(X, pd.DataFrame):
            X = X.reindex(columns=self.feature_names_in_, fill_value=0.0)
        return super().predict_proba(X)


class NamesNoColumn(MultimodalClassifier):
    """Does not say which column is missing."""

    def predict_proba(self, X):
        try:
            return super().predict_proba(X)
        except ValueError as error:
            raise ValueError("something is missing") from error


class NaNForAbsent(MultimodalClassifier):
    """Predicts NaN for rows that lack a modality."""

    def predict_proba(self, X):
        out = super().predict_proba(X)
        return np.where(self.presence(X).to_numpy().all(axis=1)[:, None], out, np.nan)


class NotNormalised(MultimodalClassifier):
    """Probabilities do not sum to one for partial rows."""

    def predict_proba(self, X):
        share = self.presence(X).to_numpy().mean(axis=1, keepdims=True)
        return super().predict_proba(X) * share


class EvenPrior(MultimodalClassifier):
    """Gives empty rows even odds in place of the prior."""

    def predict_proba(self, X):
        out = super().predict_proba(X)
        out[~self.presence(X).to_numpy().any(axis=1)] = 0.5
        return out


class StandardisesBatch(MultimodalRegressor):
    """Predicts relative to the rows of the batch."""

    def predict(self, X):
        out = super().predict(X)
        return out - out.mean()


class InSample(MultimodalClassifier):
    """Learns from predictions of the training rows themselves."""

    def _fit(self, X, y, **options):
        view = super()._fit(X, y, **options)
        X = read_table(self, X, self.modalities_)
        presence = presence_mask(X, self.modalities_)
        seen = self._fitted.read(X, presence, blocks=False).predictions
        self.fusion_ = clone(self.fusion_).fit(replace(view, predictions=seen))
        return view


class ForgetsGroups(MultimodalClassifier):
    """Does not hand groups on."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        return super().fit(X, y, sample_weight=sample_weight, **params)


class ForgetsWeights(MultimodalClassifier):
    """Does not hand weights on."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        return super().fit(X, y, groups=groups, **params)


class ShufflesWeights(MultimodalClassifier):
    """Hands the weights on in another order."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        weight = None if sample_weight is None else np.asarray(sample_weight)[::-1]
        return super().fit(X, y, sample_weight=weight, groups=groups, **params)


class SeedsByOrder(MultimodalClassifier):
    """Draws the members' seeds in their order."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        learner, listed = self.estimator, self.modalities
        if hasattr(learner, "splitter"):
            self.random_state = len(listed)
        try:
            metadata = {"sample_weight": sample_weight, "groups": groups}
            return super().fit(X, y, **metadata, **params)
        finally:
            self.random_state = 0


class NoSeed(MultimodalClassifier):
    """Ignores its random_state."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        self.random_state = None
        try:
            metadata = {"sample_weight": sample_weight, "groups": groups}
            return super().fit(X, y, **metadata, **params)
        finally:
            self.random_state = 0


class SeedsByJobs(MultimodalClassifier):
    """Takes another seed for another number of jobs."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        self.random_state = self.n_jobs or 1
        try:
            metadata = {"sample_weight": sample_weight, "groups": groups}
            return super().fit(X, y, **metadata, **params)
        finally:
            self.random_state = 0


class ChangesTable(MultimodalClassifier):
    """Scales a column of the caller's table."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        super().fit(X, y, sample_weight=sample_weight, groups=groups, **params)
        if isinstance(X, pd.DataFrame):
            X.iloc[:, 0] *= 2.0
        return self


class ChangesWeights(MultimodalClassifier):
    """Scales the caller's weights in place."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        if isinstance(sample_weight, np.ndarray):
            sample_weight /= sample_weight.sum()
        return super().fit(X, y, sample_weight=sample_weight, groups=groups, **params)


class ChangesParameters(MultimodalClassifier):
    """Writes what it resolved into a parameter."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        super().fit(X, y, sample_weight=sample_weight, groups=groups, **params)
        self.verbose = 1
        return self


class StoresChanged(MultimodalClassifier):
    """Converts a parameter in the constructor."""

    def __init__(
        self,
        modalities="auto",
        *,
        fusion="stacking",
        estimator=None,
        members="refit",
        cv=None,
        n_jobs=None,
        random_state=None,
        verbose=0,
    ):
        self.modalities = modalities
        self.fusion = fusion
        self.estimator = estimator
        self.members = members
        self.cv = cv
        self.n_jobs = n_jobs or 1
        self.random_state = random_state
        self.verbose = bool(verbose)


class StoresMore(MultimodalClassifier):
    """Sets more than its parameters in the constructor."""

    def __init__(
        self,
        modalities="auto",
        *,
        fusion="stacking",
        estimator=None,
        members="refit",
        pruner=None,
        augmenter=None,
        decision="auto",
        absent_columns="raise",
        cv=None,
        n_jobs=None,
        random_state=None,
        verbose=0,
    ):
        super().__init__(
            modalities,
            fusion=fusion,
            estimator=estimator,
            members=members,
            pruner=pruner,
            augmenter=augmenter,
            decision=decision,
            absent_columns=absent_columns,
            cv=cv,
            n_jobs=n_jobs,
            random_state=random_state,
            verbose=verbose,
        )
        self.cache = {}


class CountsFits(MultimodalClassifier):
    """A second fit depends on the first."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        again = hasattr(self, "fusion_")
        super().fit(X, y, sample_weight=sample_weight, groups=groups, **params)
        if again:
            self.fusion_.weights_ = np.array([1.0, 0.0, 0.0])
        return self


class PredictingTeaches(MultimodalClassifier):
    """Changes the fitted model at predict."""

    def predict_proba(self, X):
        out = super().predict_proba(X)
        self.fusion_.weights_ = np.roll(self.fusion_.weights_ + [1, 0, 0], 1)
        return out


class EncodedLabels(MultimodalClassifier):
    """Returns positions instead of labels."""

    def predict(self, X):
        check_is_fitted(self)
        return self.predict_proba(X).argmax(axis=1)


class NotPickled(MultimodalClassifier):
    """Loses its weights when pickled."""

    def __getstate__(self):
        state = dict(super().__getstate__())
        state["classes_"] = None
        return state

    def predict_proba(self, X):
        out = super().predict_proba(X)
        return out if self.classes_ is not None else out[:, ::-1]


class OneTarget(MultimodalRegressor):
    """Predicts the first target only."""

    def predict(self, X):
        out = super().predict(X)
        return out if out.ndim == 1 else out[:, 0]


class TwiceTheName(MultimodalTransformer):
    """Names all features alike."""

    def get_feature_names_out(self, input_features=None):
        names = super().get_feature_names_out(input_features)
        return np.full(len(names), "feature", dtype=object)


class SilentAboutEmptyRows(MultimodalClassifier):
    """Says nothing of rows that have no modality."""

    def predict_proba(self, X):
        filled = X.copy()
        filled.loc[X.isna().all(axis=1)] = 0.0
        return super().predict_proba(filled)


class TakesAnyName(MultimodalClassifier):
    """Renames modalities instead of refusing their names."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        given = self.modalities
        self.modalities = [(f"m{j}", e, c) for j, (_, e, c) in enumerate(given)]
        super().fit(X, y, sample_weight=sample_weight, groups=groups, **params)
        self.modalities = given
        return self


class ForgetsTheLast(MultimodalClassifier):
    """Predicts two classes, those of some fold."""

    def predict_proba(self, X):
        out = super().predict_proba(X)[:, :2] + 1e-9
        return out / out.sum(axis=1, keepdims=True)


class ClassesOfSplits(MultimodalClassifier):
    """Wants all classes in the training rows of every split."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        splits = self.cv if isinstance(self.cv, list) else []
        if any(len(np.unique(y[train])) < 2 for train, _ in splits):
            raise ValueError("two classes, please")
        return super().fit(X, y, sample_weight=sample_weight, groups=groups, **params)


class TakesOneClass(MultimodalClassifier):
    """Makes up a second class."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        y = np.array(y)
        if len(np.unique(y)) == 1:
            y[:20] = 1 - y[:20]
        return super().fit(X, y, sample_weight=sample_weight, groups=groups, **params)


class IgnoresPruner(MultimodalClassifier):
    """Learns from all columns, whatever the pruner says."""

    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        self.pruner = None
        return super().fit(X, y, sample_weight=sample_weight, groups=groups, **params)


BAD_ESTIMATORS = {
    f"{cls.__name__}-{check}": (cls, check, message)
    for cls, check, message in [
        (ByPosition, "check_columns_by_name", "must be addressed by name"),
        (FillsColumns, "check_missing_columns", "raises no ValueError"),
        (NamesNoColumn, "check_missing_columns", "the missing column is not named"),
        (
            NaNForAbsent,
            "check_patterns_at_predict",
            "rows with only a: not all numbers are finite",
        ),
        (NotNormalised, "check_patterns_at_predict", "probabilities don't sum to 1"),
        (EvenPrior, "check_rows_with_nothing", r"don't get the \(weighted\) training"),
        (SilentAboutEmptyRows, "check_rows_with_nothing", "raise no warning"),
        (StandardisesBatch, "check_rows_apart", "depends on the rows predicted with"),
        (InSample, "check_out_of_fold", "must be out of fold"),
        (ForgetsGroups, "check_groups_apart", "both sides of an inner split"),
        (ForgetsWeights, "check_sample_weight", "without the sample_weight"),
        (ShufflesWeights, "check_sample_weight", "weights of other rows"),
        (SeedsByOrder, "check_neighbours", "seeds must follow names"),
        (NoSeed, "check_seeds", "second fit of the same object gives another"),
        (SeedsByJobs, "check_n_jobs", r"n_jobs=2 \(threading\) gives another"),
        (ChangesTable, "check_input_unchanged", "changes the caller's table X"),
        (ChangesWeights, "check_input_unchanged", "changes the caller's sample_weight"),
        (ChangesWeights, "check_read_only_input", "writes into its input"),
        (ChangesParameters, "check_input_unchanged", "fit changes a parameter"),
        (StoresChanged, "check_constructor", "does not store the parameter 'verbose'"),
        (StoresMore, "check_constructor", r"more than its parameters: \['cache'\]"),
        (CountsFits, "check_seeds", "a second fit of the same object"),
        (PredictingTeaches, "check_test_rows", "predicting changes the fitted model"),
        (EncodedLabels, "check_labels", "strings: predict is not the likeliest"),
        (NotPickled, "check_pickle", "a pickled model gives another answer"),
        (OneTarget, "check_several_targets", r"3 targets give predictions of shape"),
        (TwiceTheName, "check_feature_names_out", "names of .* are not unique"),
        (ForgetsTheLast, "check_class_absent_from_fold", "2 classes, not 3"),
        (ForgetsTheLast, "check_late_label", "last test fold alone holds: 2 classes"),
        (ClassesOfSplits, "check_fold_of_one_class", "stops the fit: two classes"),
        (TakesOneClass, "check_one_class", "rows of one class raise no ValueError"),
        (IgnoresPruner, "check_folds_pruned_apart", "pruner has dropped changes the"),
        (TakesAnyName, "check_modality_names", "name 'n_jobs' is not refused"),
    ]
}


def ensure_caught(case):
    """Run the check that is meant for a bad estimator; it must fail as meant."""
    cls, name, message = BAD_ESTIMATORS[case]
    fusion = VotingFusion(weights="score")
    check = dict(multimodal_checks(cls(fusion=fusion)))[name]
    pattern = f"(?s){name} failed for {cls.__name__}.*{message}"
    with pytest.raises(AssertionError, match=pattern):
        check()
