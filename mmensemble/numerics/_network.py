"""Dense layers: forward, and the gradient backward."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np


def _rectified(values):
    return np.maximum(values, 0, out=values)


def _rectified_slope(outputs, slope):
    return slope * (outputs > 0)


def _tanh(values):
    return np.tanh(values, out=values)


def _tanh_slope(outputs, slope):
    return slope * (1 - outputs * outputs)


#: What a hidden layer does to its sums, and its derivative by what came out.
ACTIVATIONS = {"relu": (_rectified, _rectified_slope), "tanh": (_tanh, _tanh_slope)}


@dataclass(frozen=True)
class Network:
    """Dense layers one after the other; all but the last are followed by a bend.

    A network holds no parameters: it says which it has (`shapes`, for a
    `mmensemble.numerics._layout.Layout` that several networks may share) and
    computes with them. All arrays keep the type of the parameters, float32 or
    float64.

    Parameters
    ----------
    name : str
        First part of the parameters' names.
    widths : tuple of int
        Numbers of inputs, of the hidden units of each layer, and of outputs.
    activation : {"relu", "tanh"}, default="relu"

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.numerics._layout import Layout
    >>> from mmensemble.numerics._network import Network
    >>> net = Network("head", (3, 8, 2))
    >>> layout = Layout(net.shapes)
    >>> parts = layout.views(np.zeros(layout.size, dtype=np.float32))
    >>> net.draw(parts, np.random.default_rng(0))
    >>> outputs, tape = net.forward(parts, np.ones((5, 3), dtype=np.float32))
    >>> outputs.shape, outputs.dtype
    ((5, 2), dtype('float32'))
    """

    name: str
    widths: tuple
    activation: str = "relu"

    @property
    def shapes(self):
        """Shapes of the parameters by name."""
        shapes = {}
        for layer, (n_in, n_out) in enumerate(pairwise(self.widths)):
            shapes[f"{self.name}.coef{layer}"] = (n_in, n_out)
            shapes[f"{self.name}.bias{layer}"] = (n_out,)
        return shapes

    @property
    def n_layers(self):
        """Number of layers of parameters."""
        return len(self.widths) - 1

    def draw(self, parts, rng, gain=1.0):
        """Draw the coefficients at random, biases zero (He et al. 2015).

        Parameters
        ----------
        parts : dict of str to ndarray
            Written to.
        rng : numpy.random.Generator
        gain : float, default=1.0
            Factor of the first layer, for inputs of another size than one.
        """
        for layer in range(self.n_layers):
            coef = parts[f"{self.name}.coef{layer}"]
            bend = self.activation == "relu" and layer + 1 < self.n_layers
            size = np.sqrt((2.0 if bend else 1.0) / max(len(coef), 1))
            size *= gain if layer == 0 else 1.0
            coef[:] = size * rng.standard_normal(coef.shape)
            parts[f"{self.name}.bias{layer}"][:] = 0

    def forward(self, parts, inputs):
        """Return the outputs, and what the way back needs.

        Parameters
        ----------
        parts : dict of str to ndarray
        inputs : ndarray of shape (n_samples, n_inputs)

        Returns
        -------
        outputs : ndarray of shape (n_samples, n_outputs)
        tape : list of ndarray
            What entered each layer.
        """
        bend, tape = ACTIVATIONS[self.activation][0], []
        for layer in range(self.n_layers):
            tape.append(inputs)
            inputs = inputs @ parts[f"{self.name}.coef{layer}"]
            inputs += parts[f"{self.name}.bias{layer}"]
            if layer + 1 < self.n_layers:
                inputs = bend(inputs)
        return inputs, tape

    def backward(self, parts, tape, slope, gradient, *, to_inputs=True):
        """Add the gradient of the parameters; return the slope by the inputs.

        Parameters
        ----------
        parts : dict of str to ndarray
        tape : list of ndarray
            From `forward`.
        slope : ndarray of shape (n_samples, n_outputs)
            Derivative of the loss by the outputs.
        gradient : dict of str to ndarray
            Added to.
        to_inputs : bool, default=True
            Whether the slope by the inputs is wanted; it costs a product.

        Returns
        -------
        slope : ndarray of shape (n_samples, n_inputs) or None
        """
        unbend = ACTIVATIONS[self.activation][1]
        for layer in reversed(range(self.n_layers)):
            gradient[f"{self.name}.coef{layer}"] += tape[layer].T @ slope
            gradient[f"{self.name}.bias{layer}"] += slope.sum(axis=0)
            if layer == 0 and not to_inputs:
                return None
            slope = slope @ parts[f"{self.name}.coef{layer}"].T
            if layer > 0:
                slope = unbend(tape[layer], slope)
        return slope


def masked(values, share, rng):
    """Return the values with a share of the cells set to zero, the others grown.

    Masking noise (Vincent et al. 2010), scaled as dropout is, so that the
    expectation stays.

    Parameters
    ----------
    values : ndarray
    share : float
        Of cells that are set to zero, below 1; 0 changes nothing.
    rng : numpy.random.Generator

    Returns
    -------
    noisy : ndarray
        Of the type of `values`.
    """
    if not share:
        return values
    kept = rng.random(values.shape, dtype=np.float32) >= share
    return values * kept.astype(values.dtype) / values.dtype.type(1 - share)
