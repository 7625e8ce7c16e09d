"""The house's attention network as a regression: the absent modality asks."""

from dataclasses import replace

import numpy as np

from mmensemble.fusion._base import FusionData
from mmensemble.fusion.feature.attention._model import train_attention
from mmensemble.learners._task import Task
from mmensemble.modality._blocks import Block


class AttentionLearner:
    """Attention over the sources, with the modality to be predicted as query.

    The query is a token that says only which modality asks; it attends to those
    that are there, beside an additive linear model (see
    :class:`mmensemble.AttentionFusion`).

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed=0):
        self.seed = seed

    def fit(self, parts, targets, weight, groups=None):
        """Fit; parameters are those of `RidgeLearner.fit`."""
        prior = weight @ targets / weight.sum()
        data = replace(
            self._view(parts, Task(None, prior, squeeze=False)),
            y=targets,
            sample_weight=weight,
            groups=groups,
            seed=self.seed,
        )
        self.model_ = train_attention(
            data,
            queries=(len(parts),),
            asks_itself=False,
            n_heads=2,
            token_width=16,
            width=16,
            penalty=None,
        )
        deviation = targets - prior
        spread = np.sqrt(weight @ deviation**2 / weight.sum())
        self.centre_, self.spread_ = prior, np.where(spread > 0, spread, 1.0)
        return self

    def predict(self, parts):
        """Return predictions of shape (n_samples, n_targets)."""
        data = self._view(parts, Task(None, self.centre_, squeeze=False))
        net, fitted = self.model_.net, self.model_.parts
        scores = net.scores(fitted, self.model_.tokens(data))
        return self.centre_ + scores * self.spread_

    @staticmethod
    def _view(parts, task):
        """Return the sources' blocks and, last, the empty one that asks."""
        present = np.ones(len(parts[0]), dtype=bool)
        blocks = [*parts, np.zeros((len(present), 1))]
        return FusionData(
            task,
            tuple(f"m{m}" for m in range(len(blocks))),
            np.ones((len(present), len(blocks)), dtype=bool),
            blocks=tuple(
                Block(values, present, tuple(f"x{j}" for j in range(values.shape[1])))
                for values in blocks
            ),
        )
