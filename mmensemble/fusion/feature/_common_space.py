"""A space common to all blocks, in which it makes sense to add them up."""

import numpy as np
from sklearn.linear_model import RidgeCV

from mmensemble.fusion._projection import BlockProjector
from mmensemble.numerics._ridge import ridge_regression
from mmensemble.representation._gcca import maxvar

#: Most principal components of a block that are looked at: a bound on the work, for
#: matrices of so many columns are decomposed.
_BLOCK_WIDTH = 100
#: Ridge penalties tried, two a decade, from as good as none to as good as all.
_ALPHAS = np.logspace(-3, 4, 15)
#: Eigenvalues below this share of the largest are rounding.
_TOLERANCE = 1e-9


class CommonSpace:
    """Map each block to components that all blocks, and the target, share.

    The components are those of generalised canonical correlation analysis in its
    MAXVAR form (Kettenring 1971): the leading left singular vectors of the
    whitened blocks side by side, among which the targets stand as one more
    block. Each block is then mapped to them by ridge regression, so that
    column j means the same whichever block it comes from. Rows that lack blocks
    count with those that they have (van de Velden & Takane 2012).

    Whitening and maps use the ridge penalty with which the block alone predicts
    the targets best, leaving one row out; what a useless block predicts of a
    component is thus near zero.

    Parameters
    ----------
    width : int
        Most components.

    Attributes
    ----------
    maps_ : list of ndarray of shape (width of the block, n_components)
    n_components_ : int
        Fewer than `width` where blocks and targets have fewer directions.

    References
    ----------
    Kettenring, J. R. (1971). Canonical analysis of several sets of variables.
    Biometrika, 58(3), 433-451.

    van de Velden, M., & Takane, Y. (2012). Generalized canonical correlation
    analysis with missing values. Computational Statistics, 27(3), 551-571.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.fusion.feature._common_space import CommonSpace
    >>> from mmensemble.modality import Block
    >>> x = np.random.default_rng(0).normal(size=(50, 1))
    >>> present = np.ones(50, dtype=bool)
    >>> blocks = [Block(x, present, ("u",)), Block(-x, present, ("v",))]
    >>> space = CommonSpace(1).fit(blocks, x, np.full(50, 0.02))
    >>> mapped = space.transform(blocks)
    >>> bool(np.allclose(mapped[:, 0], mapped[:, 1]))
    True
    """

    def __init__(self, width):
        self.width = width

    def fit(self, blocks, targets, share, modalities=None):
        """Find the components and the maps to them.

        Parameters
        ----------
        blocks : sequence of Block
        targets : ndarray of shape (n_samples, n_targets)
        share : ndarray of shape (n_samples,)
            Weights of the rows; they sum to one.
        modalities : sequence of str, default=None
            Names for messages.

        Returns
        -------
        self : CommonSpace
        """
        self.projector_ = BlockProjector(_BLOCK_WIDTH, rotate=True)
        self.projector_.fit(blocks, share, modalities)
        parts = self.projector_.transform(blocks)
        present = np.column_stack([block.present for block in blocks])
        goal = targets - share @ targets
        ridges = [
            _best_ridge(part, goal, share, rows)
            for part, rows in zip(parts, present.T, strict=True)
        ]
        everyone = np.ones((len(goal), 1), dtype=bool)
        stacked, seen = [*parts, goal], np.hstack([present, everyone])
        common = maxvar(stacked, seen, share, [*ridges, 0.0])
        values = common.values
        found = np.count_nonzero(values > _TOLERANCE * values.max(initial=0.0))
        self.n_components_ = min(self.width, max(found, 1))
        components = np.zeros((len(goal), 1))
        if found:  # something varies
            components = common.components(stacked, self.n_components_)
        pull = share / seen.sum(axis=1)
        upwards = pull @ (goal[:, :1] * components) >= 0
        components = np.where(upwards, components, -components)
        size = np.sqrt(share @ components**2)
        components /= np.where(size > 0, size, 1.0)
        self.maps_ = [
            _ridge_map(part, components, share * rows, penalty)
            for part, rows, penalty in zip(parts, present.T, ridges, strict=True)
        ]
        return self

    def transform(self, blocks):
        """Return all blocks in the common space.

        Parameters
        ----------
        blocks : sequence of Block

        Returns
        -------
        mapped : ndarray of shape (n_samples, n_modalities, n_components)
            Zero where a modality is absent.
        """
        parts = self.projector_.transform(blocks)
        pairs = zip(parts, self.maps_, strict=True)
        return np.stack([part @ loads for part, loads in pairs], axis=1)


def _best_ridge(part, goal, share, rows):
    """Return the penalty beside the mean loss that predicts the targets best."""
    rows = rows & (share > 0)
    if rows.sum() < 3 or part.shape[1] == 0:
        return 1.0
    weight = share[rows] / share[rows].mean()
    search = RidgeCV(_ALPHAS).fit(part[rows], goal[rows], weight)
    return float(search.alpha_) / rows.sum()


def _ridge_map(part, components, share, penalty):
    """Return the ridge regression of the components on a block, of no intercept."""
    total = share.sum()
    if total == 0 or part.shape[1] == 0:
        return np.zeros((part.shape[1], components.shape[1]))
    penalty = penalty + _TOLERANCE
    return ridge_regression(
        part, components, share / total, penalty, fit_intercept=False
    )[0]
