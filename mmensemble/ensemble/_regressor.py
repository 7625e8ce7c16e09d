"""The regressor."""

from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_is_fitted

from mmensemble._compat import fit_context, with_callbacks
from mmensemble._threads import few_threads
from mmensemble.ensemble._base import BaseMultimodal


class MultimodalRegressor(RegressorMixin, BaseMultimodal):
    """Predict numbers, one or several, from a table that holds several modalities.

    One extractor a modality makes its features; a fusion combines the
    modalities, at the level of features or of decisions. A row lacks a modality
    when all its columns there are missing; such rows are welcome at fit and at
    predict.

    Parameters
    ----------
    modalities : "auto" or list of (name, extractor, columns), default="auto"
        "auto" groups the columns of a frame by what stands before ``"__"``.
        Otherwise triples as in :class:`sklearn.compose.ColumnTransformer`.
        `extractor` is a transformer, a pipeline, "passthrough", "drop", or "auto"
        (chosen by the columns' dtypes). A predictor, or a pipeline that ends in
        one, brings that modality's own learner. `columns` is whatever
        ColumnTransformer takes.
    fusion : str or fusion object, default="auto"
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
    augmenter : None, "auto" or MultimodalAugmenter, default=None
        Adds changed copies of the training rows, inside every fold; see
        :mod:`mmensemble.augmentation`. "auto" tries a few, in 25 more fits on folds,
        and takes one only if it beats both the rows as they are and their repetition
        by more than a standard error.
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
        Fitted learners by member; a list of them, one a fold, if bagged.
    fusion_ : fusion object
        Fitted fusion.
    pruner_ : CorrelationPruner
        Fitted pruner, where one is given.
    augmenter_ : MultimodalAugmenter or None
        What made copies, where an augmenter is given; None where none won.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    MultimodalClassifier : The same for labels.
    MultimodalTransformer : The fused features, for any pipeline.

    Examples
    --------
    >>> from sklearn.model_selection import cross_val_score
    >>> from mmensemble import MultimodalRegressor
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(task="regression", random_state=0)
    >>> model = MultimodalRegressor(fusion="voting", random_state=0)
    >>> bool(cross_val_score(model, data.data, data.target).mean() > 0.3)
    True
    """

    @with_callbacks
    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        """Fit extractors, learners and fusion.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets.
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
        self._fit(X, y, classifier=False, metadata=metadata)
        return self

    @few_threads
    def predict(self, X):
        """Return predictions.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            A row may lack modalities; one that lacks all gets the training mean.

        Returns
        -------
        values : ndarray of shape (n_samples,) or (n_samples, n_targets)
        """
        check_is_fitted(self)
        values = self.fusion_.predict(self._view(X))
        return values[:, 0] if self._task.squeeze else values

    def _predicts_classes(self):
        return False

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.target_tags.multi_output = True
        return tags
