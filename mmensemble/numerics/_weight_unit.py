"""The unit that weights of rows are in."""

import numpy as np


def weight_unit(weight):
    """Return the mean of the positive weights.

    Penalties that the library chooses from a grid, or fixes, in rows are multiplied by
    it, so that weights times any factor predict the same. A row of weight two is then
    two rows but for a step of such a grid.

    Parameters
    ----------
    weight : array-like of shape (n_samples,) or None
        Not negative. None counts as ones.

    Returns
    -------
    unit : float
        1.0 where there is no positive weight.

    Examples
    --------
    >>> weight_unit(None), weight_unit([0.0, 2.0, 4.0])
    (1.0, 3.0)
    """
    if weight is None:
        return 1.0
    weight = np.asarray(weight, dtype=float)
    positive = weight[weight > 0]
    if not len(positive):
        return 1.0
    peak = positive.max()
    return float(peak * np.mean(positive / peak))  # no overflow, whatever the unit
