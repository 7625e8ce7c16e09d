"""Gradients by finite differences, for the tests of everything that descends."""

import numpy as np


def numeric_gradient(function, theta, step=1e-6):
    """Return the gradient of a function of one array by central differences."""
    theta = np.array(theta, dtype=float)
    gradient = np.zeros_like(theta)
    for place in np.ndindex(theta.shape):
        ends = []
        for sign in (1, -1):
            moved = theta.copy()
            moved[place] += sign * step
            ends.append(function(moved))
        gradient[place] = (ends[0] - ends[1]) / (2 * step)
    return gradient
