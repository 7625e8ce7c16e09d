"""What the three multimodal estimators share."""

from dataclasses import replace
from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, validate_data

from mmensemble._compat import CallbackSupportMixin, HasMethods, StrOptions
from mmensemble._frame import as_table
from mmensemble._parameters import MODALITIES, AskingParamsMixin
from mmensemble._persistence import SavedMixin, StoredMixin
from mmensemble._state import VersionedStateMixin
from mmensemble._threads import few_threads
from mmensemble.ensemble._description import describe_fit, description_lines
from mmensemble.ensemble._diagram import diagram
from mmensemble.ensemble._fit import (
    decides_out_of_fold,
    fit_members,
    learnt_rule,
    plan_of,
    prepare_fit,
    reads_out_of_fold,
)
from mmensemble.ensemble._learners import learners_for
from mmensemble.ensemble._otherwise import warn_otherwise
from mmensemble.ensemble._parts import PartsMixin
from mmensemble.ensemble._routing import make_router
from mmensemble.ensemble._row_outputs import RowOutputsMixin
from mmensemble.ensemble._table import read_table, warn_empty_rows
from mmensemble.ensemble._tags import takes_missing, takes_sparse_tables
from mmensemble.fusion import BaseFusion, make_fusion
from mmensemble.modality._presence import presence_mask


def _has_members(estimator):
    fitted = "_fitted" in vars(estimator)  # unfitted ones say so when called
    if fitted and not estimator._members:
        raise AttributeError(
            f"fusion={estimator.fusion!r} works on features; there are no predictions "
            "of single modalities. Use a decision-level fusion such as 'voting'."
        )
    return True


