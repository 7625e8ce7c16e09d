"""Probabilities for other class frequencies than those learnt from."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted


def moved_to(probabilities, factors):
    """Return probabilities whose classes' odds are multiplied by factors.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
    factors : ndarray of shape (n_classes,)

    Examples
    --------
    >>> moved_to(np.array([[0.5, 0.5]]), np.array([1.5, 0.5])).tolist()
    [[0.75, 0.25]]
    """
    moved = probabilities * factors
    total = moved.sum(axis=1, keepdims=True)
    return moved / np.where(total > 0, total, 1)


class PriorCorrectedClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """A classifier whose probabilities are moved to other class frequencies.

    Parameters
    ----------
    estimator : classifier
        With ``predict_proba``.
    factors : dict of label to float
        By what the odds of each class are multiplied: its true frequency over that
        among the training rows.

    Attributes
    ----------
    estimator_ : classifier
        Fitted clone.
    classes_ : ndarray of shape (n_classes,)

    References
    ----------
    Elkan, C. (2001). The foundations of cost-sensitive learning. International
    Joint Conference on Artificial Intelligence.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.dummy import DummyClassifier
    >>> from mmensemble.learners._prior import PriorCorrectedClassifier
    >>> X, y = np.zeros((4, 1)), np.array([0, 0, 1, 1])
    >>> model = PriorCorrectedClassifier(DummyClassifier(), {0: 1.5, 1: 0.5})
    >>> model.fit(X, y).predict_proba(X[:1]).tolist()
    [[0.75, 0.25]]
    """

    def __init__(self, estimator, factors):
        self.estimator = estimator
        self.factors = factors

    def fit(self, X, y, **params):
        """Fit the classifier.

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
        self.estimator_ = clone(self.estimator).fit(X, y, **params)
        self.classes_ = self.estimator_.classes_
        return self

    def predict_proba(self, X):
        """Return probabilities of shape (n_samples, n_classes)."""
        check_is_fitted(self)
        factors = np.array([self.factors[label] for label in self.classes_.tolist()])
        return moved_to(self.estimator_.predict_proba(X), factors)

    def predict(self, X):
        """Return labels of shape (n_samples,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = get_tags(self.estimator).input_tags.sparse
        return tags
