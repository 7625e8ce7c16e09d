"""What is asked of codes beside that they tell the blocks: losses on codes alone.

Each critic has `shapes` and `draw`, and ``loss(parts, mean, batch, gradient)``, which
adds its parameters' gradient and returns its loss, times its weight, and what the
codes get of it.
"""

from dataclasses import dataclass

import numpy as np

from mmensemble.numerics._losses import (
    info_nce_loss,
    log_softmax,
    pair_loss,
    softmax_loss,
    squared_loss,
)
from mmensemble.numerics._network import Network

#: Hidden units of the discriminators.
_UNITS = 32


class _WithNetwork:
    """What critics share whose parameters are those of one network."""

    @property
    def shapes(self):
        """Shapes of the parameters by name."""
        return self.network.shapes

    def draw(self, parts, rng):
        """Draw the network at random."""
        self.network.draw(parts, rng)


@dataclass(frozen=True)
class Head(_WithNetwork):
    """Targets, linear in the code under every coalition.

    Parameters
    ----------
    weight : float
    n_components, n_outputs : int
    is_classification : bool
        Cross-entropy of classes, or half the squared error of numbers.
    """

    weight: float
    n_components: int
    n_outputs: int
    is_classification: bool

    @property
    def network(self):
        """The linear map from codes to scores."""
        return Network("head", (self.n_components, self.n_outputs))

    def loss(self, parts, mean, batch, gradient):
        """Return the weighted loss over all coalitions, and its slope."""
        scores, tape = self.network.forward(parts, mean.reshape(-1, mean.shape[2]))
        goals = np.tile(batch.targets, (len(mean), 1))
        share = batch.share.reshape(-1) * mean.dtype.type(self.weight)
        measure = softmax_loss if self.is_classification else squared_loss
        loss, slope = measure(scores, goals, share)
        slope = self.network.backward(parts, tape, slope, gradient)
        return loss, slope.reshape(mean.shape)


@dataclass(frozen=True)
class Alignment:
    """The codes of a row's single blocks find each other among other rows.

    InfoNCE (van den Oord et al. 2018) of two blocks, with a bilinear critic.

    Parameters
    ----------
    weight : float
    n_components : int
    """

    weight: float
    n_components: int

    @property
    def shapes(self):
        """Shapes of the parameters by name."""
        return {"align.critic": (self.n_components, self.n_components)}

    def draw(self, parts, rng):
        """Start from inner products."""
        parts["align.critic"][:] = np.eye(self.n_components)

    def loss(self, parts, mean, batch, gradient):
        """Return the weighted loss, and its slope by the codes."""
        first, second = batch.pair
        one, other = mean[1 + first], mean[1 + second]
        critic = parts["align.critic"]
        both = batch.weight * batch.presence[:, first] * batch.presence[:, second]
        both *= mean.dtype.type(self.weight)
        loss, slope = info_nce_loss(one @ critic @ other.T, both)
        back, by_codes = slope @ other, np.zeros_like(mean)
        by_codes[1 + first] = back @ critic.T
        by_codes[1 + second] = slope.T @ (one @ critic)
        gradient["align.critic"] += one.T @ back
        return loss, by_codes


@dataclass(frozen=True)
class PairCritic(_WithNetwork):
    """Tells a row's codes from a made-up row's, one of whose codes is another's.

    Critic and encoders work for the same end: the loss is small where codes of
    single blocks hold what blocks of one row have in common.

    Parameters
    ----------
    weight : float
    n_components, n_blocks : int
    """

    weight: float
    n_components: int
    n_blocks: int

    @property
    def network(self):
        """The critic: from the codes of all blocks side by side to a score."""
        return Network("pair", (self.n_components * self.n_blocks, _UNITS, 1))

    def loss(self, parts, mean, batch, gradient):
        """Return the weighted loss, and its slope by the codes."""
        singles, (block, source) = mean[1 : 1 + self.n_blocks], batch.swap
        made_up = singles.copy()
        made_up[block] = singles[block, source]
        n_samples = singles.shape[1]
        rows = np.concatenate([_side_by_side(singles), _side_by_side(made_up)])
        scores, tape = self.network.forward(parts, rows)
        has_other = batch.presence.sum(axis=1) > 1
        weight = batch.weight * batch.presence[:, block] * has_other
        weight = (weight * self.weight).astype(mean.dtype)
        loss, *slopes = pair_loss(scores[:n_samples, 0], scores[n_samples:, 0], weight)
        slope = np.concatenate(slopes)[:, None]
        slope = self.network.backward(parts, tape, slope, gradient)
        slope = slope.reshape(2, n_samples, self.n_blocks, -1).transpose(0, 2, 1, 3)
        by_codes = np.zeros_like(mean)
        own = by_codes[1 : 1 + self.n_blocks]
        own += slope[0]
        others = np.arange(self.n_blocks) != block
        own[others] += slope[1][others]
        np.add.at(own[block], source, slope[1][block])
        return loss, by_codes


def _side_by_side(singles):
    n_samples = singles.shape[1]
    return singles.transpose(1, 0, 2).reshape(n_samples, -1)


@dataclass(frozen=True)
class Adversary(_WithNetwork):
    """Guesses from which block a code came, which the encoders try to prevent.

    It descends its own loss; the codes get its slope with the other sign and the
    weight, which rises over training (gradient reversal, Ganin et al. 2016). Each
    code's share falls to zero with what the guess is better than chance: plain
    reversal goes on where the guess is worse, and throws the codes of a block to
    where only this one adversary, a step behind, does not look for them.

    Parameters
    ----------
    weight : float
    n_components, n_blocks : int
    """

    weight: float
    n_components: int
    n_blocks: int

    @property
    def network(self):
        """The discriminator: from a code to a score for each block."""
        return Network("adversary", (self.n_components, _UNITS, self.n_blocks))

    def loss(self, parts, mean, batch, gradient):
        """Return the adversary's own loss, and the reversed slope by the codes."""
        n_blocks, kind = self.n_blocks, mean.dtype
        singles = mean[1 : 1 + n_blocks]
        owner = np.repeat(np.eye(n_blocks, dtype=kind), singles.shape[1], axis=0)
        flat = singles.reshape(-1, singles.shape[2])
        scores, tape = self.network.forward(parts, flat)
        share = (batch.weight * batch.presence.T).reshape(-1) / kind.type(n_blocks)
        loss, slope = softmax_loss(scores, owner, share)
        belief = np.exp((log_softmax(scores) * owner).sum(axis=1, keepdims=True))
        excess = np.maximum(n_blocks * belief - 1, 0) / kind.type(n_blocks - 1)
        slope = excess * self.network.backward(parts, tape, slope, gradient)
        by_codes = np.zeros_like(mean)
        reversal = kind.type(-self.weight * batch.ramp)
        by_codes[1 : 1 + n_blocks] = reversal * slope.reshape(singles.shape)
        return loss, by_codes
