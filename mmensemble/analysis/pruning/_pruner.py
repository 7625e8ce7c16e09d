"""A selector that drops what other modalities or columns stand in for."""

from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from mmensemble import _frame
from mmensemble._compat import HasMethods, Interval, StrOptions, fit_context
from mmensemble._parameters import MODALITIES
from mmensemble._state import VersionedStateMixin
from mmensemble.analysis.modalities._elimination import eliminate, least_relevant
from mmensemble.analysis.modalities._input import make_study, read_table
from mmensemble.analysis.modalities._verdicts import change_words
from mmensemble.analysis.pruning._comparable import comparable_columns
from mmensemble.analysis.pruning._preference import chooser, column_order
from mmensemble.analysis.pruning._prune_features import STRATEGIES, drops_frame
from mmensemble.modality._columns import (
    prune_columns,
    resolve_modalities,
    used_columns,
)
from mmensemble.modality._pruned import note_pruned


class CorrelationPruner(VersionedStateMixin, SelectorMixin, BaseEstimator):
    """Drop modalities and columns that others stand in for.

    A modality goes when the kept ones explain at least `threshold` of its variance
    out of fold *and*, with `y`, the out-of-fold score without it is no more than
    `tolerance` lower. A column goes when its correlation with a kept column is
    `threshold` or stronger. Everything is learnt from the rows of `fit` alone;
    `transform` only takes columns, so that names and dtypes survive.

    In front of a multimodal estimator, modalities that are given by column names
    survive: ``Pipeline([("prune", CorrelationPruner(modalities)), ("model",
    MultimodalClassifier(modalities))])`` learns from what is left of them, because
    a pandas table tells which columns were pruned. Where a step in between loses
    that (an imputer), and with polars, give the pruner to the model, as its
    parameter `pruner`.

    Parameters
    ----------
    modalities : "auto" or list of (name, extractor, columns), default="auto"
        As for :class:`mmensemble.MultimodalClassifier`. Columns that no modality
        reads are kept.
    level : {"modality", "feature", "both"}, default="both"
        What is dropped; "both" drops modalities first.
    method : {"pearson", "spearman"}, default="pearson"
        Correlation of columns of numbers.
    threshold : float or dict of str to float, default=None
        Share of variance (level "modality") and ``|r|`` (level "feature"), one
        number for both or a dict by level. What is not given is 0.8 for
        modalities, whose loss is tested, and 0.9 for columns, whose loss is not.
    keep : {"relevance", "cost", "first"} or callable, default="relevance"
        Which one of several stays: the more relevant to `y` (the first where that
        is not clear, and without `y`), the cheaper, the first in the table, or the
        one with the larger ``keep(part, y)``, where `part` is the table of one
        modality's or column's values.
    costs : dict of str or int to float, default=None
        Costs of modalities and columns, for ``keep="cost"``. A column without its
        own has that of its modality, divided by its number of columns.
    categories : bool, default=False
        Whether columns of categories are compared as well, also strings that are no
        free text: with each other by Cramér's V, with numbers by the correlation
        ratio, both corrected for their bias, see
        :func:`mmensemble.analysis.associate`. A category can stand in for a number
        and for a category of no more levels, not the other way round. Else they go
        only with their modality.
    strategy : {"greedy", "components"}, default="greedy"
        Columns: "greedy" goes from the most to the least wanted, and drops what
        correlates with one kept before; "components" keeps one column of each
        connected set of correlated columns, which drops more. Of what holds in one
        direction only, as with `categories`, it makes no use.
    min_modalities : int, default=1
        So many are kept at least.
    tolerance : float, default=0.01
        How much the score may fall by dropping a modality.
    task : {"auto", "classification", "regression"}, default="auto"
        As in :class:`ModalityCorrelation`.
    estimator : estimator object, default=None
        Learner that judges the loss of a modality; None is a ridge regression.
    scoring : str, default=None
        A scorer of scikit-learn; None is the area under the ROC curve, or R2.
    cv : int, splitter or iterable of splits, default=5
        Folds. Those made from a number are stratified by class, shuffled in a
        fixed order, and keep `groups` together.
    random_state : int, RandomState instance or None, default=None
        Seed of extractors that draw.
    n_jobs : int, default=None
        Threads.

    Attributes
    ----------
    support_ : ndarray of bool of shape (`n_features_in_`,)
        Columns that are kept.
    modalities_ : list of str
        Modalities that are kept.
    report_ : DataFrame
        One row a drop: ``level``, ``dropped``, ``stand_in``, ``measure``,
        ``value``, ``threshold``, ``modality``, ``columns`` and ``reason``.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    ModalityCorrelation : The numbers behind, for all modalities.

    References
    ----------
    Modalities are dropped by backward elimination on an out-of-fold redundancy
    index (in idea Stewart & Love 1968, Psychological Bulletin 70(3)).

    Examples
    --------
    >>> from mmensemble.analysis import CorrelationPruner
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(
    ...     n_features={"genes": 8, "copy": 8},
    ...     redundancy={"copy": "genes"},
    ...     noise={"genes": 1.0, "copy": 0.3},
    ...     random_state=0,
    ... )
    >>> pruner = CorrelationPruner(level="modality").fit(data.data, data.target)
    >>> pruner.transform(data.data).shape
    (300, 8)
    >>> pruner.report_[["dropped", "stand_in"]].to_dict("records")
    [{'dropped': 'copy', 'stand_in': 'genes'}]
    """

    __metadata_request__fit = {"sample_weight": True, "groups": True}

    _parameter_constraints = {
        "modalities": MODALITIES,
        "level": [StrOptions({"modality", "feature", "both"})],
        "method": [StrOptions({"pearson", "spearman"})],
        "threshold": [None, Interval(Real, 0, 1, closed="right"), dict],
        "keep": [StrOptions({"relevance", "cost", "first"}), callable],
        "costs": [None, dict],
        "categories": ["boolean"],
        "strategy": [StrOptions(set(STRATEGIES))],
        "min_modalities": [Interval(Integral, 1, None, closed="left")],
        "tolerance": [Interval(Real, 0, None, closed="left")],
        "task": [StrOptions({"auto", "classification", "regression"})],
        "estimator": [None, HasMethods(["fit", "predict"])],
        "scoring": [None, str],
        "cv": ["cv_object"],
        "random_state": ["random_state"],
        "n_jobs": [None, Integral],
    }

    def __init__(
        self,
        modalities="auto",
        *,
        level="both",
        method="pearson",
        threshold=None,
        keep="relevance",
        costs=None,
        categories=False,
        strategy="greedy",
        min_modalities=1,
        tolerance=0.01,
        task="auto",
        estimator=None,
        scoring=None,
        cv=5,
        random_state=None,
        n_jobs=None,
    ):
        self.modalities = modalities
        self.level = level
        self.method = method
        self.threshold = threshold
        self.keep = keep
        self.costs = costs
        self.categories = categories
        self.strategy = strategy
        self.min_modalities = min_modalities
        self.tolerance = tolerance
        self.task = task
        self.estimator = estimator
        self.scoring = scoring
        self.cv = cv
        self.random_state = random_state
        self.n_jobs = n_jobs

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None, *, sample_weight=None, groups=None):
        """Find what to drop.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            One table.
        y : array-like of shape (n_samples,), default=None
            Labels or numbers. Without them only the content of modalities counts.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows; a weight of 0 is as good as no row.
        groups : array-like of shape (n_samples,), default=None
            Rows of one group never stand on both sides of a fold.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            For costs that are asked for and not given, infinite numbers, and
            metadata that do not fit.
        """
        X = read_table(self, X)
        study = make_study(
            self,
            *_weighty(X, y, sample_weight, groups, self.cv),
            modalities=self.modalities,
        )
        self._framed = _frame.is_frame(X)
        self._labels, self._resolved = _labels(X), study.resolved
        self._thresholds = _by_level(self.threshold)
        rows, kept = [], list(study.everyone)
        if self.level != "feature":
            kept, rows = self._drop_modalities(study)
        self.modalities_ = [study.names[k] for k in kept]
        self.support_ = self._columns_of(study, kept)
        if self.level != "modality":
            rows += self._drop_features(study, kept)
        self.report_ = drops_frame(rows)
        return self

    def _drop_modalities(self, study):
        """Return the kept modalities, and one dict a drop."""
        if len(study.names) > max(self.min_modalities, 1):
            study.prepare()
        if self.keep == "relevance":
            choose = least_relevant(study, self.scoring)
        else:
            choose = chooser(study, self.keep, self.costs)
        kept, drops = eliminate(
            study,
            threshold=self._thresholds["modality"],
            harmless=lambda gain: gain.mean <= self.tolerance,
            choose=choose,
            min_modalities=self.min_modalities,
            scoring=self.scoring,
        )
        return kept, [self._modality_row(study, drop) for drop in drops]

    def _modality_row(self, study, drop):
        reason = f"the modalities kept then explain {drop.share:.1%} of it out of fold"
        reason += f", {study.names[drop.stand_in]!r} alone {drop.stand_in_share:.1%}"
        if drop.gain is not None:
            words = change_words(study, drop.gain, self.scoring)
            reason += f"; dropping it {words} (tolerated: {-self.tolerance:g})"
        columns = study.resolved[drop.modality][2]
        return {
            "level": "modality",
            "dropped": study.names[drop.modality],
            "stand_in": study.names[drop.stand_in],
            "measure": "explained",
            "value": drop.share,
            "threshold": self._thresholds["modality"],
            "modality": study.names[drop.modality],
            "columns": list(columns) if isinstance(columns, list) else [columns],
            "reason": reason,
        }

    def _columns_of(self, study, kept):
        """Return which columns stay: of a kept modality, or of none."""
        labels = _labels(study.X)
        dropped = used_columns(study.resolved)
        if kept:
            dropped = dropped - used_columns([study.resolved[k] for k in kept])
        return np.array([label not in dropped for label in labels])

    def _drop_features(self, study, kept):
        """Clear `support_` of columns, and return one dict a drop."""
        labels = _labels(study.X)
        read = used_columns([study.resolved[k] for k in kept])
        positions = [p for p, label in enumerate(labels) if label in read]
        columns = comparable_columns(
            study.X, positions, categories=self.categories, weight=study.weight
        )
        graph = columns.stand_ins(
            method=self.method,
            threshold=self._thresholds["feature"],
            weight=study.weight,
        )
        order = column_order(study, columns, self.keep, self.costs, self.method)
        rows = []
        for k, stand_in in STRATEGIES[self.strategy](graph, order).items():
            self.support_[columns.positions[k]] = False
            names = (labels[columns.positions[place]] for place in (k, stand_in))
            measure = columns.measure(k, stand_in, self.method)
            value = float(graph[k, stand_in])
            rows.append(self._feature_row(study, *names, measure, value))
        return rows

    def _feature_row(self, study, dropped, stand_in, measure, value):
        owner = [name for name, *rest in study.resolved if dropped in _read(rest)]
        reason = f"{measure} = {value:.3f} with {stand_in!r}, which is kept"
        if abs(value) < self._thresholds["feature"] * (1 - 1e-9):
            reason = f"linked to {stand_in!r}, which is kept, through other columns"
        return {
            "level": "feature",
            "dropped": dropped,
            "stand_in": stand_in,
            "measure": measure,
            "value": value,
            "threshold": self._thresholds["feature"],
            "modality": owner[0],
            "columns": [dropped],
            "reason": reason,
        }

    def prune_modalities(self, modalities=None):
        """Return modalities without the columns that `fit` has dropped.

        Parameters
        ----------
        modalities : "auto" or list of (name, extractor, columns), default=None
            Columns by name, or by position in the table of `fit`; None takes those
            that `fit` has found.

        Returns
        -------
        kept : list of (name, extractor, columns)
            Those that have a column left, with resolved columns of the table of
            `fit`: for the same table, or by name for that of `transform`.

        Raises
        ------
        ValueError
            When `modalities` names a column that `fit` has not seen, or keeps none.
        """
        check_is_fitted(self)
        if modalities is None:
            return prune_columns(self._resolved, self._dropped())
        header = np.empty((0, len(self._labels)))
        if self._framed:
            header = pd.DataFrame(header, columns=self._labels)
        return prune_columns(resolve_modalities(modalities, header), self._dropped())

    def _dropped(self):
        """Return the labels of the dropped columns."""
        pairs = zip(self._labels, self.support_, strict=True)
        return {label for label, kept in pairs if not kept}

    def _get_support_mask(self):
        check_is_fitted(self)
        return self.support_

    def transform(self, X):
        """Return the kept columns: a frame stays one, if `fit` saw one.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            The columns of `fit`, in their order.

        Returns
        -------
        Xt : ndarray or dataframe of shape (n_samples, n_kept)
        """
        check_is_fitted(self)
        X = _frame.as_table(X, type(self).__name__)
        validate_data(self, X=X, skip_check_array=True, reset=False)
        if _frame.is_frame(X) and not self._framed:
            X = np.asarray(X)  # no names were learnt that would fit
        Xt = _frame.take_columns(X, np.flatnonzero(self.support_))
        names = _frame.column_names(X)
        if names is not None and not self.support_.all():
            # whoever names these columns next learns that they are pruned, not lost
            note_pruned(Xt, names)
        return Xt

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.target_tags.required = False
        return tags


