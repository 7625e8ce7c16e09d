"""Second-level learners with non-negative weights, which select modalities."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize, nnls
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from mmensemble._splits import inner_folds
from mmensemble._validation import as_weight, check_weight
from mmensemble.numerics._losses import log_softmax

#: Penalties on the path: two a decade, and zero.
_N_PENALTIES = 8
#: Relative gain at which fits stop that are only compared with each other.
_SEARCH_TOL = 1e-8


@dataclass(frozen=True)
class Pull:
    """A ridge penalty on the distance from given weights: what is known before.

    Half the squared distance of the weights, and a quarter of that of the
    intercepts, times `strength`, is added to the mean loss. Of logistic weights a
    strength of k / n is worth k rows beside n: as much as rows tell of a weight that
    have log odds of two, and of an intercept whose classes are even.

    Parameters
    ----------
    strength : float
    weights : ndarray of shape (n_members,)
    intercept : ndarray of shape (n_outputs,)
    """

    strength: float
    weights: np.ndarray
    intercept: np.ndarray

    def penalty(self, weights, intercept):
        """Return the penalty and its slopes by weights and by intercepts."""
        far, off = weights - self.weights, intercept - self.intercept
        half = self.strength / 2
        value = half * (far @ far + off @ off / 4)
        return value, self.strength * far, self.strength / 4 * off


class NonNegativeLogistic(ClassifierMixin, BaseEstimator):
    """Logistic stacking with one non-negative, lasso-penalised weight a member.

    The score of class k is ``b_k + sum over members m of w_m z_mk``, w >= 0,
    where z are the members' logits. On the non-negative side the lasso is
    linear, so the problem is smooth and convex and L-BFGS-B solves it. Members
    whose weight is zero are not selected.

    Parameters
    ----------
    penalty : float or None, default=None
        Weight of the lasso on the mean log loss; None chooses it on a path by
        cross-validation.

    Attributes
    ----------
    weights_ : ndarray of shape (n_members,)
    intercept_ : ndarray of shape (n_classes,)
    penalty_ : float
    classes_ : ndarray of shape (n_classes,)

    References
    ----------
    van Loon, W., Fokkema, M., Szabo, B., & de Rooij, M. (2020). Stacked
    penalized logistic regression for selecting views in multi-view learning.
    Information Fusion, 61, 113-123.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.learners._nonnegative import NonNegativeLogistic
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(0, 2, 400)
    >>> informative = 2 * (2 * y - 1) + rng.normal(size=400)
    >>> noise = rng.normal(size=400)
    >>> model = NonNegativeLogistic().fit(np.column_stack([informative, noise]), y)
    >>> bool(model.weights_[0] > 1), bool(model.weights_[1] < 0.1)
    (True, True)
    """

    __metadata_request__fit = {"sample_weight": True, "groups": True}

    def __init__(self, *, penalty=None):
        self.penalty = penalty

    def fit(self, X, y, sample_weight=None, groups=None):
        """Fit the weights.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_members) or (n_samples, n_members * K)
            Logits: one column a member for two classes, else K a member.
        y : array-like of shape (n_samples,)
        sample_weight, groups : array-like of shape (n_samples,), default=None

        Returns
        -------
        self : object
        """
        X, y = validate_data(self, X, y, dtype=np.float64)
        weight = as_weight(check_weight(sample_weight, len(X)), len(X))
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"NonNegativeLogistic needs at least 2 classes, got one class: "
                f"{self.classes_[0]!r}."
            )
        logits = self._unfold(X)
        targets = np.eye(len(self.classes_))[codes]
        self.penalty_ = self.penalty
        if self.penalty is None:
            self.penalty_ = _choose_penalty(logits, targets, weight, codes, groups)
        self.weights_, self.intercept_ = logistic_weights(
            logits, targets, weight, self.penalty_
        )
        return self

    @classmethod
    def of(cls, weights, intercept, classes):
        """Return a fitted model of known weights."""
        model = cls(penalty=0.0)
        model.weights_, model.intercept_, model.penalty_ = weights, intercept, 0.0
        model.classes_ = classes
        n_columns = 1 if len(classes) == 2 else len(classes)
        model.n_features_in_ = len(weights) * n_columns
        return model

    def _unfold(self, X):
        n_classes = len(self.classes_)
        if n_classes == 2:
            return np.stack([-X / 2, X / 2], axis=2)
        return X.reshape(len(X), -1, n_classes)

    def predict_proba(self, X):
        """Return class probabilities, an array of shape (n_samples, n_classes)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        scores = _scores(self._unfold(X), self.weights_, self.intercept_)
        return softmax(scores, axis=1)

    def predict(self, X):
        """Return the most probable class of each row."""
        check_is_fitted(self)
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def _scores(logits, weights, intercept):
    return np.einsum("imk,m->ik", logits, weights) + intercept


