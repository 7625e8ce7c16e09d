"""Labels 0, 1, ... for classifiers that take no others."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted


def is_coded(y):
    """Tell whether labels are the numbers 0, 1, ... with none left out."""
    labels = np.unique(y)
    return labels.dtype.kind in "iuf" and np.array_equal(labels, range(len(labels)))


def _inner_has(method):
    def check(coded):
        getattr(getattr(coded, "estimator_", coded.estimator), method)
        return True

    return check


class CodedLabelsClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """A classifier fitted on the positions of the labels among those it sees.

    Some classifiers, such as xgboost's, refuse labels other than 0, 1, ..., and
    with them training rows that lack one of these.

    Parameters
    ----------
    estimator : classifier

    Attributes
    ----------
    estimator_ : classifier
        Fitted clone.
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from mmensemble.learners._labels import CodedLabelsClassifier
    >>> model = CodedLabelsClassifier(DecisionTreeClassifier())
    >>> X, y = np.array([[0.0], [1.0]]), np.array(["no", "yes"])
    >>> model.fit(X, y).predict(X).tolist()
    ['no', 'yes']
    """

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, X, y, **params):
        """Fit the classifier on coded labels.

        Parameters
        ----------
        X : table of shape (n_samples, n_columns)
        y : array-like of shape (n_samples,)
        **params : dict
            Metadata for its ``fit``.

        Returns
        -------
        self : object
        """
        self.classes_, codes = np.unique(y, return_inverse=True)
        self.estimator_ = clone(self.estimator).fit(X, codes, **params)
        return self

    def predict(self, X):
        """Return labels of shape (n_samples,)."""
        check_is_fitted(self)
        return self.classes_[np.asarray(self.estimator_.predict(X), dtype=int)]

    @available_if(_inner_has("predict_proba"))
    def predict_proba(self, X):
        """Return probabilities of shape (n_samples, n_classes)."""
        check_is_fitted(self)
        return self.estimator_.predict_proba(X)

    @available_if(_inner_has("decision_function"))
    def decision_function(self, X):
        """Return what the classifier's decision function gives."""
        check_is_fitted(self)
        return self.estimator_.decision_function(X)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self.estimator).input_tags
        return tags