#: Thresholds where the user gives none.
THRESHOLDS = {"modality": 0.8, "feature": 0.9}


def _by_level(threshold):
    """Return the threshold of each level."""
    if threshold is None:
        return dict(THRESHOLDS)
    if not isinstance(threshold, dict):
        return dict.fromkeys(THRESHOLDS, threshold)
    unknown = sorted(set(threshold) - set(THRESHOLDS))
    if unknown:
        raise ValueError(
            f"threshold names the levels {unknown}; there are {list(THRESHOLDS)}."
        )
    for level, value in threshold.items():
        if not 0 < value <= 1:
            raise ValueError(
                f"threshold must be in (0, 1] for level {level!r}, got {value!r}."
            )
    return THRESHOLDS | threshold


def _weighty(X, y, sample_weight, groups, cv):
    """Return the rows whose weight is not zero, with their metadata.

    Splits that the user gives count all rows.
    """
    if sample_weight is None or not (cv is None or isinstance(cv, Integral)):
        return X, y, sample_weight, groups
    weight = np.asarray(sample_weight, dtype=float)
    if weight.shape != (X.shape[0],) or not (weight == 0).any() or not weight.any():
        return X, y, sample_weight, groups
    rows = np.flatnonzero(weight)
    y, groups = (None if v is None else np.asarray(v)[rows] for v in (y, groups))
    return _frame.take_rows(X, rows), y, weight[rows], groups


def _labels(X):
    names = _frame.column_names(X)
    return list(range(X.shape[1])) if names is None else names


def _read(rest):
    return used_columns([("", *rest)])