def logistic_weights(
    logits, targets, sample_weight, penalty=0.0, start=None, tol=1e-12, pull=None
):
    """Return (weights, intercept) that minimise mean log loss + lasso + pull.

    A solver of its own beside the ridge's: bounds at zero make the lasso linear,
    and Newton's method would leave them.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_members, n_classes)
    targets : ndarray of shape (n_samples, n_classes)
        Indicators of the classes.
    sample_weight : ndarray of shape (n_samples,)
    penalty : float, default=0.0
    start : ndarray of shape (n_members + n_classes,), default=None
    tol : float, default=1e-12
        Relative gain of a step at which it stops.
    pull : Pull, default=None
        Given, it is where the search starts, too.

    Returns
    -------
    weights : ndarray of shape (n_members,)
    intercept : ndarray of shape (n_classes,)
    """
    share = sample_weight / sample_weight.sum()
    n_members, n_classes = logits.shape[1:]
    # as a matrix, whose products are quicker than sums over three axes
    flat = logits.transpose(0, 2, 1).reshape(-1, n_members)

    def objective(theta):
        w, b = theta[:n_members], theta[n_members:]
        logs = log_softmax((flat @ w).reshape(-1, n_classes) + b)
        loss = -share @ (logs * targets).sum(axis=1)
        error = (np.exp(logs) - targets) * share[:, None]
        slope = error.ravel() @ flat + penalty
        loss, level = loss + penalty * w.sum(), error.sum(axis=0)
        if pull is not None:
            more, by_weights, by_intercept = pull.penalty(w, b)
            loss, slope, level = loss + more, slope + by_weights, level + by_intercept
        return loss, np.concatenate([slope, level])

    if start is None and pull is not None:
        start = np.concatenate([pull.weights, pull.intercept])
    if start is None:
        start = np.concatenate([np.full(n_members, 1 / n_members), np.zeros(n_classes)])
    bounds = [(0, None)] * n_members + [(None, None)] * n_classes
    result = minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"ftol": tol, "gtol": 1e4 * tol, "maxiter": 500},
    )
    return result.x[:n_members], result.x[n_members:] - result.x[n_members:].mean()


def _choose_penalty(logits, targets, sample_weight, codes, groups):
    splits = inner_folds(codes, classifier=True, groups=groups)
    if logits.shape[1] == 1 or not splits:
        return 0.0
    path = _penalty_path(logits, targets, sample_weight)
    losses = np.zeros(len(path))
    for train, test in splits:
        start = None
        for step, penalty in enumerate(path):
            w, b = logistic_weights(
                logits[train],
                targets[train],
                sample_weight[train],
                penalty,
                start,
                tol=_SEARCH_TOL,
            )
            start = np.concatenate([w, b])
            logs = log_softmax(_scores(logits[test], w, b))
            own = (logs * targets[test]).sum(axis=1)
            losses[step] -= sample_weight[test] @ own
    return float(path[int(np.argmin(losses))])


def _penalty_path(logits, targets, sample_weight):
    """From the smallest penalty that selects nothing, down, and then none."""
    share = sample_weight / sample_weight.sum()
    error = (share @ targets - targets) * share[:, None]
    largest = max(-np.einsum("imk,ik->m", logits, error).min(), 1e-6)
    return np.append(largest * np.logspace(-0.5, -4, _N_PENALTIES - 1), 0.0)


