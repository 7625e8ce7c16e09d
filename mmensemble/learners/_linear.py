"""The default learner: a ridge-penalised linear model, its penalty chosen cheaply."""

import warnings
from dataclasses import replace

import numpy as np
from scipy import linalg, sparse
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge, RidgeCV
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    check_is_fitted,
    validate_data,
)

from mmensemble._splits import inner_folds
from mmensemble._validation import as_weight, check_groups, check_weight
from mmensemble.learners._task import decision_probabilities
from mmensemble.numerics._logistic import (
    RidgeLogistic,
    principal_axes,
    search_penalty,
)
from mmensemble.numerics._penalty_search import HeldOut
from mmensemble.numerics._weight_unit import weight_unit

#: Inverse penalties tried for classes, one a decade, as in LogisticRegressionCV,
#: and penalties for numbers, two a decade: these cost next to nothing. Both are for
#: weights whose mean is one.
_CS = np.logspace(-4, 3, 8)
_ALPHAS = np.logspace(-3, 5, 17)
#: Rows times columns times classes from which one held-out part has to do: above,
#: folds take seconds on one core.
_LARGE_WORK = 500_000
#: Most iterations of the fits that are only compared with each other, the relative
#: gain at which they stop, and that of the last fit.
_SEARCH_ITERATIONS, _SEARCH_TOLERANCE = 30, 1e-5
_TOLERANCE = 1e-8
#: Cells up to which a sparse matrix becomes dense, 32 MB.
_DENSE_CELLS = 4_000_000


class _Rotation:
    """An exact change of coordinates that makes ridge problems small.

    Ridge penalties do not change under rotation, so a centred matrix of more
    columns than rows can be replaced by its principal components, as many as
    rows (Hastie & Tibshirani 2004, "Efficient quadratic regularization for
    expression arrays", Biostatistics 5(3)). All columns are divided by one
    number so that the same penalties serve any unit.
    """

    def __init__(self, X, sample_weight):
        self.mean, self.basis = None, None
        if sparse.issparse(X):
            self.scale = _spread(X.data, X.shape)
            return
        self.mean = np.average(X, axis=0, weights=sample_weight)
        centred = X - self.mean
        self.scale = _spread(centred, X.shape, sample_weight)
        if self.scale <= 1e-14 * np.abs(self.mean).max():  # rounding of constants
            self.scale = 1.0
        if X.shape[1] > X.shape[0]:
            self.basis = linalg.svd(centred, full_matrices=False)[2].T

    def forward(self, X):
        """Return the rows of `X` in the new coordinates."""
        if self.mean is None:
            return X / self.scale
        Z = (X - self.mean) / self.scale
        return Z if self.basis is None else Z @ self.basis

    def back(self, coef, intercept):
        """Return coefficients and intercept for the rows as they came."""
        coef = coef if self.basis is None else coef @ self.basis.T
        coef = coef / self.scale
        shift = 0.0 if self.mean is None else coef @ self.mean
        return coef, intercept - shift


def _spread(values, shape, weight=None):
    """Root mean square of a matrix given its stored values; 1 where all are 0."""
    peak = np.abs(values).max(initial=0.0)
    if peak == 0:
        return 1.0
    squares = (values / peak) ** 2  # no overflow, whatever the unit
    if weight is None:
        mean = squares.sum() / (shape[0] * shape[1])
    else:
        mean = np.average(squares.mean(axis=1), weights=weight)
    return peak * np.sqrt(mean) if mean > 0 else 1.0


def _drop_weightless(Z, y, weight, groups):
    """Return the rows that count: one of weight zero is as good as absent."""
    if weight is None or weight.all():
        return Z, y, weight, groups
    rows = np.flatnonzero(weight)
    groups = None if groups is None else groups[rows]
    return Z[rows], y[rows], weight[rows], groups


def _small_as_dense(X):
    """Return a small sparse matrix as an array, on which solvers are much faster."""
    if sparse.issparse(X) and X.shape[0] * X.shape[1] <= _DENSE_CELLS:
        return X.toarray()
    return X


