"""Regressions of a modality's numbers on the blocks of others."""

import warnings

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.utils import get_tags
from sklearn.utils.validation import has_fit_parameter

from mmensemble._seeds import set_seeds
from mmensemble._splits import inner_folds
from mmensemble.fusion.feature.kernel._ridge import (
    choose_ridge,
    decompose,
    ridge_errors,
    solve_ridge,
)
from mmensemble.representation._kernel_map import KernelMap
from mmensemble.representation._reduced_rank import ranks_to_try, reduce_rank

#: Kernels tried, by the factor of one over the median squared distance.
_WIDTHS = (1.0, 0.3)
#: Rows that a kernel's features are spanned by.
_LANDMARKS = 800
#: Randomised trees, and columns that each split looks at.
_TREES, _LOOKED_AT = 100, 40
#: Rows from which a network stops early by a tenth of them.
_ENOUGH_TO_STOP = 200


def _left_out(groups):
    """Return the rows to be left out together; None for one at a time."""
    if groups is None:
        return None
    return [np.flatnonzero(groups == group) for group in np.unique(groups)]


class RidgeLearner:
    """Ridge regression, the penalty of each target by leave-out errors.

    Parameters
    ----------
    seed : int
        Not used.
    """

    def __init__(self, seed=0):
        self.seed = seed

    def fit(self, parts, targets, weight, groups=None):
        """Fit to standardised blocks and targets.

        Parameters
        ----------
        parts : list of ndarray of shape (n_samples, width of the block)
        targets : ndarray of shape (n_samples, n_targets)
        weight : ndarray of shape (n_samples,)
            Above zero.
        groups : ndarray of shape (n_samples,), default=None
            Rows that are left out together where something is tuned.

        Returns
        -------
        self : object
        """
        solved = decompose(np.hstack(parts), targets, weight)
        penalty = choose_ridge(solved, weight.sum(), _left_out(groups))
        self.coef_, self.intercept_ = solve_ridge(solved, penalty)
        return self

    def predict(self, parts):
        """Return predictions of shape (n_samples, n_targets)."""
        return np.hstack(parts) @ self.coef_ + self.intercept_


class ReducedRankLearner(RidgeLearner):
    """Ridge regression of reduced rank (Izenman 1975; Mukherjee & Zhu 2011).

    One penalty for all targets, of the least leave-out error; then the rank of the
    least error over inner folds.
    """

    def fit(self, parts, targets, weight, groups=None):
        """Fit; parameters are those of `RidgeLearner.fit`."""
        features = np.hstack(parts)
        solved = decompose(features, targets, weight)
        grid, errors = ridge_errors(solved, weight.sum(), _left_out(groups))
        self.penalty_ = float(grid[errors.sum(axis=1).argmin()])
        self.rank_ = self._choose_rank(features, targets, weight, groups)
        self.coef_, self.intercept_ = _reduced(
            features, targets, weight, self.penalty_, [self.rank_]
        )[0]
        return self

    def _choose_rank(self, features, targets, weight, groups):
        ranks = ranks_to_try(features.shape[1], targets.shape[1])
        errors = np.zeros(len(ranks))
        for train, test in inner_folds(targets, classifier=False, groups=groups):
            penalty = self.penalty_ * weight[train].sum() / weight.sum()
            fits = _reduced(
                features[train], targets[train], weight[train], penalty, ranks
            )
            for k, (coef, intercept) in enumerate(fits):
                missed = targets[test] - features[test] @ coef - intercept
                errors[k] += weight[test] @ (missed**2).sum(axis=1)
        best = np.flatnonzero(errors <= errors.min() * (1 + 1e-9))
        return ranks[best[-1]]


def _reduced(features, targets, weight, penalty, ranks):
    """Return (coefficients, intercept) of each rank."""
    coef, _ = solve_ridge(decompose(features, targets, weight), penalty)
    share = weight / weight.sum()
    centre, middle = share @ features, share @ targets
    rows = np.sqrt(weight)[:, None] * (features - centre)
    fitted = np.vstack([rows @ coef, np.sqrt(penalty) * coef])
    lower = [reduce_rank(coef, fitted, rank) for rank in ranks]
    return [(each, middle - centre @ each) for each in lower]


