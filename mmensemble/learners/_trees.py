"""Trees that fit the data at hand: boosted, and extremely randomised ones.

What they need of time is bounded: bins, leaves and trees go by rows, columns
and classes, so that a fit on a thousand rows takes a fraction of a second.
"""

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.utils.validation import check_is_fitted, validate_data

from mmensemble._validation import check_weight
from mmensemble.numerics._weight_unit import weight_unit

#: Sparse matrices up to this width are read as they are. Of wider ones, so many
#: columns that are filled in so many rows stay; the rest become singular vectors.
#: Bounds on the work, by judgement: wider ones become 200 columns at most.
_WIDEST, _MOST_KEPT, _FILLED, _DIRECTIONS = 500, 100, 0.1, 100
#: Boosted trees of all classes together, and the fewest and most rounds. Set, as the
#: number of randomised trees below, by the log loss of alzheimer, ischemic_stroke,
#: nutrimouse, htad and watch, all modalities together.
_BOOSTED_TREES, _ROUNDS = 240, (8, 200)
#: Columns that each split of a boosted tree looks at: a bound on the work.
_COLUMNS = 20
#: Randomised trees, columns that each split looks at, and leaves at most, about.
_FOREST, _LOOKED_AT, _LEAVES = 50, 40, 2000


class _Narrow:
    """A wide sparse matrix as few dense columns, for trees to split.

    Columns that hold something in many rows, as numbers do, stay as they are; of
    rare ones, as words are, the leading singular vectors are read.
    """

    def __init__(self, X):
        filled = np.asarray((X != 0).sum(axis=0)).ravel() / X.shape[0]
        order = np.argsort(-filled, kind="stable")[:_MOST_KEPT]
        self.kept_ = np.sort(order[filled[order] >= _FILLED])
        self.rare_ = np.setdiff1d(np.arange(X.shape[1]), self.kept_)
        width = max(1, min(_DIRECTIONS, X.shape[0] - 1))
        self.reducer_ = TruncatedSVD(width, random_state=0).fit(X[:, self.rare_])

    def transform(self, X):
        """Return the columns that stay, then those of the rare ones."""
        rare = self.reducer_.transform(X[:, self.rare_])
        return np.hstack([X[:, self.kept_].toarray(), rare])


class _Trees(BaseEstimator):
    """What both kinds read, and from what.

    Sparse matrices are read as dense ones, wide ones as few columns.
    """

    __metadata_request__fit = {"sample_weight": True}

    def __init__(self, *, effort=1.0, random_state=None):
        self.effort = effort
        self.random_state = random_state

    def _learn(self, X, y, sample_weight, **checks):
        """Return dense columns, targets, and weights in their unit."""
        X, y = validate_data(
            self, X, y, accept_sparse="csr", dtype=np.float64, **checks
        )
        weight = check_weight(sample_weight, X.shape[0])
        if weight is not None:
            weight = weight / weight_unit(weight)  # boosting splits no tiny sums
        wide = sparse.issparse(X) and X.shape[1] > _WIDEST
        self.narrow_ = _Narrow(X) if wide else None
        return self._dense(X), y, weight

    def _read(self, X):
        check_is_fitted(self)
        return self._dense(
            validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        )

    def _dense(self, X):
        if self.narrow_ is not None:
            return self.narrow_.transform(sparse.csr_array(X))
        return X.toarray() if sparse.issparse(X) else X

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