class AutoLinearClassifier(ClassifierMixin, BaseEstimator):
    """Logistic regression with a ridge penalty chosen by a short search.

    The inverse penalty walks up a grid, warm-started, and stops once the
    held-out log loss has risen twice. Up to 500 rows the loss comes from 5
    folds, up to 10,000 from 3, beyond from one of 4, and so where rows times
    columns times classes exceed 500,000; folds keep `groups` together. Wide
    data are rotated first, exactly (see Hastie & Tibshirani 2004).

    Parameters
    ----------
    max_iter : int, default=1000
        Most iterations of one fit.

    Attributes
    ----------
    C_ : float
        Chosen inverse penalty, for features of unit mean variance and weights as they
        came: half of it for twice the weights, which predict the same.
    classes_ : ndarray of shape (n_classes,)
    coef_, intercept_ : ndarray
        As in :class:`sklearn.linear_model.LogisticRegression`.
    n_iter_ : ndarray
        Iterations of the last fit.

    References
    ----------
    Hastie, T., & Tibshirani, R. (2004). Efficient quadratic regularization for
    expression arrays. Biostatistics, 5(3), 329-340.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from mmensemble.learners._linear import AutoLinearClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> round(AutoLinearClassifier().fit(X, y).score(X, y), 2)
    0.98
    """

    __metadata_request__fit = {"sample_weight": True, "groups": True}

    def __init__(self, *, max_iter=1000):
        self.max_iter = max_iter

    def fit(self, X, y, sample_weight=None, groups=None):
        """Choose the penalty and fit.

        Parameters
        ----------
        X : {ndarray, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), default=None
        groups : array-like of shape (n_samples,), default=None
            Rows that must not be parted while the penalty is chosen.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            When all weights are zero, or groups and rows differ in number.
        """
        X, targets, *rows = self._checked(X, y, sample_weight, groups)
        return self._solve(X, targets, *rows)

    def held_out(self, X, y, sample_weight=None, groups=None):
        """Return what `fit` would see of rows left out, at the penalty it would choose.

        Parameters
        ----------
        X, y, sample_weight, groups
            As in `fit`.

        Returns
        -------
        found : HeldOut
            With log losses, and `C_` as `chosen`.
        """
        X, targets, *rows = self._checked(X, y, sample_weight, groups)
        return self._rotated(X, targets, *rows)[-1]

    def _checked(self, X, y, sample_weight, groups):
        """Return features, indicators of the classes, weights and groups."""
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)
        check_classification_targets(y)
        weight = check_weight(sample_weight, X.shape[0])
        groups = check_groups(groups, X)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                "AutoLinearClassifier needs at least 2 classes, got one class: "
                f"{self.classes_.tolist()[0]!r}."
            )
        return X, np.eye(len(self.classes_))[codes], weight, groups

    def fit_shares(
        self, X, shares, classes, sample_weight=None, groups=None, softened=None
    ):
        """Fit to shares of the classes in place of labels.

        Parameters
        ----------
        X : {ndarray, sparse matrix} of shape (n_samples, n_features)
        shares : ndarray of shape (n_samples, n_classes)
            What is to be predicted for each row, with sum one.
        classes : ndarray of shape (n_classes,)
            Labels of the columns, sorted; at least two.
        sample_weight, groups : array-like of shape (n_samples,), default=None
            As in `fit`.
        softened : Softened, default=None
            More of the loss, at another temperature; only the penalty is chosen
            without it.

        Returns
        -------
        self : object
        """
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64)
        weight = check_weight(sample_weight, X.shape[0])
        self.classes_ = np.asarray(classes)
        return self._solve(X, shares, weight, check_groups(groups, X), softened)

    def _solve(self, X, targets, weight, groups, softened=None):
        """Choose the penalty and fit to indicators or shares of the classes."""
        rotation, axes, Z, found = self._rotated(X, targets, weight, groups)
        self.C_ = found.chosen
        penalty = _one_line(len(self.classes_)) / self.C_
        solver = {"tol": _TOLERANCE, "max_iter": self.max_iter}
        if softened is None:
            fit = RidgeLogistic(Z, targets, weight).solve(penalty, **solver)
        else:
            fit = softened.solve(Z, penalty, **solver)
        if not fit.converged:
            warnings.warn(
                f"AutoLinearClassifier did not converge in max_iter={self.max_iter} "
                "iterations; allow more, or scale the data.",
                ConvergenceWarning,
                stacklevel=2,
            )
        lines = fit.coef if axes is None else axes @ fit.coef
        lines, level = lines.T, fit.intercept
        if len(level) == 2:
            lines, level = np.diff(lines, axis=0), np.diff(level)
        self.n_iter_ = np.array([fit.n_iter])
        self.coef_, self.intercept_ = rotation.back(lines, level)
        return self

    def _rotated(self, X, targets, weight, groups):
        """Return rotation, axes, the rows in these coordinates, and the search."""
        X = _small_as_dense(X)
        rotation = _Rotation(X, weight)
        Z = rotation.forward(X)
        axes = principal_axes(Z)
        Z = Z if axes is None else Z @ axes
        found = self._choose(*_drop_weightless(Z, targets, weight, groups))
        return rotation, axes, Z, found

    def _choose(self, Z, targets, weight, groups):
        codes = targets.argmax(axis=1)
        seen = targets.any(axis=0)
        n_samples, n_classes = Z.shape[0], int(seen.sum())
        large = n_samples > 10_000 or n_samples * Z.shape[1] * n_classes > _LARGE_WORK
        n_splits = 4 if large else 5 if n_samples <= 500 else 3
        splits = inner_folds(codes, classifier=True, groups=groups, n_splits=n_splits)
        splits = splits[:1] if large else splits
        inverses = _CS / weight_unit(weight)
        if not splits or n_classes < 2:
            return HeldOut(1.0 / weight_unit(weight))
        weight = as_weight(weight, n_samples)
        count = np.zeros(n_samples)
        for _, test in splits:  # each split counts the same
            count[test] = weight[test] / weight[test].sum()
        penalties = _one_line(n_classes) / inverses
        found = search_penalty(
            penalties,
            splits,
            Z,
            targets[:, seen],
            weight,
            count=count,
            groups=groups,
            tol=_SEARCH_TOLERANCE,
            max_iter=_SEARCH_ITERATIONS,
        )
        chosen = float(inverses[np.flatnonzero(penalties == found.chosen)[0]])
        return replace(found, chosen=chosen)

    def predict_proba(self, X):
        """Return class probabilities, an array of shape (n_samples, n_classes)."""
        return decision_probabilities(self.decision_function(X))

    def decision_function(self, X):
        """Return the linear scores, as logistic regression does."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", reset=False)
        scores = X @ self.coef_.T + self.intercept_
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def predict(self, X):
        """Return the most probable class of each row."""
        likeliest = self.predict_proba(X).argmax(axis=1)
        return self.classes_[likeliest]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _one_line(n_classes):
    """Return by what to multiply penalties of one line, as for two classes."""
    return 2.0 if n_classes == 2 else 1.0


class AutoLinearRegressor(RegressorMixin, BaseEstimator):
    """Ridge regression with the penalty chosen by leave-one-out or by groups.

    Without groups, the leave-one-out error of every penalty comes in closed
    form (:class:`sklearn.linear_model.RidgeCV`), for each target its own;
    with groups, from folds that keep them together.

    Attributes
    ----------
    alpha_ : float or ndarray of shape (n_targets,)
        Chosen penalty, for features of unit mean variance and weights as they came:
        twice of it for twice the weights, which predict the same.
    coef_, intercept_ : ndarray
        As in :class:`sklearn.linear_model.Ridge`.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from mmensemble.learners._linear import AutoLinearRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> round(AutoLinearRegressor().fit(X, y).score(X, y), 2)
    0.52
    """

    __metadata_request__fit = {"sample_weight": True, "groups": True}

    def fit(self, X, y, sample_weight=None, groups=None):
        """Choose the penalty and fit.

        Parameters
        ----------
        X : {ndarray, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : array-like of shape (n_samples,), default=None
        groups : array-like of shape (n_samples,), default=None
            Rows that must not be parted while the penalty is chosen.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            When all weights are zero, or groups and rows differ in number.
        """
        rotation, Z, y, weight, found = self._rotated(X, y, sample_weight, groups)
        self.alpha_ = found.chosen
        model = Ridge(alpha=self.alpha_, tol=_TOLERANCE).fit(Z, y, weight)
        self.coef_, self.intercept_ = rotation.back(model.coef_, model.intercept_)
        return self

    def held_out(self, X, y, sample_weight=None, groups=None):
        """Return what `fit` would see of rows left out, at the penalty it would choose.

        Parameters
        ----------
        X, y, sample_weight, groups
            As in `fit`.

        Returns
        -------
        found : HeldOut
            With squared errors, summed over targets, and `alpha_` as `chosen`.
        """
        return self._rotated(X, y, sample_weight, groups)[-1]

    def _rotated(self, X, y, sample_weight, groups):
        """Return rotation, rows in its coordinates, targets, weights, the search."""
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse="csr",
            dtype=np.float64,
            multi_output=True,
            y_numeric=True,
        )
        weight = check_weight(sample_weight, X.shape[0])
        groups = check_groups(groups, X)
        X = _small_as_dense(X)
        rotation = _Rotation(X, weight)
        Z = rotation.forward(X)
        found = _search_alpha(*_drop_weightless(Z, y, weight, groups))
        return rotation, Z, y, weight, found

    def predict(self, X):
        """Return predictions of shape (n_samples,) or (n_samples, n_targets)."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", reset=False)
        return X @ self.coef_.T + self.intercept_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.target_tags.multi_output = True
        return tags


