"""Concatenation: the modalities' features side by side, one learner on all."""

from dataclasses import replace
from numbers import Integral

import numpy as np

from mmensemble._compat import Interval, StrOptions
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._block_scaling import SCALINGS, choose_scaling
from mmensemble.fusion._fused_heads import FusedHeads
from mmensemble.fusion._side_by_side import SideBySide
from mmensemble.modality._blocks import Block


class ConcatFusion(BaseFusion):
    """Put the modalities' features side by side and fit one learner (early fusion).

    Parameters
    ----------
    block_scaling : {"auto", None, "frobenius", "first_singular_value"}, \
            default="auto"
        What each modality's block is divided by: nothing; the root of its total
        variance; or the root of its first principal component's variance, so
        that no modality dominates by width or scale (multiple factor analysis,
        Escofier & Pagès 1994). "auto" takes the one with which the default linear
        learner predicts training rows best that were held out, nothing unless
        another is better by more than one standard error; under one penalty for
        all columns, words beside standard numbers hardly count otherwise. With an
        `estimator` of yours, or none as in a transformer, it divides by nothing.
    missing : {"reduced", "impute", "dropout"}, default="reduced"
        What happens to rows that lack a modality. "reduced": a learner for each
        presence pattern on its modalities alone, up to `max_patterns`; where
        fewer than 75 % of the rows are complete, incomplete ones are imputed and
        serve too. "impute":
        one learner, the block's training mean and presence indicators instead.
        "dropout": as "impute", but the learner also sees a copy of each training
        row with modalities hidden at random.
    max_patterns : int, default=8
        Most presence patterns with a learner of their own under "reduced"; other
        patterns are imputed. Each costs one fit.

    Attributes
    ----------
    means_ : list of ndarray of shape (n_features_of_block,)
        Training means of the blocks.
    block_scaling_ : {None, "frobenius", "first_singular_value"}
        What was taken.
    scales_ : list of float
        What each block is divided by.
    pattern_models_ : PatternModels
        Fitted learners of each presence pattern, keyed by the positions of its
        modalities; the key () holds those for all rows, imputed, where there are
        any.

    References
    ----------
    Escofier, B., & Pagès, J. (1994). Multiple factor analysis (AFMULT package).
    Computational Statistics & Data Analysis, 18(1), 121-140.

    Saar-Tsechansky, M., & Provost, F. (2007). Handling missing values when
    applying classification models. Journal of Machine Learning Research, 8,
    1623-1657.

    Examples
    --------
    >>> from mmensemble import ConcatFusion, MultimodalClassifier
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion=ConcatFusion("first_singular_value"))
    >>> len(model.fit(data.data, data.target).fusion_.scales_)
    3
    """

    short_name = "concat"
    level = "feature"
    reference = "Escofier & Pagès 1994 (block scaling)"
    when = "Features of different modalities interact, and rows are plenty."

    _parameter_constraints = {
        "block_scaling": [None, StrOptions({"auto", *SCALINGS})],
        "missing": [StrOptions({"reduced", "impute", "dropout"})],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(self, block_scaling="auto", *, missing="reduced", max_patterns=8):
        self.block_scaling = block_scaling
        self.missing = missing
        self.max_patterns = max_patterns

    def _fit(self, data):
        dropout, reduced = self.missing == "dropout", self.missing == "reduced"
        self.block_scaling_ = self.block_scaling
        if self.block_scaling == "auto":
            self.block_scaling_ = choose_scaling(data)
        self._blocks = SideBySide.fit(data, self.block_scaling_, indicate_all=dropout)
        self.means_, self.scales_ = self._blocks.means, self._blocks.scales
        if dropout and data.learners:
            data = _with_hidden_copies(data)
        self._heads = FusedHeads.fit(
            self._blocks, data, self.max_patterns if reduced else None
        )
        self.pattern_models_ = self._heads.models

    def _predict(self, data):
        return self._heads.predict(data)

    def _transform(self, data):
        return self._blocks.matrix(data)

    def get_feature_names_out(self, task):
        """Return ``"modality__feature"`` names, then presence indicators."""
        return self._blocks.get_feature_names_out()


def _with_hidden_copies(data):
    """Return rows that have a modality, and below each again with some hidden."""
    rows = np.flatnonzero(data.presence.any(axis=1))
    shown = _hide(data.presence[rows], np.random.default_rng(data.seed))
    presence = np.vstack([data.presence[rows], shown])
    twice = data.take(np.tile(rows, 2))
    blocks = tuple(
        Block(block.values[own[block.present]], own, block.names)
        for block, own in zip(twice.blocks, presence.T, strict=True)
    )
    return replace(twice, presence=presence, blocks=blocks)


def _hide(presence, rng):
    """Hide a random, non-empty part of each row's modalities, never all of them."""
    hidden = presence.copy()
    for row in range(len(presence)):
        own = np.flatnonzero(presence[row])
        if len(own) > 1:
            n_hidden = rng.integers(1, len(own))
            hidden[row, rng.choice(own, n_hidden, replace=False)] = False
    return hidden
