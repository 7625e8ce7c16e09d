"""One encoder a block, joined as a product of experts."""

from dataclasses import dataclass

import numpy as np

from mmensemble.numerics._network import Network

#: Range of the log precision of an expert.
_MOST_LOG = 12.0


@dataclass(frozen=True)
class Codes:
    """Where each coalition of encoders places each row.

    Parameters
    ----------
    mean : ndarray of shape (n_coalitions, n_samples, n_components)
    precision : ndarray of shape (n_coalitions, n_samples, n_components)
        At least 1, that of the prior.
    tape : list
        What the way back needs: of each encoder its tape, means, precisions and
        which of them were within their range.
    """

    mean: np.ndarray
    precision: np.ndarray
    tape: list


@dataclass(frozen=True)
class Experts:
    """Encoders whose codes are averaged by their precision, with a prior.

    Encoder m says of a row a mean and a precision of each component. A coalition
    of encoders places it at ``sum_m T_m e_m / (1 + sum_m T_m)``, with precision
    ``1 + sum_m T_m``: the product of their normal densities and of the standard
    normal prior (Wu & Goodman 2018), so that any coalition has its code, the less
    sure the nearer to zero. Where precisions are fixed, they are one number an
    encoder and component, learnt as well: components that a block says nothing of
    are then left to the others.

    Parameters
    ----------
    widths : tuple of int
        Columns of each block.
    n_components : int
    hidden : int
        Units of the one hidden layer of each encoder; 0 for linear ones.
    varies : bool
        Whether the precision depends on the row, as it may in a variational
        autoencoder with a hidden layer.

    References
    ----------
    Wu, M., & Goodman, N. (2018). Multimodal generative models for scalable
    weakly-supervised learning. NeurIPS 31.
    """

    widths: tuple
    n_components: int
    hidden: int
    varies: bool

    def network(self, m):
        """Return the encoder of block m."""
        n_outputs = self.n_components * (2 if self.varies else 1)
        middle = (self.hidden,) if self.hidden else ()
        return Network(f"encoder{m}", (self.widths[m], *middle, n_outputs))

    @property
    def shapes(self):
        """Shapes of the parameters by name."""
        shapes = {}
        for m in range(len(self.widths)):
            shapes |= self.network(m).shapes
            if not self.varies:
                shapes[f"precision{m}"] = (self.n_components,)
        return shapes

    def draw(self, parts, rng):
        """Draw the encoders at random for blocks of variance one; precision is one."""
        for m, width in enumerate(self.widths):
            self.network(m).draw(parts, rng, np.sqrt(width))
            if not self.varies:
                parts[f"precision{m}"][:] = 0

    def forward(self, parts, inputs, seen):
        """Return the codes of all rows under all coalitions.

        Parameters
        ----------
        parts : dict of str to ndarray
        inputs : sequence of ndarray of shape (n_samples, n_columns)
            One a block; rows that lack it are not read.
        seen : ndarray of shape (n_coalitions, n_samples, n_blocks)
            1 where a coalition has the encoder and the row has the block, else 0.

        Returns
        -------
        codes : Codes
        """
        k, tape = self.n_components, []
        shape = (*seen.shape[:2], k)
        total, precision = np.zeros(shape, seen.dtype), np.ones(shape, seen.dtype)
        for m, values in enumerate(inputs):
            said, steps = self.network(m).forward(parts, values)
            log = said[:, k:] if self.varies else parts[f"precision{m}"]
            inside = np.abs(log) < _MOST_LOG
            own = np.exp(np.clip(log, -_MOST_LOG, _MOST_LOG))
            mean = said[:, :k]
            tape.append((steps, mean, own, inside))
            total += seen[:, :, m, None] * (own * mean)
            precision += seen[:, :, m, None] * own
        return Codes(total / precision, precision, tape)

    def backward(self, parts, codes, seen, slope, gradient, precision_slope=None):
        """Add the gradient of the encoders.

        Parameters
        ----------
        parts : dict of str to ndarray
        codes : Codes
        seen : ndarray of shape (n_coalitions, n_samples, n_blocks)
        slope : ndarray of shape (n_coalitions, n_samples, n_components)
            Derivative of the loss by the means of the codes.
        gradient : dict of str to ndarray
            Added to.
        precision_slope : ndarray of the same shape, default=None
            By the precisions, where the loss depends on them.
        """
        pull = slope / codes.precision
        for m, (steps, mean, own, inside) in enumerate(codes.tape):
            there = seen[:, :, m, None]
            by_mean = (there * pull).sum(axis=0)
            by_own = pull * (mean - codes.mean)
            if precision_slope is not None:
                by_own = by_own + precision_slope
            by_log = (there * by_own).sum(axis=0) * own * inside
            by_said = by_mean * own
            if self.varies:
                by_said = np.hstack([by_said, by_log])
            else:
                gradient[f"precision{m}"] += by_log.sum(axis=0)
            self.network(m).backward(parts, steps, by_said, gradient, to_inputs=False)
