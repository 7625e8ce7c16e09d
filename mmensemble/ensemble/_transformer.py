"""The transformer: fused features for any pipeline."""

import numpy as np
from scipy.sparse import issparse
from sklearn.base import TransformerMixin
from sklearn.utils import get_tags
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted

from mmensemble._compat import (
    check_feature_names_in,
    fit_context,
    get_output_config,
    with_callbacks,
)
from mmensemble._threads import few_threads
from mmensemble._validation import check_table_and_target
from mmensemble.ensemble._base import BaseMultimodal
from mmensemble.fusion import make_fusion


class FusedFeaturesMixin(TransformerMixin):
    """What estimators share that turn a table into fused features."""

    def fit(self, X, y=None, *, sample_weight=None, groups=None, **params):
        """Fit extractors, learners where the fusion needs them, and fusion.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table.
        y : array-like of shape (n_samples,) or (n_samples, n_targets), default=None
            Labels or numbers; needed by fusions of predictions and by extractors
            that learn from them.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.
        groups : array-like of shape (n_samples,), default=None
            Rows of one group never stand on both sides of an inner split.
        **params : dict
            More metadata, routed to whoever requests it.

        Returns
        -------
        self : object
        """
        metadata = {"sample_weight": sample_weight, "groups": groups, **params}
        self._fit_view(X, y, **metadata)
        return self

    def fit_transform(self, X, y=None, *, sample_weight=None, groups=None, **params):
        """Fit, and return the fused features of the training rows.

        Parameters are those of ``fit``.

        Returns
        -------
        features : {ndarray, sparse matrix, dataframe} of shape (n_samples, n_out)
            Out of fold where they are predictions.
        """
        metadata = {"sample_weight": sample_weight, "groups": groups, **params}
        data = self._fit_view(X, y, held_out=True, **metadata)
        return self._output(self.fusion_.transform(self.fusion_.training_view(data)))

    @with_callbacks
    @fit_context(prefer_skip_nested_validation=False)
    def _fit_view(self, X, y=None, held_out=False, **metadata):
        fusion = make_fusion(self.fusion)
        if not hasattr(fusion, "_transform"):
            raise ValueError(
                f"{type(fusion).__name__} makes no features, only predictions. Use it "
                "in MultimodalClassifier or MultimodalRegressor, or another 'fusion'."
            )
        classifier = None
        if {"predictions", "targets"} & fusion.needs:
            X, y = check_table_and_target(self, X, y)
            classifier = self._predicts_classes(y)
        own = {"classifier": classifier, "metadata": metadata}
        return self._fit(X, y, held_out=held_out, **own)

    @few_threads
    def transform(self, X):
        """Return the fused features.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        features : {ndarray, sparse matrix, dataframe} of shape (n_samples, n_out)
        """
        check_is_fitted(self)
        return self._output(self.fusion_.transform(self._view(X)))

    def _output(self, features):
        """Return features as they are, dense where `set_output` makes a frame."""
        framed = get_output_config("transform", self)["dense"] != "default"
        return features.toarray() if framed and issparse(features) else features

    @few_threads
    def transform_coalitions(self, X, coalitions):
        """Return the fused features of some of the modalities only.

        Rows are treated as if they lacked the others.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
        coalitions : array-like of bool of shape (n_coalitions, n_modalities)
            Modalities that each coalition has, in the order of `modalities_`.

        Returns
        -------
        features : list of {ndarray, sparse matrix} of shape (n_samples, n_out)
            One a coalition.

        Raises
        ------
        ValueError
            When `coalitions` has another number of columns.
        """
        views = self._coalition_views(X, coalitions)
        return [self.fusion_.transform(part) for part in views]

    def get_feature_names_out(self, input_features=None):
        """Return the names of the fused features.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Not used but checked, as in scikit-learn.

        Returns
        -------
        names : ndarray of str of shape (n_out,)
        """
        check_is_fitted(self)
        check_feature_names_in(self, input_features, generate_names=False)
        names = self.fusion_.get_feature_names_out(self._task)
        return np.asarray(names, dtype=object)

    def _predicts_classes(self, y=None):
        first = self.estimator[0][1] if isinstance(self.estimator, list) else None
        learner = self.estimator if first is None else first
        kind = None if learner is None else get_tags(learner).estimator_type
        if kind is not None or y is None:
            return kind != "regressor"
        return type_of_target(y, input_name="y") in ("binary", "multiclass")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        try:
            needs = make_fusion(self.fusion).needs
        except (TypeError, ValueError):
            needs = frozenset()
        tags.target_tags.required = bool({"predictions", "targets"} & needs)
        return tags