def _search_alpha(Z, y, weight, groups):
    """Find the penalty of least held-out squared error."""
    unit = weight_unit(weight)
    if len(y) < 3:
        return HeldOut(unit)
    alphas = _ALPHAS * unit
    if groups is None:
        return _leave_one_out(Z, y, weight, alphas)
    splits = inner_folds(y, classifier=False, groups=groups)
    if not splits:
        return HeldOut(unit)
    weight = as_weight(weight, len(y))
    held_out = np.concatenate([test for _, test in splits])
    # each split counts the same
    share = np.concatenate([weight[test] / weight[test].sum() for _, test in splits])
    found = [
        HeldOut(float(alpha), losses, share / len(splits), groups[held_out])
        for alpha, losses in zip(
            alphas, _ridge_losses(Z, y, weight, splits, alphas), strict=True
        )
    ]
    return min(found, key=lambda one: one.loss)


def _ridge_losses(Z, y, weight, splits, alphas):
    """Yield the squared errors of the splits' rows at each penalty."""
    for alpha in alphas:
        parts = []
        for train, test in splits:
            model = Ridge(alpha=alpha, tol=_TOLERANCE)
            model.fit(Z[train], y[train], weight[train])
            residual = (y[test] - model.predict(Z[test])).reshape(len(test), -1)
            parts.append((residual**2).sum(axis=1))
        yield np.concatenate(parts)


def _leave_one_out(Z, y, weight, alphas):
    """Find the penalty, of each target its own, by errors in closed form."""
    search = RidgeCV(
        alphas, alpha_per_target=y.ndim == 2 and y.shape[1] > 1, store_cv_results=True
    ).fit(Z, y, weight)
    errors = search.cv_results_.reshape(len(y), -1, len(alphas))
    places = np.searchsorted(alphas, np.ravel(search.alpha_))
    losses = errors[:, np.arange(errors.shape[1]), places].sum(axis=1)
    return HeldOut(search.alpha_, losses, np.full(len(y), 1 / len(y)))
