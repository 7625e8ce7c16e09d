"""Weighted sum and average of blocks that are brought to one space."""

from dataclasses import dataclass, replace
from numbers import Integral

import numpy as np

from mmensemble._compat import Interval, StrOptions
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._fused_heads import FusedHeads
from mmensemble.fusion._heads import HeadTargets
from mmensemble.fusion._lookup import make_fusion
from mmensemble.fusion._rows import rows_that_count
from mmensemble.fusion._weights import skill_weights, target_matrix
from mmensemble.fusion.feature._common_space import CommonSpace


class WeightedFusion(BaseFusion):
    """Add up the modalities in a common space, weighted, and fit one learner.

    Blocks of different width have no columns in common, and padding them with
    zeros would add up what has nothing to do with each other. Each is therefore
    mapped to the components that all blocks and the target share, by regularised
    generalised canonical correlation analysis (Kettenring 1971). Then

    ``F = sum over m of w_m x_m P_m``,

    where weights are renormalised over the modalities that the row has. The
    learners are fitted on F, one a presence pattern.

    Parameters
    ----------
    combine : {"average", "sum"}, default="average"
        "sum" multiplies the average by the number of modalities that the row has.
    weights : None, "score", "attention", array-like or dict, default=None
        None: all equal. An array of one weight a modality, or a dict by name.
        "score": in proportion to the out-of-fold skill over the prior of the
        modality's learners. "attention": row by row, those of self-attention
        among the modalities, averaged over heads and queries; see
        :class:`AttentionFusion`.
    width : int, default=16
        Most components of the common space.
    max_patterns : int, default=8
        Most presence patterns with learners of their own.

    Attributes
    ----------
    weights_ : ndarray of shape (n_modalities,)
        Weights where every modality is present; they sum to one. With
        "attention" their mean over the training rows.
    pattern_models_ : PatternModels
        Fitted learners of each presence pattern, keyed by the positions of its
        modalities.

    See Also
    --------
    AttentionFusion : Learns the weights together with the values and the head.

    References
    ----------
    Kettenring, J. R. (1971). Canonical analysis of several sets of variables.
    Biometrika, 58(3), 433-451.

    Tenenhaus, A., & Tenenhaus, M. (2011). Regularized generalized canonical
    correlation analysis. Psychometrika, 76(2), 257-284.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier, WeightedFusion
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion=WeightedFusion(weights=[2, 1, 1]))
    >>> model.fit(data.data, data.target).fusion_.weights_
    array([0.5 , 0.25, 0.25])
    """

    short_name = "weighted"
    level = "feature"
    reference = "Kettenring 1971; Tenenhaus & Tenenhaus 2011"
    when = "Modalities show the same thing with unequal noise, and rows are few."

    _parameter_constraints = {
        "combine": [StrOptions({"average", "sum"})],
        "weights": [None, StrOptions({"score", "attention"}), "array-like", dict],
        "width": [Interval(Integral, 1, None, closed="left")],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
    }
    row_outputs = {"modality_weights": "modalities"}

    def __init__(self, combine="average", *, weights=None, width=16, max_patterns=8):
        self.combine = combine
        self.weights = weights
        self.width = width
        self.max_patterns = max_patterns

    @property
    def needs(self):
        """Blocks and targets; out-of-fold predictions with ``weights="score"``."""
        needs = {"blocks", "targets"}
        if isinstance(self.weights, str) and self.weights == "score":
            needs |= {"predictions", "out of fold"}
        return frozenset(needs)

    def _fit(self, data):
        data = rows_that_count(data)
        learnt = isinstance(self.weights, str)
        weights, attention = np.ones(len(data.modalities)), None
        if learnt and self.weights == "attention":
            attention = make_fusion("attention").set_params(max_patterns=1)
            attention.fit(replace(data, learners=()))
        elif learnt:
            weights = _skill(data)
        elif self.weights is not None:
            weights = self._given(data.modalities)
        targets = HeadTargets.of(data.y, data.task, data.sample_weight)
        space = CommonSpace(self.width).fit(
            data.blocks, targets.values, targets.share, data.modalities
        )
        total = self.combine == "sum"
        self._sum = WeightedSum(space, weights, total, attention)
        rows = self._sum.row_weights(data)
        fixed = weights / weights.sum()
        self.weights_ = fixed if attention is None else targets.share @ rows
        self._heads = FusedHeads.fit(self._sum, data, self.max_patterns)
        self.pattern_models_ = self._heads.models

    def _given(self, modalities):
        if isinstance(self.weights, dict):
            if set(self.weights) != set(modalities):
                raise ValueError(
                    "The 'weights' parameter of WeightedFusion must name every "
                    f"modality out of {list(modalities)}, got {list(self.weights)}."
                )
            weights = np.array([self.weights[name] for name in modalities], dtype=float)
        else:
            weights = np.asarray(self.weights, dtype=float)
        if weights.shape != (len(modalities),):
            raise ValueError(
                f"The 'weights' parameter of WeightedFusion has {weights.size} entries "
                f"for {len(modalities)} modalities {list(modalities)}."
            )
        if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
            raise ValueError(
                "The 'weights' parameter of WeightedFusion must hold finite numbers "
                f">= 0 with a positive sum, got {weights.tolist()}."
            )
        return weights

    def modality_weights(self, data):
        """Return the weight of each modality in each row.

        Parameters
        ----------
        data : FusionData

        Returns
        -------
        weights : ndarray of shape (n_samples, n_modalities)
            Zero where the modality is absent; each row sums to one.
        """
        return self._sum.row_weights(data)

    def _predict(self, data):
        return self._heads.predict(data)

    def _transform(self, data):
        return self._sum.matrix(data)

    def get_feature_names_out(self, task):
        """Return one name a component of the common space."""
        return [f"weighted{j}" for j in range(self._sum.space.n_components_)]


@dataclass(frozen=True)
class WeightedSum:
    """Weighted sum of the blocks in their common space.

    Parameters
    ----------
    space : CommonSpace
    weights : ndarray of shape (n_modalities,)
    total : bool
        Whether it is a sum rather than an average.
    attention : AttentionFusion, default=None
        What weights the rows, in place of `weights`.
    """

    space: CommonSpace
    weights: np.ndarray
    total: bool
    attention: BaseFusion | None = None

    def row_weights(self, data, pattern=()):
        """Return weights of shape (n_samples, n_modalities) that sum to one.

        Rows that have only modalities of weight zero share it evenly.
        """
        if pattern:
            data = data.only(np.isin(np.arange(len(data.modalities)), pattern))
        seen, weights = data.presence, self.weights
        if self.attention is not None:
            weights = self.attention.modality_weights(data)
        weights = np.where(seen, weights, 0.0)
        idle = weights.sum(axis=1) == 0
        weights[idle] = seen[idle]
        total = weights.sum(axis=1, keepdims=True)
        return weights / np.where(total > 0, total, 1.0)

    def matrix(self, data, pattern=(), imputed=True):
        """Return the fused features of a pattern's modalities, of all for ()."""
        weights = self.row_weights(data, pattern)
        if self.total:
            weights = weights * (weights > 0).sum(axis=1, keepdims=True)
        return np.einsum("nm,nmk->nk", weights, self.space.transform(data.blocks))


def _skill(data):
    """Return weights of modalities: the skill of their members, out of fold."""
    weights = skill_weights(
        data.predictions,
        target_matrix(data.y, data.task),
        data.task.prior,
        data.sample_weight,
        classification=data.task.is_classification,
    )
    owners = [member.modality for member in data.members]
    return np.bincount(owners, weights=weights, minlength=len(data.modalities))
