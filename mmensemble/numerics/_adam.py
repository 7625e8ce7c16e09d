"""Adam over minibatches: the flat parameters of a model, and a falling rate."""

from dataclasses import dataclass

import numpy as np

#: Decay of the running means of the gradient and of its square.
_FIRST, _SECOND = 0.9, 0.999
#: Beside the root of the square.
_EPSILON = 1e-8
#: Added to running means, which would else decay to numbers too small to be quick.
_TINY = 1e-20


class Adam:
    """Steps of Adam (Kingma & Ba 2015) on one vector, in place and in its type.

    Parameters
    ----------
    theta : ndarray of shape (n_parameters,)
        Changed by `step`.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.numerics._adam import Adam
    >>> theta = np.ones(2)
    >>> Adam(theta).step(np.array([1.0, -2.0]), 0.1)
    >>> theta.round(6)
    array([0.9, 1.1])
    """

    def __init__(self, theta):
        self.theta, self.n_steps = theta, 0
        self._mean, self._square = np.zeros_like(theta), np.zeros_like(theta)
        self._room = np.empty_like(theta)

    def step(self, gradient, rate):
        """Take one step.

        Parameters
        ----------
        gradient : ndarray of shape (n_parameters,)
        rate : float
            Learning rate.
        """
        self.n_steps += 1
        kind, room = self.theta.dtype.type, self._room
        for mean, decay, power in (
            (self._mean, _FIRST, 1),
            (self._square, _SECOND, 2),
        ):
            mean *= kind(decay)
            np.multiply(gradient, kind(1 - decay), out=room)
            if power == 2:
                room *= gradient
            mean += room
            mean += kind(_TINY)
        np.sqrt(self._square, out=room)
        grown = np.sqrt(1 - _SECOND**self.n_steps)
        room += kind(_EPSILON * grown)
        np.divide(self._mean, room, out=room)
        room *= kind(rate * grown / (1 - _FIRST**self.n_steps))
        self.theta -= room


@dataclass(frozen=True)
class Schedule:
    """How long training goes on, and how fast.

    Parameters
    ----------
    max_iter : int
        Most epochs. The rate falls to zero over them along half a cosine
        (Loshchilov & Hutter 2017).
    rate : float, default=0.01
        Learning rate of the first step.
    tol : float, default=1e-4
        Gain in the loss, as a share of it, that counts as one.
    patience : int, default=10
        Training stops after so many epochs in a row without a gain.
    """

    max_iter: int
    rate: float = 0.01
    tol: float = 1e-4
    patience: int = 10

    def rate_at(self, progress):
        """Return the rate where a share of all epochs has passed."""
        return self.rate * 0.5 * (1 + np.cos(np.pi * progress))


def train(theta, epoch, objective, schedule):
    """Minimise by Adam, epoch by epoch.

    Parameters
    ----------
    theta : ndarray of shape (n_parameters,)
        Where it starts; changed in place. float32 stays float32.
    epoch : callable
        Called with the share of all epochs that has passed, returns a list of
        batches.
    objective : callable
        ``objective(theta, batch)`` returns a dict of losses, of which "loss" is
        what falls, and the gradient.
    schedule : Schedule

    Returns
    -------
    history : list of dict of str to float
        Mean losses of each epoch.
    """
    adam, history, best, waited = Adam(theta), [], np.inf, 0
    for n_done in range(schedule.max_iter):
        batches, losses = epoch(n_done / schedule.max_iter), []
        for position, batch in enumerate(batches):
            found, gradient = objective(theta, batch)
            passed = (n_done + position / len(batches)) / schedule.max_iter
            adam.step(gradient, schedule.rate_at(passed))
            losses.append(found)
        mean = {key: float(np.mean([f[key] for f in losses])) for key in losses[0]}
        history.append(mean)
        gained = best - mean["loss"] > schedule.tol * abs(best)
        waited = 0 if gained or not np.isfinite(best) else waited + 1
        best = min(best, mean["loss"])
        if waited >= schedule.patience:
            break
    return history
