"""Components of modalities that will be absent, predicted from those that will not."""

import numpy as np
from scipy import sparse
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.model_selection import GroupKFold, KFold

from mmensemble.learners._linear import AutoLinearRegressor
from mmensemble.learners._task import accepted_input
from mmensemble.learners._trees import AutoTreesClassifier, trees_for_shares

#: Leading components that are predicted, and folds of the out-of-fold predictions.
_COMPONENTS, _FOLDS = 10, 3


class Hallucination:
    """Predict the leading components of absent features from present ones.

    Training rows get out-of-fold predictions, so that what a student makes of them
    holds for rows whose other modalities nobody has seen. Predictions are the mean
    of a ridge regression and extremely randomised trees.

    Parameters
    ----------
    seed : int

    Attributes
    ----------
    reducer_ : PCA or TruncatedSVD
    models_ : tuple of regressors

    References
    ----------
    Hoffman, J., Gupta, S., & Darrell, T. (2016). Learning with side information
    through modality hallucination. CVPR.

    Romero, A., et al. (2015). FitNets: Hints for thin deep nets. ICLR.
    """

    def __init__(self, seed):
        self.seed = seed

    def fit_predict(self, present, absent, rows, groups=None):
        """Learn from rows that have both; return predictions for all rows.

        Parameters
        ----------
        present : {ndarray, sparse matrix} of shape (n_samples, n_features)
        absent : {ndarray, sparse matrix} of shape (n_known, n_features)
        rows : ndarray of int of shape (n_known,)
            Rows of `present` that `absent` holds.
        groups : ndarray of shape (n_samples,), default=None
            Rows of one group never stand on both sides of a split.

        Returns
        -------
        components : ndarray of shape (n_samples, n_components)
            Out of fold for `rows`.
        """
        goal = self._components(absent)
        own = None if groups is None else groups[rows]
        found = np.empty((present.shape[0], goal.shape[1]))
        for train, test in _splits(len(rows), own):
            models = self._fit(present[rows[train]], goal[train])
            found[rows[test]] = _predict(models, present[rows[test]])
        self.models_ = self._fit(present[rows], goal)
        others = np.setdiff1d(np.arange(present.shape[0]), rows)
        if len(others):
            found[others] = self.predict(present[others])
        return found

    def _components(self, absent):
        n = min(_COMPONENTS, absent.shape[0] - 1, absent.shape[1])
        if sparse.issparse(absent):
            n = max(1, min(n, absent.shape[1] - 1))
            self.reducer_ = TruncatedSVD(n, random_state=self.seed)
        else:
            self.reducer_ = PCA(n, random_state=self.seed)
        goal = self.reducer_.fit_transform(absent)
        spread = goal[:, 0].std()
        return goal / spread if spread > 0 else goal

    def _fit(self, present, goal):
        like = AutoTreesClassifier(random_state=self.seed)
        goal = goal[:, 0] if goal.shape[1] == 1 else goal
        trees = trees_for_shares(like, present.shape).set_params(min_samples_leaf=2)
        trees.fit(accepted_input(present, trees), goal)
        return AutoLinearRegressor().fit(present, goal), trees

    def predict(self, present):
        """Return predicted components, an array of shape (n_samples, n_components)."""
        return _predict(self.models_, present)


def _predict(models, present):
    found = [model.predict(accepted_input(present, model)) for model in models]
    return np.mean([one.reshape(present.shape[0], -1) for one in found], axis=0)


def _splits(n_rows, groups):
    if groups is not None and len(np.unique(groups)) > 1:
        n_splits = min(_FOLDS, len(np.unique(groups)))
        return list(GroupKFold(n_splits).split(groups, groups=groups))
    folds = KFold(min(_FOLDS, n_rows), shuffle=True, random_state=0)
    return list(folds.split(np.empty(n_rows)))