class KernelLearner(RidgeLearner):
    """Ridge regression on a Gaussian kernel spanned by some of the rows.

    Saunders, Gammerman & Vovk (1998), "Ridge regression learning algorithm in dual
    variables"; features of `KernelMap`, exact up to 800 rows. The bandwidth, of two
    around the median distance, and the penalties have the least leave-out error.
    Every block counts alike, whatever its width.

    Parameters
    ----------
    seed : int
        Of the choice of the rows.
    """

    def fit(self, parts, targets, weight, groups=None):
        """Fit; parameters are those of `RidgeLearner.fit`."""
        rows, folds, best = _even(parts), _left_out(groups), np.inf
        for width in _WIDTHS:
            kernel = KernelMap(width, most=_LANDMARKS, seed=self.seed).fit(rows)
            solved = decompose(kernel.transform(rows), targets, weight)
            grid, errors = ridge_errors(solved, weight.sum(), folds)
            if errors.min(axis=0).sum() < best:
                best, self.kernel_ = errors.min(axis=0).sum(), kernel
                penalty = grid[errors.argmin(axis=0)]
                self.coef_, self.intercept_ = solve_ridge(solved, penalty)
        return self

    def predict(self, parts):
        """Return predictions of shape (n_samples, n_targets)."""
        return self.kernel_.transform(_even(parts)) @ self.coef_ + self.intercept_


def _even(parts):
    """Return blocks side by side, each of the same total variance."""
    scaled = [part / np.sqrt(max(part.shape[1], 1)) for part in parts]
    return np.hstack(scaled)


class TreesLearner:
    """Extremely randomised trees of all targets together (Geurts et al. 2006).

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed=0):
        self.seed = seed

    def fit(self, parts, targets, weight, groups=None):
        """Fit; parameters are those of `RidgeLearner.fit`."""
        rows = np.hstack(parts)
        width = rows.shape[1]
        columns = max(np.sqrt(width), min(width / 3, _LOOKED_AT))
        self.model_ = ExtraTreesRegressor(
            _TREES,
            min_samples_leaf=2,
            max_features=max(1, int(columns)),
            random_state=self.seed,
        )
        targets = targets[:, 0] if targets.shape[1] == 1 else targets
        self.model_.fit(rows, targets, sample_weight=weight)
        return self

    def predict(self, parts):
        """Return predictions of shape (n_samples, n_targets)."""
        return self.model_.predict(np.hstack(parts)).reshape(len(parts[0]), -1)


class AnyLearner:
    """A regressor of scikit-learn's kind, on all blocks side by side.

    Parameters
    ----------
    estimator : estimator object
        Cloned; one that takes a single target is fitted to each.
    seed : int
        Of its unset random states.
    """

    def __init__(self, estimator, seed=0):
        self.estimator = estimator
        self.seed = seed

    def fit(self, parts, targets, weight, groups=None):
        """Fit; parameters are those of `RidgeLearner.fit`."""
        model = set_seeds(clone(self.estimator), self.seed)
        if targets.shape[1] == 1:
            targets = targets[:, 0]
        elif not get_tags(model).target_tags.multi_output:
            model = MultiOutputRegressor(model)
        inner = getattr(model, "estimator", model)
        weighted = has_fit_parameter(inner, "sample_weight")
        extra = {"sample_weight": weight} if weighted else {}
        with warnings.catch_warnings():
            # the rounds of a default network are meant as a limit
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.model_ = model.fit(np.hstack(parts), targets, **extra)
        return self

    def predict(self, parts):
        """Return predictions of shape (n_samples, n_targets)."""
        return np.asarray(self.model_.predict(np.hstack(parts))).reshape(
            len(parts[0]), -1
        )


def make_network(n_rows):
    """Return the network behind "mlp" for so many rows."""
    return MLPRegressor(
        hidden_layer_sizes=(128,),
        alpha=1e-2,
        max_iter=100,
        early_stopping=n_rows >= _ENOUGH_TO_STOP,
    )
