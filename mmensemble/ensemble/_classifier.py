"""The classifier."""

from sklearn.base import ClassifierMixin
from sklearn.metrics import get_scorer_names
from sklearn.utils.validation import check_is_fitted

from mmensemble._compat import StrOptions, fit_context, with_callbacks
from mmensemble._threads import few_threads
from mmensemble.ensemble._base import BaseMultimodal


class MultimodalClassifier(ClassifierMixin, BaseMultimodal):
    """Classify rows of one table that holds several modalities.

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
    decision : str, array-like of shape (n_classes, n_classes) or callable, \
            default="auto"
        How ``predict`` decides; probabilities stay as they are. "argmax": the most
        probable class. "prior": the largest probability over the class's frequency,
        best for balanced accuracy. A matrix: the smallest expected cost, rows being
        true classes, columns predictions. The name of a score, such as "f1": what
        is best for it out of fold. A function: from probabilities to positions of
        classes. "auto": what is best for the fusion's `scoring`, or "argmax". It is
        settled by ``fit``: a fitted model decides as before until it is fitted again.
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
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
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
    MultimodalRegressor : The same for numbers.
    MultimodalTransformer : The fused features, for any pipeline.

    Examples
    --------
    >>> from sklearn.model_selection import cross_val_score
    >>> from mmensemble import MultimodalClassifier
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion="stacking", random_state=0)
    >>> bool(cross_val_score(model, data.data, data.target).mean() > 0.7)
    True
    """

    _parameter_constraints = {
        **BaseMultimodal._parameter_constraints,
        "decision": [
            StrOptions({"auto", "argmax", "prior", *get_scorer_names()}),
            "array-like",
            callable,
        ],
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
            absent_columns=absent_columns,
            cv=cv,
            n_jobs=n_jobs,
            random_state=random_state,
            verbose=verbose,
        )
        self.decision = decision

    @with_callbacks
    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        """Fit extractors, learners and fusion.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table.
        y : array-like of shape (n_samples,)
            Labels.
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
        self._fit(X, y, classifier=True, metadata=metadata)
        return self

    @few_threads
    def predict_proba(self, X):
        """Return class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            A row may lack modalities; one that lacks all gets the training prior.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
        """
        check_is_fitted(self)
        return self.fusion_.predict(self._view(X))

    def predict(self, X):
        """Return the label of each row, as `decision` says.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        labels : ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        return self._task.decide(self.predict_proba(X))

    def _predicts_classes(self):
        return True

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags
