"""A shared space of several blocks, and the way of any row into it."""

import numpy as np

from mmensemble._validation import as_weight
from mmensemble.representation._covariance import (
    block_slices,
    columns_of,
    joint_covariance,
)
from mmensemble.representation._factor import GroupFactor
from mmensemble.representation._gcca import gcca
from mmensemble.representation._mcca import mcca
from mmensemble.representation._mfa import explaining, mfa
from mmensemble.representation._pls import choose_pls, pls
from mmensemble.representation._reduce import BlockReducer, signs_of

#: Most components where their number is chosen.
_MOST = 64
#: Most components of partial least squares and factors where so.
_MOST_CHOSEN = 20


class SharedSpace:
    """Learn a space that several blocks share; take rows there by what they have.

    Parameters
    ----------
    method : {"pca", "mcca", "gcca", "pls", "factor"}
    n_components : int or None, default=None
        None chooses; see each method.
    regularization : float or "auto", default="auto"
        Ridge on the variances within blocks, in units of their mean, for mcca and
        gcca and for the projection of incomplete rows.
    seed : int, default=0
        For blocks too large for an exact decomposition.

    Attributes
    ----------
    reducers_ : list of BlockReducer
    covariance_ : JointCovariance
        Of the reduced blocks.
    directions_ : ndarray of shape (n_columns, n_components)
        Scores of complete rows are reduced rows times these; not for "factor".
    factor_ : GroupFactor
        Only for "factor".
    n_components_ : int

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.representation import SharedSpace
    >>> rng = np.random.default_rng(0)
    >>> blocks, present = [rng.normal(size=(30, 4))] * 2, np.ones((30, 2), bool)
    >>> space = SharedSpace("mcca", 2).fit(blocks, present)
    >>> space.scores(blocks, present).shape
    (30, 2)
    """

    def __init__(self, method, n_components=None, *, regularization="auto", seed=0):
        self.method = method
        self.n_components = n_components
        self.regularization = regularization
        self.seed = seed

    def fit(self, blocks, presence, weight=None, targets=None, splits=()):
        """Learn the space.

        Parameters
        ----------
        blocks : list of {ndarray, sparse matrix} of shape (n_present, n_features)
            Each holds the rows that have it.
        presence : ndarray of bool of shape (n_samples, n_blocks)
        weight : ndarray of shape (n_samples,), default=None
        targets : ndarray of shape (n_samples, n_targets), default=None
            Only for "pls".
        splits : list of (train, test), default=()
            Only for "pls" without `n_components`.

        Returns
        -------
        self : object
        """
        weight = as_weight(weight, len(presence))
        self.reducers_ = [
            BlockReducer().fit(values, weight[presence[:, m]], self.seed)
            for m, values in enumerate(blocks)
        ]
        widths = [len(reducer.variances_) for reducer in self.reducers_]
        self.slices_ = block_slices(widths)
        matrix = self._side_by_side(blocks, presence)
        self.covariance_ = joint_covariance(
            matrix, presence, self.slices_, weight, self.regularization
        )
        fit = getattr(self, f"_fit_{self.method}")
        fit(matrix, presence, weight, targets, splits)
        if self.method == "factor":
            self.n_components_ = self.factor_.loadings_.shape[1]
        else:
            self.directions_ = self.directions_ * signs_of(self.directions_)
            self.n_components_ = self.directions_.shape[1]
        return self

    def _fit_pca(self, matrix, presence, weight, targets, splits):
        self.directions_, _ = mfa(self.covariance_, self.n_components, most=_MOST)

    def _fit_mcca(self, matrix, presence, weight, targets, splits):
        self.directions_, _ = mcca(self.covariance_, self.n_components, most=_MOST)

    def _fit_gcca(self, matrix, presence, weight, targets, splits):
        self.directions_, _ = gcca(
            matrix, presence, self.covariance_, weight, self.n_components, most=_MOST
        )

    def _fit_pls(self, matrix, presence, weight, targets, splits):
        share = weight / weight.sum()
        centred = targets - share @ targets
        most = self.n_components
        if most is None:
            limit = max(1, min(_MOST_CHOSEN, matrix.shape[1]))
            most = choose_pls(matrix, targets, weight, splits, limit)
        cross = matrix.T @ (share[:, None] * centred)
        for m, own in enumerate(self.slices_):
            cross[own] /= max(share @ presence[:, m], 1e-300)
        self.directions_, _ = pls(self.covariance_.matrix, cross, most)

    def _fit_factor(self, matrix, presence, weight, targets, splits):
        most = self.n_components
        if most is None:
            values = np.linalg.eigvalsh(self.covariance_.matrix)[::-1]
            most = explaining(np.maximum(values, 0), 0.9, _MOST_CHOSEN)
        most = min(most, matrix.shape[1])
        self.factor_ = GroupFactor(most).fit(matrix, presence, self.slices_, weight)

    def _side_by_side(self, blocks, presence):
        """Return the reduced blocks as one matrix, zeros where absent."""
        matrix = np.zeros((len(presence), self.slices_[-1].stop))
        for m, (values, own) in enumerate(zip(blocks, self.slices_, strict=True)):
            if own.stop > own.start:
                matrix[presence[:, m], own] = self.reducers_[m].transform(values)
        return matrix

    def reduce(self, blocks, presence):
        """Return the rows' reduced blocks side by side, zeros where absent.

        Parameters are those of ``scores``.
        """
        return self._side_by_side(blocks, presence)

    def scores(self, blocks, presence):
        """Return the rows' place in the shared space.

        Parameters
        ----------
        blocks : list of {ndarray, sparse matrix} of shape (n_present, n_features)
        presence : ndarray of bool of shape (n_samples, n_blocks)

        Returns
        -------
        scores : ndarray of shape (n_samples, n_components)
            Of rows that lack a block: the ridge regression of the scores on what
            they have, or the conditional expectation of the factors.
        """
        return self.place(self._side_by_side(blocks, presence), presence)

    def place(self, matrix, presence):
        """Return the scores of rows that are reduced already.

        Parameters
        ----------
        matrix : ndarray of shape (n_samples, n_columns)
            What ``reduce`` returned; columns of absent blocks are not read.
        presence : ndarray of bool of shape (n_samples, n_blocks)

        Returns
        -------
        scores : ndarray of shape (n_samples, n_components)
        """
        if self.method == "factor":
            return self.factor_.scores(matrix, presence)
        out = np.zeros((len(matrix), self.n_components_))
        patterns, which = np.unique(presence, axis=0, return_inverse=True)
        for position, row in enumerate(patterns):
            rows = np.flatnonzero(which.ravel() == position)
            inside, path = self._path(tuple(np.flatnonzero(row).tolist()))
            out[rows] = matrix[np.ix_(rows, inside)] @ path
        return out

    def _path(self, pattern):
        """Return the columns of a pattern's blocks and their coefficients."""
        inside = columns_of(pattern, self.slices_)
        spread = self.covariance_.matrix
        if len(inside) == len(spread):
            return inside, self.directions_
        if not len(inside):
            return inside, np.zeros((0, self.n_components_))
        own = spread[np.ix_(inside, inside)] + np.diag(self.covariance_.ridge[inside])
        goal = spread[inside] @ self.directions_
        return inside, np.linalg.lstsq(own, goal, rcond=1e-10)[0]
