"""Named arrays that lie one after the other in one flat vector."""

from dataclasses import dataclass
from math import prod

import numpy as np


@dataclass(frozen=True)
class Layout:
    """Where each array of a model stands in the vector that is optimised.

    Optimisers know one vector, models know arrays by name; both work on the same
    memory.

    Parameters
    ----------
    shapes : dict of str to tuple of int
        Shapes by name, in the order of the vector.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.numerics._layout import Layout
    >>> layout = Layout({"coef": (2, 2), "bias": (2,)})
    >>> theta = np.zeros(layout.size)
    >>> layout.views(theta)["bias"][:] = 1
    >>> theta
    array([0., 0., 0., 0., 1., 1.])
    """

    shapes: dict

    @property
    def size(self):
        """Length of the vector."""
        return sum(prod(shape) for shape in self.shapes.values())

    def views(self, flat):
        """Return the arrays by name; writing to them writes to the vector.

        Parameters
        ----------
        flat : ndarray of shape (size,)
        """
        parts, start = {}, 0
        for name, shape in self.shapes.items():
            stop = start + prod(shape)
            parts[name] = flat[start:stop].reshape(shape)
            start = stop
        return parts

    def pack(self, parts):
        """Return arrays by name as one vector.

        Parameters
        ----------
        parts : dict of str to ndarray
        """
        return np.concatenate([np.ravel(parts[name]) for name in self.shapes])