class MultimodalTransformer(FusedFeaturesMixin, BaseMultimodal):
    """Turn a table of several modalities into one matrix of fused features.

    A feature-level fusion gives the modalities' features side by side, with
    means and presence indicators where a modality is absent; it needs no `y`. A
    decision-level fusion gives predictions; ``fit_transform`` then returns the
    out-of-fold ones, so that what follows in a pipeline learns from honest
    inputs, and differs from ``fit(X, y).transform(X)``.

    Parameters
    ----------
    modalities : "auto" or list of (name, extractor, columns), default="auto"
        "auto" groups the columns of a frame by what stands before ``"__"``.
        Otherwise triples as in :class:`sklearn.compose.ColumnTransformer`.
        `extractor` is a transformer, a pipeline, "passthrough", "drop", or "auto"
        (chosen by the columns' dtypes). A predictor, or a pipeline that ends in
        one, brings that modality's own learner. `columns` is whatever
        ColumnTransformer takes.
    fusion : str or fusion object, default="concat"
        How modalities are combined: a short name, such as "concat", "stacking" or
        "voting", or an object with options. All are listed by
        :func:`mmensemble.list_fusions`. "auto", :class:`mmensemble.AutoFusion`,
        chooses members and weights from the data; the others are quicker.
    estimator : None, estimator object or list of (name, estimator), default=None
        Learner for every modality (decision level) or for the fused features
        (feature level). Of a list, each is fitted on every modality. None: what
        the fusion brings, as "auto" does, or a ridge-penalised linear model whose
        penalty is chosen cheaply.
    members : {"refit", "bagged"}, default="refit"
        What predicts at the decision level: members fitted on all rows, or the
        average of the models of the folds.
    pruner : None or CorrelationPruner, default=None
        Drops redundant columns or modalities before anything else is fitted,
        learnt from the training rows; its own modalities do not count. Out-of-fold
        predictions within the fit see its choice: put it in front, in a pipeline,
        where that matters.
    absent_columns : {"raise", "missing"}, default="raise"
        What a modality is of which a frame at predict has no column: an error, or
        missing in all rows.
    cv : int, splitter or iterable, default=None
        Splits of the out-of-fold predictions; None is 5 folds of rows in a fixed,
        shuffled order, an int makes folds in the order of the rows, as
        scikit-learn does. Both are stratified for classes and keep `groups` together.
    n_jobs : int, default=None
        Fits that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of all seeds. Each member's own is derived from its name.
    verbose : int or callable, default=0
        1 prints a line a fit; a callable is called as ``verbose(n_done, n_fits, text)``
        after each.

    Attributes
    ----------
    modalities_ : list of (name, extractor, columns)
        Modalities with resolved columns.
    extractors_ : dict of str to extractor
        Fitted extractors by modality; a list of them, one a fold, if bagged.
    estimators_ : dict of str to estimator
        Fitted learners by member, at the decision level.
    fusion_ : fusion object
        Fitted fusion.
    pruner_ : CorrelationPruner
        Fitted pruner, where one is given.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    MultimodalClassifier : Fusion and prediction of labels in one.
    MultimodalRegressor : Fusion and prediction of numbers in one.

    Examples
    --------
    >>> from mmensemble import MultimodalTransformer
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> MultimodalTransformer().fit_transform(data.data).shape
    (300, 30)
    """

    _parameter_constraints = {
        name: own
        for name, own in BaseMultimodal._parameter_constraints.items()
        if name != "augmenter"
    }

    def __init__(
        self,
        modalities="auto",
        *,
        fusion="concat",
        estimator=None,
        members="refit",
        pruner=None,
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
        self.absent_columns = absent_columns
        self.cv = cv
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
