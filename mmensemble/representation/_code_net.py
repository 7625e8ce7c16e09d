"""Autoencoders of several blocks: all losses together, and their gradient."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mmensemble.numerics._layout import Layout
from mmensemble.numerics._losses import gaussian_divergence
from mmensemble.representation._code_critics import (
    Adversary,
    Alignment,
    Head,
    PairCritic,
)
from mmensemble.representation._covariance import block_slices
from mmensemble.representation._decoders import Decoders
from mmensemble.representation._experts import Experts


@dataclass(frozen=True)
class LossWeights:
    """What each loss counts beside that of rebuilding the blocks.

    Parameters
    ----------
    supervised, align, pair_loss, adversary : float, default=0
    beta : float, default=1
        Of the divergence from the prior, in a variational autoencoder.
    """

    supervised: float = 0.0
    align: float = 0.0
    pair_loss: float = 0.0
    adversary: float = 0.0
    beta: float = 1.0


@dataclass(frozen=True)
class CodeNet:
    """Sizes of an autoencoder of several blocks, and what its parameters compute.

    Every coalition of encoders places every row, and from there all blocks that
    the row has are to be rebuilt (Ngiam et al. 2011), from inputs with noise
    (Vincent et al. 2010). A variational one draws its codes and pays for their
    divergence from the prior (Wu & Goodman 2018); with linear decoders the
    expectation over the draws is exact (Lucas et al. 2019).

    Parameters
    ----------
    widths : tuple of int
        Columns of each block.
    n_components : int
    hidden : int
        Units of the hidden layer of encoders and decoders; 0 for linear ones.
    is_variational : bool
    weights : LossWeights
    n_outputs : int, default=0
        Of the targets, where there are any.
    is_classification : bool, default=True

    References
    ----------
    Ngiam, J., Khosla, A., Kim, M., Nam, J., Lee, H., & Ng, A. Y. (2011).
    Multimodal deep learning. ICML 28.

    Vincent, P., Larochelle, H., Lajoie, I., Bengio, Y., & Manzagol, P.-A. (2010).
    Stacked denoising autoencoders. Journal of Machine Learning Research, 11,
    3371-3408.

    Wu, M., & Goodman, N. (2018). Multimodal generative models for scalable
    weakly-supervised learning. NeurIPS 31.

    Lucas, J., Tucker, G., Grosse, R., & Norouzi, M. (2019). Don't blame the ELBO!
    A linear VAE perspective on posterior collapse. NeurIPS 32.
    """

    widths: tuple
    n_components: int
    hidden: int
    is_variational: bool
    weights: LossWeights
    n_outputs: int = 0
    is_classification: bool = True

    @property
    def slices(self):
        """Columns of each block, side by side."""
        return block_slices(self.widths)

    @cached_property
    def experts(self):
        """The encoders."""
        varies = self.is_variational and self.hidden > 0
        return Experts(self.widths, self.n_components, self.hidden, varies)

    @cached_property
    def decoders(self):
        """The decoders."""
        return Decoders(
            self.widths, self.n_components, self.hidden, self.is_variational
        )

    @cached_property
    def critics(self):
        """Losses on codes alone, by name; only those that count."""
        k, n_blocks, weights = self.n_components, len(self.widths), self.weights
        made = {}
        if weights.supervised and self.n_outputs:
            made["supervised"] = Head(
                weights.supervised, k, self.n_outputs, self.is_classification
            )
        if n_blocks > 1 and weights.align:
            made["align"] = Alignment(weights.align, k)
        if n_blocks > 1 and weights.pair_loss:
            made["pair_loss"] = PairCritic(weights.pair_loss, k, n_blocks)
        if n_blocks > 1 and weights.adversary:
            made["adversary"] = Adversary(weights.adversary, k, n_blocks)
        return made

    @cached_property
    def parts(self):
        """All that has parameters."""
        return (self.experts, self.decoders, *self.critics.values())

    @cached_property
    def layout(self):
        """Where each parameter stands in the flat vector."""
        shapes = {}
        for part in self.parts:
            shapes |= part.shapes
        return Layout(shapes)

    def draw(self, rng, dtype=np.float32):
        """Return parameters to start from, as one vector."""
        theta = np.zeros(self.layout.size, dtype=dtype)
        parts = self.layout.views(theta)
        for part in self.parts:
            part.draw(parts, rng)
        return theta

    def objective(self, theta, batch):
        """Return the losses of a batch, and the direction that training goes.

        Parameters
        ----------
        theta : ndarray of shape (n_parameters,)
        batch : Batch

        Returns
        -------
        losses : dict of str to float
            "loss" is what training lowers, the sum of the others but for the
            adversary's own.
        gradient : ndarray of shape (n_parameters,)
            Of "loss"; what the encoders get of the adversary has the other sign.
        """
        parts, flat = self.layout.views(theta), np.zeros_like(theta)
        gradient = self.layout.views(flat)
        codes = self.experts.forward(parts, batch.inputs, batch.seen)
        losses, slope, by_precision = self._rebuild(parts, codes, batch, gradient)
        losses["loss"] = sum(losses.values())
        for name, critic in self.critics.items():
            losses[name], by_codes = critic.loss(parts, codes.mean, batch, gradient)
            slope += by_codes
            if name != "adversary":
                losses["loss"] += losses[name]
        self.experts.backward(parts, codes, batch.seen, slope, gradient, by_precision)
        return losses, flat

    def _rebuild(self, parts, codes, batch, gradient):
        """Return the losses of rebuilding, their slopes by means and precisions.

        In units of the mean share of a block's variance, or of the log likelihood
        of a mean column.
        """
        n_columns = sum(self.widths) if self.is_variational else len(self.widths)
        share = batch.share * batch.share.dtype.type(2 / max(n_columns, 1))
        weight = share[:, :, None] * batch.presence
        goals, mean, precision = batch.goals, codes.mean, codes.precision
        if not self.is_variational:
            loss, slope, _ = self.decoders.loss(parts, mean, goals, weight, gradient)
            return {"reconstruction": loss}, slope, None
        inverse = 1 / precision
        if self.hidden:
            drawn = batch.noise * np.sqrt(inverse)
            loss, slope, _ = self.decoders.loss(
                parts, mean + drawn, goals, weight, gradient
            )
            by_precision = -0.5 * slope * drawn * inverse
        else:
            loss, slope, by_variance = self.decoders.loss(
                parts, mean, goals, weight, gradient, inverse
            )
            by_precision = -by_variance * inverse * inverse
        beta = self.weights.beta
        k = self.n_components
        divergence, by_mean, by_log = gaussian_divergence(
            mean.reshape(-1, k), -np.log(precision).reshape(-1, k), share.reshape(-1)
        )
        slope += beta * by_mean.reshape(mean.shape)
        by_precision -= beta * by_log.reshape(mean.shape) * inverse
        losses = {"reconstruction": loss, "divergence": beta * divergence}
        return losses, slope, by_precision