class NonNegativeLinear(RegressorMixin, BaseEstimator):
    """Least-squares stacking with non-negative weights and an intercept.

    Solved exactly by active sets (Lawson & Hanson 1974); each target has its
    own weights on the members' predictions of that target.

    Parameters
    ----------
    n_targets : int, default=1
        Number of targets; columns of `X` run over targets within members.

    Attributes
    ----------
    weights_ : ndarray of shape (n_members, n_targets)
    intercept_ : ndarray of shape (n_targets,)

    References
    ----------
    Breiman, L. (1996). Stacked regressions. Machine Learning, 24(1), 49-64.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.learners._nonnegative import NonNegativeLinear
    >>> X = np.array([[1.0, 0.0], [2.0, 1.0], [3.0, 0.0], [4.0, 1.0]])
    >>> NonNegativeLinear().fit(X, 2 * X[:, 0] - X[:, 1]).weights_.ravel().round(2)
    array([1.8, 0. ])
    """

    __metadata_request__fit = {"sample_weight": True}

    def __init__(self, *, n_targets=1):
        self.n_targets = n_targets

    def fit(self, X, y, sample_weight=None):
        """Fit the weights.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_members * n_targets)
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        self : object
        """
        X, y = validate_data(
            self, X, y, dtype=np.float64, multi_output=True, y_numeric=True
        )
        weight = as_weight(check_weight(sample_weight, len(X)), len(X))
        values = X.reshape(len(X), -1, self.n_targets)
        targets = y.reshape(len(y), -1)
        solved = [
            nonnegative_line(values[:, :, t], targets[:, t], weight)
            for t in range(self.n_targets)
        ]
        self.weights_ = np.column_stack([weights for weights, _ in solved])
        self.intercept_ = np.array([intercept for _, intercept in solved])
        self.squeeze_ = y.ndim == 1
        return self

    @classmethod
    def of(cls, weights, intercept, *, squeeze):
        """Return a fitted model of known weights of shape (n_members, n_targets)."""
        model = cls(n_targets=weights.shape[1])
        model.weights_, model.intercept_, model.squeeze_ = weights, intercept, squeeze
        model.n_features_in_ = weights.size
        return model

    def predict(self, X):
        """Return predictions of shape (n_samples,) or (n_samples, n_targets)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        values = X.reshape(len(X), -1, self.n_targets)
        fitted = np.einsum("imt,mt->it", values, self.weights_) + self.intercept_
        return fitted[:, 0] if self.squeeze_ else fitted

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def nonnegative_line(values, target, weight):
    """Non-negative least squares around the weighted means."""
    middle = np.average(values, axis=0, weights=weight)
    level = np.average(target, weights=weight)
    root = np.sqrt(weight)[:, None]
    system = np.column_stack([values - middle, target - level]) * root
    triangle = np.linalg.qr(system, mode="r")
    weights = nnls(triangle[:, :-1], triangle[:, -1])[0]
    return weights, level - middle @ weights


def pulled_line(values, targets, weight, pull):
    """Return (weights, intercept) of least squared error + pull, weights >= 0.

    One weight a member serves all targets. Half the mean of the squared error,
    summed over targets, is beside the pull. Intercepts are two columns each of the
    non-negative least squares, one of either sign.

    Parameters
    ----------
    values : ndarray of shape (n_samples, n_members, n_targets)
    targets : ndarray of shape (n_samples, n_targets)
    weight : ndarray of shape (n_samples,)
    pull : Pull

    Returns
    -------
    weights : ndarray of shape (n_members,)
    intercept : ndarray of shape (n_targets,)
    """
    n_samples, n_members, n_targets = values.shape
    root = np.sqrt(weight / weight.sum())[:, None]
    ones = np.tile(np.eye(n_targets), (n_samples, 1))
    members = values.transpose(0, 2, 1).reshape(-1, n_members)
    rows = np.column_stack([members, ones, targets.ravel()]) * np.repeat(
        root, n_targets, axis=0
    )
    known = np.concatenate([pull.weights, pull.intercept])
    rates = np.full(len(known), np.sqrt(pull.strength))
    rates[n_members:] /= 2
    rows = np.vstack([rows, np.column_stack([np.diag(rates), rates * known])])
    triangle = np.linalg.qr(rows, mode="r")
    system = np.column_stack([triangle[:, :-1], -triangle[:, n_members:-1]])
    found = nnls(system, triangle[:, -1])[0]
    up, down = np.split(found[n_members:], 2)
    return found[:n_members], up - down
