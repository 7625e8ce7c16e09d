"""The classifier of several sources."""

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils import column_or_1d
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from mmensemble._compat import fit_context
from mmensemble._validation import check_table_and_target
from mmensemble.transfer._multi_source import BaseMultiSource


def _estimator_has(method):
    def check(estimator):
        if getattr(estimator, "towards", None) == "source":
            return True
        getattr(getattr(estimator, "estimator_", estimator.estimator), method)
        return True

    return check


class MultiSourceClassifier(ClassifierMixin, BaseMultiSource):
    """Classify rows of one source with the help of rows from others.

    A few labelled rows of a new hospital, subject or device (the target) stand
    beside many from elsewhere. How much they should weigh is chosen by held-out
    loss: of the target's own rows, and of each source in the target's place, given
    as few labelled rows as the target has. Pooling all rows as they are is always
    among the candidates, and stays where nothing else promises less loss by more
    than half of its standard error.

    `predict` takes rows of the target. `domain` is requested as metadata by
    default; without metadata routing it is given to ``fit`` by name, in
    ``cross_val_score(..., params={"domain": domain})`` too.

    Parameters
    ----------
    estimator : estimator object
        Any classifier that takes `sample_weight`, a multimodal one for instance.
        Whatever it takes as `X` can be given here.
    target : str, int or bool, default=None
        Name of the domain that is to be predicted, of which `fit` needs labelled
        rows. None: no domain is more than another, and all rows are pooled.
    weight : "cv" or float, default="cv"
        Total weight of the target's rows as a multiple of that of all other rows.
        0 learns from the sources alone, infinity from the target alone. "cv"
        chooses among 0.3, 1, 3, infinity and pooling, or with
        ``towards="source"`` among 0, 0.03, 0.1, 0.3, 1 and pooling.
    towards : {"pooled", "source"}, default="pooled"
        "pooled" fits the estimator to all rows, weighted. "source" fits it to the
        sources, and corrects it by the target's rows with the estimator's own
        penalty on change: of the coefficients (of standardised features) of a
        linear model or a pipeline that ends in one, else of the predicted log
        odds.
    align : {None, "standardise", "coral"}, default=None
        Shifts and scales the number columns of each domain to mean 0 and variance
        1, or the sources' to the means and covariance of the target's labelled
        rows, which takes more of them than columns.
    n_jobs : int, default=None
        Fits that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of the estimator's seed, and of which rows stand for the target's.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    estimator_ : estimator object
        Fitted to all rows, or to the sources.
    domains_ : ndarray of str objects of shape (n_domains,)
        Names of the domains, sorted.
    weight_ : float
        What the target's rows weigh in all, against all others.
    align_, towards_ : str or None
        How the chosen model came about.
    search_ : DataFrame or None
        One row a candidate: ``weight`` (NaN for pooled), ``align``, ``towards``,
        ``loss_target``, ``loss_sources``, ``difference`` (estimated gap to
        pooled), ``std_difference`` (its standard error) and ``chosen``. None
        where there was nothing to choose.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    MultiSourceRegressor : The same for numbers.
    DomainScaler : Takes out what domains add and multiply by.

    References
    ----------
    Chelba, C., & Acero, A. (2006). Adaptation of maximum entropy capitalizer:
    Little data can help a lot. Computer Speech & Language, 20(4).
    Sun, B., Feng, J., & Saenko, K. (2016). Return of frustratingly easy domain
    adaptation. AAAI.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from mmensemble.transfer import MultiSourceClassifier
    >>> rng = np.random.default_rng(0)
    >>> domain = np.repeat(["a", "b", "here"], [100, 100, 20])
    >>> X = rng.normal(size=(220, 2))
    >>> own = np.where(domain == "here", X[:, 1], X[:, 0])
    >>> y = np.where(own > 0, "yes", "no")
    >>> model = MultiSourceClassifier(LogisticRegression(), target="here")
    >>> model = model.fit(X, y, domain=domain)
    >>> bool(model.weight_ > 0.1), model.predict([[-1.0, 2.0]]).tolist()
    (True, ['yes'])
    """

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, *, domain=None, sample_weight=None, groups=None, **params):
        """Choose how to use the sources' rows, and fit the model.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table with the rows of all domains.
        y : array-like of shape (n_samples,)
            Labels.
        domain : array-like of shape (n_samples,), default=None
            Name of each row's domain; None: all are of one.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows; what `weight` speaks of comes on top.
        groups : array-like of shape (n_samples,), default=None
            Rows of one group never stand on both sides of an inner split.
        **params : dict
            More metadata, routed to the estimator.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            When no row is of the target.
        TypeError
            When rows are to be weighted and the estimator takes no weights.
        """
        X, y = check_table_and_target(self, X, y)
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        self.classes_ = np.unique(y)
        metadata = {"domain": domain, "sample_weight": sample_weight, "groups": groups}
        return self._fit(X, y, metadata | params, classifier=True)

    @available_if(_estimator_has("predict_proba"))
    def predict_proba(self, X):
        """Return class probabilities for rows of the target.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
        """
        check_is_fitted(self)
        return self._fitted.outputs(self._table(X))

    def predict(self, X):
        """Return the most probable label of each row of the target.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        labels : ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        X = self._table(X)
        if self._fitted.correction is None:
            return self.estimator_.predict(self._fitted.read(X))
        return self.classes_[self._fitted.outputs(X).argmax(axis=1)]
