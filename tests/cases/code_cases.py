"""Networks, rows and batches for the tests of codes."""

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from mmensemble.representation._code_batches import BatchMaker, CodeRows
from mmensemble.representation._code_net import CodeNet, LossWeights


def make_rows(widths=(3, 5, 2), n_samples=12, missing=0.3, seed=0):
    """Draw float64 rows with holes: one row complete, one with nothing."""
    rng = np.random.default_rng(seed)
    presence = (rng.random((n_samples, len(widths))) >= missing).astype(float)
    presence[0] = 1
    if missing:
        presence[1] = 0
    blocks = [
        rng.normal(size=(n_samples, width)) * presence[:, [m]]
        for m, width in enumerate(widths)
    ]
    targets = np.eye(3)[rng.integers(3, size=n_samples)]
    return CodeRows(blocks, presence, rng.random(n_samples) + 0.5, targets)


def make_net(widths=(3, 5, 2), *, hidden=4, variational=False, **weights):
    """Make a net of three components and three classes."""
    return CodeNet(widths, 3, hidden, variational, LossWeights(**weights), 3)


def make_batch(rows, n_components=3, noise=0.0, seed=0, ramp=0.7):
    """Draw one batch of all rows, in order."""
    rng = np.random.default_rng(seed)
    maker = BatchMaker(rows, len(rows.presence), n_components, noise, rng)
    return maker.batch(np.arange(len(rows.presence)), ramp)


def random_theta(net, seed=0, size=0.1):
    """Draw float64 parameters."""
    rng = np.random.default_rng(seed)
    return net.draw(rng, np.float64) + size * rng.normal(size=net.layout.size)


def all_together(batch):
    """Return the batch with the coalition of all encoders alone."""
    weight = batch.share.sum(axis=0)[None]
    return replace(batch, seen=batch.seen[:1], share=weight)


def minimise(net, batch, theta, ftol=1e-13):
    """Return the parameters that L-BFGS finds, and the loss there."""

    def objective(theta):
        losses, gradient = net.objective(theta, batch)
        return losses["loss"], gradient

    options = {"maxiter": 20_000, "maxfun": 40_000, "ftol": ftol, "gtol": 1e-8}
    found = minimize(objective, theta, jac=True, method="L-BFGS-B", options=options)
    return found.x, found.fun