class BaseMultimodal(
    AskingParamsMixin,
    CallbackSupportMixin,
    SavedMixin,
    StoredMixin,
    VersionedStateMixin,
    PartsMixin,
    RowOutputsMixin,
):
    """Base of the estimators: reads the table, runs the engine, fits the fusion."""

    _parameter_constraints = {
        "modalities": MODALITIES,
        "fusion": [str, BaseFusion],
        "estimator": [None, HasMethods("fit"), list],
        "members": [StrOptions({"refit", "bagged"})],
        "pruner": [None, HasMethods(["fit", "prune_modalities"])],
        "augmenter": [None, StrOptions({"auto"}), HasMethods("augment")],
        "absent_columns": [StrOptions({"raise", "missing"})],
        "cv": ["cv_object"],
        "n_jobs": [None, Integral],
        "random_state": ["random_state"],
        "verbose": ["verbose", callable],
    }

    def __init__(
        self,
        modalities="auto",
        *,
        fusion="auto",
        estimator=None,
        members="refit",
        pruner=None,
        augmenter=None,
        absent_columns="raise",
        cv=None,
        n_jobs=None,
        random_state=None,
        verbose=0,
    ):
        self.modalities = modalities
        self.fusion = fusion
        self.estimator = estimator
        self.members = members
        self.pruner = pruner
        self.augmenter = augmenter
        self.absent_columns = absent_columns
        self.cv = cv
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    def _fit(self, X, y, *, classifier, metadata, held_out=False, learnt=None):
        """Fit everything; return the training view that the fusion learnt from.

        Parameters
        ----------
        X : table of shape (n_samples, n_columns)
        y : array-like or None
        classifier : bool or None
        metadata : dict
        held_out : bool, default=False
            Whether out-of-fold predictions are wanted in any case.
        learnt : fitted fusion, default=None
            Kept as it is in place of one that learns from these rows.
        """
        X = as_table(X, type(self).__name__)
        validate_data(self, X=X, skip_check_array=True)
        fusion = make_fusion(self.fusion)
        data, requests = prepare_fit(
            self, X, y, [fusion], metadata, classifier=classifier
        )
        self.modalities_, self._task = data.modalities, data.task
        if classifier and hasattr(self, "predict_proba"):
            self.classes_ = data.task.classes
        if data.pruner is not None:
            self.pruner_ = data.pruner
        if getattr(self, "augmenter", None) is not None:
            self.augmenter_ = data.augmenter
        reads = learnt is None or self.members == "bagged"
        held_out = held_out or (reads and reads_out_of_fold(self, requests))
        held_out = held_out or (learnt is None and decides_out_of_fold(self, fusion))
        own = {"held_out": held_out, "screened_by": None if learnt else requests[0]}
        members, outputs = fit_members(self, data, plan_of(requests), **own)
        view = requests[0].training_view(outputs, data, self.n_jobs)
        self.fusion_ = fusion.fit(view) if learnt is None else learnt
        if classifier and learnt is None and hasattr(self, "predict_proba"):
            rule = learnt_rule(self.fusion_, view)
            self._task = replace(data.task, rule=rule)
        self._keep(members)
        self._description = describe_fit(self, X, y, metadata.get("groups"))
        if self.verbose and not callable(self.verbose):
            for line in description_lines(self.describe()):
                print(f"[{type(self).__name__}] {line}")
        return view

    def describe(self):
        """Return what the columns of the training table were taken for.

        Returns
        -------
        description : DataFrame
            A row a column and modality: `column`, `modality` (empty where none
            reads the column), `taken_for`, the share of `missing` cells, and
            `alerts`, empty where there is none: columns that are constant, identify
            rows, tell the groups or copy the target. The column ``"*"`` stands for
            the table: rows that are copies of others, and columns that are one
            modality since their names have no prefixes.
        """
        check_is_fitted(self)
        return self._description.frame()

    def _keep(self, members):
        """Store the fitted members, but for those that the fusion does not use."""
        unused = getattr(self.fusion_, "unused_members_", frozenset())
        self._fitted = members.without(unused) if unused else members
        bagged = self.members == "bagged"
        self.extractors_ = {
            name: own if bagged else own[0]
            for name, own in self._fitted.extractors().items()
        }
        self.estimators_ = {
            name: own if bagged else own[0]
            for name, own in self._fitted.estimators().items()
        }

    @property
    def _members(self):
        return self._fitted.members

    def _tables(self, X):
        """Return the blocks of a table, not yet read."""
        X = read_table(self, X, self.modalities_, self.absent_columns)
        presence = presence_mask(X, self.modalities_) & self._fitted.active
        warn_empty_rows(presence, self._fitted.names, "they get the training prior")
        warn_otherwise(self, X)
        return self._fitted.tables(X, presence)

    def _view(self, X):
        """Return what the fusion reads at predict."""
        return self._view_of(self._tables(X))

    def _view_of(self, tables):
        fitted, reads_blocks = self._fitted, "blocks" in self.fusion_.needs
        outputs = fitted.ask(tables, blocks=reads_blocks)
        return outputs.view(
            dict(zip(fitted.identities, fitted.members, strict=True)),
            fitted.blocks if reads_blocks else (),
            task=fitted.task,
            modalities=fitted.names,
            unused=getattr(self.fusion_, "unused_members_", frozenset()),
        )

    def presence(self, X):
        """Return which row has which modality.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        presence : DataFrame of bool of shape (n_samples, n_modalities)
        """
        check_is_fitted(self)
        X = read_table(self, X, self.modalities_, self.absent_columns)
        names = [name for name, _, _ in self.modalities_]
        return pd.DataFrame(presence_mask(X, self.modalities_), columns=names)

    @few_threads
    def predict_coalitions(self, X, coalitions):
        """Return what is predicted from some of the modalities only.

        No model is fitted: rows are treated as if they lacked the others.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
        coalitions : array-like of bool of shape (n_coalitions, n_modalities)
            Modalities that each coalition has, in the order of `modalities_`.

        Returns
        -------
        predictions : ndarray of shape (n_coalitions, n_samples, n_outputs)
            Probabilities or values; the training prior where a row has nothing.

        Raises
        ------
        ValueError
            When `coalitions` has another number of columns.
        """
        views = self._coalition_views(X, coalitions)
        return np.stack([self.fusion_.predict(part) for part in views])

    def _coalition_views(self, X, coalitions):
        """Yield what the fusion reads where rows have some of the modalities only."""
        check_is_fitted(self)
        coalitions = np.asarray(coalitions, dtype=bool)
        names = self._fitted.names
        if coalitions.ndim != 2 or coalitions.shape[1] != len(names):
            raise ValueError(
                f"The 'coalitions' parameter must have one column a modality of "
                f"{list(names)}, got shape {coalitions.shape}."
            )
        tables = self._tables(X)
        view = self._view_of(tables)
        if any(member.modality is None for member in self._members):
            return (
                self._view_of([t.only(mask) for t in tables]) for mask in coalitions
            )
        return (view.only(mask) for mask in coalitions)

    @available_if(_has_members)
    @few_threads
    def predict_modalities(self, X):
        """Return each member's own prediction.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        predictions : DataFrame of shape (n_samples, n_members * n_outputs)
            Columns are pairs of member and class, or member and target, by name
            where targets came as a frame; NaN where a row lacks the modality.
        """
        check_is_fitted(self)
        predictions = self._view(X).predictions
        names = [member.name for member in self._members]
        columns = pd.MultiIndex.from_product(
            [names, self._task.labels], names=["member", "output"]
        )
        return pd.DataFrame(predictions.reshape(len(predictions), -1), columns=columns)

    def get_metadata_routing(self):
        """Return the routing of metadata to modalities, learners and splitter.

        Returns
        -------
        router : MetadataRouter
        """
        fusion = make_fusion(self.fusion)
        classifier = self._predicts_classes()
        learners = learners_for(self.estimator, fusion, classifier=classifier)
        return make_router(self, fusion, learners)

    def _sk_visual_block_(self):
        fitted = getattr(self, "_description", None)
        modalities = self.modalities if fitted is None else self.modalities_
        return diagram(modalities, self.estimator, self.fusion, fitted)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = takes_missing(
            self.modalities, self.estimator, self.fusion
        )
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.sparse = takes_sparse_tables(self._parts)
        return tags