class _TreesClassifier(ClassifierMixin, _Trees):
    """Trees for classes."""

    def fit(self, X, y, sample_weight=None):
        """Fit to `X` and labels `y`, where rows may have weights."""
        X, y, weight = self._learn(X, y, sample_weight)
        self.classes_, codes = np.unique(y, return_inverse=True)
        shares = np.bincount(codes, weights=weight)
        self.prior_ = shares / shares.sum()
        self.model_ = self._make(X.shape, len(self.classes_))
        self.model_.fit(X, codes, sample_weight=weight)
        return self

    def predict_proba(self, X):
        """Return class probabilities, an array of shape (n_samples, n_classes)."""
        return self.model_.predict_proba(self._read(X))

    def predict(self, X):
        """Return the most probable class of each row."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class _TreesRegressor(RegressorMixin, _Trees):
    """Trees for one target or several, one model each."""

    def fit(self, X, y, sample_weight=None):
        """Fit to `X` and targets `y`, where rows may have weights."""
        own = {"multi_output": True, "y_numeric": True}
        X, y, weight = self._learn(X, y, sample_weight, **own)
        self.squeeze_ = y.ndim == 1
        self.models_ = [
            self._make(X.shape).fit(X, target, sample_weight=weight)
            for target in y.reshape(len(y), -1).T
        ]
        return self

    def predict(self, X):
        """Return predictions of shape (n_samples,) or (n_samples, n_targets)."""
        X = self._read(X)
        values = np.column_stack([self._ask(model, X) for model in self.models_])
        return values[:, 0] if self.squeeze_ else values

    def _ask(self, model, X):
        return model.predict(X)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _boosting_options(owner, shape, n_classes):
    """Return settings of histogram boosting for a matrix of this shape.

    A tree's time goes by leaves times bins times columns, hardly by rows, as
    long as these are few; few rows need few of each.
    """
    n_rows, n_columns = shape
    n_trees = 1 if n_classes < 3 else n_classes
    most = max(min(50, n_rows // 5), n_rows // 50)
    rounds = owner.effort * min(most, _BOOSTED_TREES / n_trees)
    rounds = np.clip(rounds, *_ROUNDS)
    return {
        "max_iter": int(rounds),
        "learning_rate": 0.1 if rounds >= 50 else 0.2,
        "max_bins": int(np.clip(n_rows // 30, 32, 255)),
        "max_leaf_nodes": int(np.clip(n_rows // 100, 8, 31)),
        "max_features": float(min(1.0, max(0.1, _COLUMNS / n_columns))),
        "min_samples_leaf": int(np.clip(n_rows // 20, 2, 20)),
        "early_stopping": False,
        "random_state": owner.random_state,
    }


class AutoBoostingClassifier(_TreesClassifier):
    """Histogram gradient boosting whose size follows rows, columns and classes.

    Parameters
    ----------
    effort : float, default=1.0
        Multiplies the number of trees.
    random_state : int, RandomState instance or None, default=None

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    model_ : HistGradientBoostingClassifier

    References
    ----------
    Friedman, J. H. (2001). Greedy function approximation: a gradient boosting
    machine. Annals of Statistics, 29(5), 1189-1232.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from mmensemble.learners._trees import AutoBoostingClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> AutoBoostingClassifier(random_state=0).fit(X, y).model_.max_iter
    30
    """

    def _make(self, shape, n_classes):
        options = _boosting_options(self, shape, n_classes)
        return HistGradientBoostingClassifier(**options)


class AutoBoostingRegressor(_TreesRegressor):
    """Histogram gradient boosting whose size follows rows and columns.

    Parameters
    ----------
    effort : float, default=1.0
        Multiplies the number of trees.
    random_state : int, RandomState instance or None, default=None

    Attributes
    ----------
    models_ : list of HistGradientBoostingRegressor
        One a target.

    References
    ----------
    Friedman, J. H. (2001). Greedy function approximation: a gradient boosting
    machine. Annals of Statistics, 29(5), 1189-1232.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from mmensemble.learners._trees import AutoBoostingRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> len(AutoBoostingRegressor(random_state=0).fit(X, y).models_)
    1
    """

    def _make(self, shape):
        return HistGradientBoostingRegressor(**_boosting_options(self, shape, 1))


def _forest_options(owner, shape, smallest):
    """Return settings of randomised trees for a matrix of this shape.

    A third of the columns a split makes better probabilities than their root,
    as long as it is no more than some dozens.
    """
    n_rows, n_columns = shape
    columns = max(np.sqrt(n_columns), min(n_columns / 3, _LOOKED_AT))
    return {
        "n_estimators": max(10, round(_FOREST * owner.effort)),
        "min_samples_leaf": max(smallest, n_rows // _LEAVES),
        "max_features": max(1, int(columns)),
        "random_state": owner.random_state,
    }


def _mean_of_trees(forest, X):
    """Return the mean prediction of the trees, without a parallel call for it."""
    X = X.astype(np.float32)  # what the trees compare with
    trees = (tree.tree_ for tree in forest.estimators_)
    return sum(tree.predict(X) for tree in trees) / forest.n_estimators


class AutoTreesClassifier(_TreesClassifier):
    """Extremely randomised trees whose probabilities are never zero.

    The prior counts as one tree more. Leaves grow with the number of rows, so
    that a tree has 2,000 at most.

    Parameters
    ----------
    effort : float, default=1.0
        Multiplies the number of trees, which is 50.
    random_state : int, RandomState instance or None, default=None

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    model_ : ExtraTreesClassifier

    References
    ----------
    Geurts, P., Ernst, D., & Wehenkel, L. (2006). Extremely randomized trees.
    Machine Learning, 63(1), 3-42.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from mmensemble.learners._trees import AutoTreesClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> bool(AutoTreesClassifier(random_state=0).fit(X, y).predict_proba(X).min() > 0)
    True
    """

    def _make(self, shape, n_classes):
        return ExtraTreesClassifier(**_forest_options(self, shape, 1))

    def predict_proba(self, X):
        """Return class probabilities, an array of shape (n_samples, n_classes)."""
        n_trees = self.model_.n_estimators
        votes = _mean_of_trees(self.model_, self._read(X))
        return (n_trees * votes + self.prior_) / (n_trees + 1)


def trees_for_shares(owner, shape):
    """Return the regressor of several targets that stands for trees of classes.

    Parameters
    ----------
    owner : AutoTreesClassifier
    shape : tuple of int
        Of the training matrix.
    """
    return ExtraTreesRegressor(**_forest_options(owner, shape, 1))


class AutoTreesRegressor(_TreesRegressor):
    """Extremely randomised trees.

    Leaves grow with the number of rows, so that a tree has 2,000 at most.

    Parameters
    ----------
    effort : float, default=1.0
        Multiplies the number of trees, which is 50.
    random_state : int, RandomState instance or None, default=None

    Attributes
    ----------
    models_ : list of ExtraTreesRegressor
        One a target.

    References
    ----------
    Geurts, P., Ernst, D., & Wehenkel, L. (2006). Extremely randomized trees.
    Machine Learning, 63(1), 3-42.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from mmensemble.learners._trees import AutoTreesRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> AutoTreesRegressor(random_state=0).fit(X, y).predict(X).shape
    (442,)
    """

    def _make(self, shape):
        return ExtraTreesRegressor(**_forest_options(self, shape, 2))

    def _ask(self, model, X):
        return _mean_of_trees(model, X).ravel()
