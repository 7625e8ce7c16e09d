"""One decoder a block: what a code says of it, and how wrong that is."""

from dataclasses import dataclass

import numpy as np

from mmensemble.numerics._losses import squared_loss
from mmensemble.numerics._network import Network

#: Range of the log of a block's noise variance.
_MOST_LOG = 12.0
_LOG_TWO_PI = float(np.log(2 * np.pi))


@dataclass(frozen=True)
class Decoders:
    """Networks from a code to each block.

    Parameters
    ----------
    widths : tuple of int
        Columns of each block.
    n_components : int
    hidden : int
        Units of the one hidden layer of each; 0 for linear ones.
    is_normal : bool
        Whether the loss is the negative log likelihood of normal noise, whose
        variance each block learns, rather than the squared error alone.
    """

    widths: tuple
    n_components: int
    hidden: int
    is_normal: bool

    def network(self, m):
        """Return the decoder of block m."""
        middle = (self.hidden,) if self.hidden else ()
        return Network(f"decoder{m}", (self.n_components, *middle, self.widths[m]))

    @property
    def shapes(self):
        """Shapes of the parameters by name."""
        shapes = {}
        for m in range(len(self.widths)):
            shapes |= self.network(m).shapes
            if self.is_normal:
                shapes[f"noise{m}"] = (1,)
        return shapes

    def draw(self, parts, rng):
        """Draw the decoders at random; noise has the variance of the columns."""
        for m, width in enumerate(self.widths):
            self.network(m).draw(parts, rng)
            if self.is_normal:
                parts[f"noise{m}"][:] = -np.log(max(width, 1))

    def decode(self, parts, codes):
        """Return what codes say of each block, a list of ndarray.

        Parameters
        ----------
        parts : dict of str to ndarray
        codes : ndarray of shape (n_codes, n_components)
        """
        return [self.network(m).forward(parts, codes)[0] for m in self._blocks]

    @property
    def _blocks(self):
        return range(len(self.widths))

    def loss(self, parts, codes, goals, weight, gradient, variance=None):
        """Return how badly codes tell the blocks, and add the gradient.

        Parameters
        ----------
        parts : dict of str to ndarray
        codes : ndarray of shape (n_coalitions, n_samples, n_components)
        goals : sequence of ndarray of shape (n_samples, n_columns)
        weight : ndarray of shape (n_coalitions, n_samples, n_blocks)
            Of each row's loss; zero where it lacks the block.
        gradient : dict of str to ndarray
            Added to.
        variance : ndarray of shape (n_coalitions, n_samples, n_components) or None
            Of normal codes with means `codes`; linear decoders alone, for which
            the expected loss is exact.

        Returns
        -------
        loss : float
        slope, variance_slope : ndarray of the shape of `codes`, or None
        """
        n_coalitions, n_samples, k = codes.shape
        flat = codes.reshape(-1, k)
        slope = np.zeros_like(flat)
        spread = None if variance is None else variance.reshape(-1, k)
        by_spread = None if variance is None else np.zeros_like(flat)
        total = 0.0
        for m in self._blocks:
            share, net = weight[:, :, m], self.network(m)
            outputs, tape = net.forward(parts, flat)
            outputs = outputs.reshape(n_coalitions, n_samples, -1)
            squares, by_outputs = squared_loss(outputs, goals[m], share)
            by_outputs, share = by_outputs.reshape(len(flat), -1), share.reshape(-1)
            scale = self._inverse_noise(parts, m)
            if spread is not None:
                coef = parts[f"decoder{m}.coef0"]
                lengths = (coef * coef).sum(axis=1)
                seen = share @ spread
                squares += 0.5 * float(seen @ lengths)
                gradient[f"decoder{m}.coef0"] += scale * seen[:, None] * coef
                by_spread += scale * 0.5 * share[:, None] * lengths
            if self.is_normal:
                total += self._noise_loss(parts, m, squares, share, gradient)
                by_outputs *= scale
            else:
                total += squares
            slope += net.backward(parts, tape, by_outputs, gradient)
        by_spread = None if variance is None else by_spread.reshape(codes.shape)
        return total, slope.reshape(codes.shape), by_spread

    def _inverse_noise(self, parts, m):
        """Return the precision of a block's noise; 1 where there is none."""
        if not self.is_normal:
            return 1
        return np.exp(-np.clip(parts[f"noise{m}"][0], -_MOST_LOG, _MOST_LOG))

    def _noise_loss(self, parts, m, squares, share, gradient):
        """Return the negative log likelihood, and add the noise's gradient."""
        log = np.clip(parts[f"noise{m}"][0], -_MOST_LOG, _MOST_LOG)
        columns = 0.5 * float(share.sum()) * self.widths[m]
        scaled = squares * float(np.exp(-log))
        if abs(parts[f"noise{m}"][0]) < _MOST_LOG:
            gradient[f"noise{m}"] += columns - scaled
        return scaled + columns * (float(log) + _LOG_TWO_PI)
