"""Fits of learners to shares of the classes in place of labels."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)

from mmensemble._frame import take_rows
from mmensemble._validation import as_weight
from mmensemble.learners._abilities import weight_parameter
from mmensemble.learners._linear import AutoLinearClassifier
from mmensemble.learners._task import accepted_input, accepts, fit_learner
from mmensemble.learners._trees import AutoTreesClassifier, trees_for_shares

#: Least share for which a row is copied.
_LEAST_SHARE = 1e-3
#: Forests whose splits by squared error are those by Gini's index.
_FORESTS = {
    RandomForestClassifier: RandomForestRegressor,
    ExtraTreesClassifier: ExtraTreesRegressor,
}


class SharesForest(ClassifierMixin, BaseEstimator):
    """A forest that learns shares of classes as numbers.

    For indicators in place of shares, splits by squared error are those by Gini's
    index, so that it is the forest of labels (Breiman, Friedman, Olshen & Stone
    1984, "Classification and regression trees", section 4.4).

    Parameters
    ----------
    forest : regressor
        For several targets.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    forest_ : fitted regressor

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.ensemble import RandomForestRegressor
    >>> from mmensemble.learners._soft import SharesForest
    >>> shares = np.array([[0.9, 0.1], [0.4, 0.6]])
    >>> forest = RandomForestRegressor(n_estimators=5, bootstrap=False)
    >>> forest = SharesForest(forest).fit_shares([[0.0], [1.0]], shares, ["a", "b"])
    >>> forest.predict_proba([[0.0]]).round(2)
    array([[0.9, 0.1]])
    """

    def __init__(self, forest):
        self.forest = forest

    def fit_shares(self, X, shares, classes, sample_weight=None):
        """Fit to shares of shape (n_samples, n_classes)."""
        self.classes_ = np.asarray(classes)
        self.forest_ = self.forest.fit(X, shares, sample_weight=sample_weight)
        return self

    def predict_proba(self, X):
        """Return class probabilities, an array of shape (n_samples, n_classes)."""
        found = np.clip(self.forest_.predict(X), 0.0, None)
        return found / found.sum(axis=1, keepdims=True)

    def predict(self, X):
        """Return the class of the largest share of each row."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def fit_shares(learner, X, shares, classes, weight=None, groups=None, softened=None):
    """Fit a classifier to shares of the classes, and return it or its stand-in.

    The default linear model minimises the cross entropy with the shares; forests
    learn them as numbers; of any other learner, each row is copied once a class
    with its share as weight, which is the same for every learner that minimises a
    sum of losses.

    Parameters
    ----------
    learner : classifier
        A clone that the caller owns.
    X : ndarray, sparse matrix or table of shape (n_samples, n_features)
    shares : ndarray of shape (n_samples, n_classes)
        With sum one in each row.
    classes : ndarray of shape (n_classes,)
        Labels of the columns, sorted.
    weight, groups : ndarray of shape (n_samples,), default=None
    softened : Softened, default=None
        More exactly what a linear model minimises.

    Returns
    -------
    fitted : classifier

    Raises
    ------
    TypeError
        For a learner that takes no weights.
    """
    if isinstance(learner, AutoLinearClassifier):
        return learner.fit_shares(X, shares, classes, weight, groups, softened)
    forest = _forest_of(learner, X)
    if forest is not None:
        X = accepted_input(X, learner)
        return SharesForest(forest).fit_shares(X, shares, classes, weight)
    rows, columns, share = copies(shares, weight)
    parameter = weight_parameter(learner)
    if parameter is None:
        raise TypeError(
            f"{type(learner).__name__} takes no sample_weight, so it cannot learn "
            "shares of classes (a row of 0.7 'a' and 0.3 'b'). Choose a learner that "
            "takes weights, or a forest."
        )
    params = {parameter: share}
    if accepts(learner, "groups"):
        params["groups"] = rows if groups is None else groups[rows]
    return fit_learner(learner, take_rows(X, rows), classes[columns], params)


def copies(shares, weight=None):
    """Return the rows, classes and weights of copies that stand for shares.

    Shares below 0.001 are left out, and the others scaled to the same sum.

    Parameters
    ----------
    shares : ndarray of shape (n_samples, n_classes)
    weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    rows, columns : ndarray of int of shape (n_copies,)
    share : ndarray of shape (n_copies,)
    """
    least = min(_LEAST_SHARE, 0.5 / shares.shape[1])
    kept = np.where(shares >= least, shares, 0.0)
    kept *= (shares.sum(axis=1) / kept.sum(axis=1))[:, None]
    kept *= as_weight(weight, len(shares))[:, None]
    rows, columns = np.nonzero(kept)
    return rows, columns, kept[rows, columns]


def _forest_of(learner, X):
    """Return the regressor that stands for a forest of classes, or None."""
    if isinstance(learner, AutoTreesClassifier):
        return trees_for_shares(learner, X.shape)
    regressor = _FORESTS.get(type(learner))
    if regressor is None or learner.class_weight is not None:
        return None
    criterion = {"gini": "squared_error"}.get(learner.criterion)
    if criterion is None or learner.monotonic_cst is not None:
        return None
    own = regressor().get_params(deep=False)
    params = {k: v for k, v in learner.get_params(deep=False).items() if k in own}
    return regressor(**params | {"criterion": criterion})
