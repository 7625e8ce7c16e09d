"""EasyMKL: weights of kernels by the margin between two classes."""

import numpy as np

from mmensemble.fusion.feature.kernel._alignment import on_simplex


def easymkl(grams, presence, targets, weight, trade_off=0.1):
    """Return the weights of kernels that separate classes by the widest margin.

    For each class against the rest, distributions g over the rows of either side
    minimise ``(1 - l) g'Y K Y g + l |g|^2`` with K the sum of kernels; a kernel's
    weight is ``g'Y K_m Y g`` in proportion (Aiolli & Donini 2015). Weights of one
    class against the rest are averaged over the classes, in proportion to their
    frequency.

    Parameters
    ----------
    grams : list of ndarray of shape (n_samples, n_samples)
        Of unit mean diagonal.
    presence : ndarray of bool of shape (n_samples, n_kernels)
    targets : ndarray of shape (n_samples, n_classes)
        Indicators of the classes.
    weight : ndarray of shape (n_samples,)
        Positive. A row's weight divides its term of ``|g|^2``, as copies of a row
        would share their part.
    trade_off : float, default=0.1
        l: 0 is the hard margin, 1 the distance of the classes' means.

    Returns
    -------
    weights : ndarray of shape (n_kernels,)
        Non-negative, with sum one.
    """
    total = np.sum(grams, axis=0)
    found = np.zeros(len(grams))
    sides = targets[:, 1:] if targets.shape[1] == 2 else targets
    for side in sides.T:
        if 0 < side.sum() < len(side):
            signs = 2 * side - 1
            g = margin_distribution(total, signs, weight, trade_off) * signs
            parts = np.array([g @ gram @ g for gram in grams])
            parts = np.maximum(parts, 0.0)
            if parts.sum() > 0:
                found += (weight @ side) * parts / parts.sum()
    return on_simplex(found, presence)


def margin_distribution(gram, signs, weight, trade_off, tol=1e-6, max_iter=2000):
    """Return the distributions over both classes' rows that are nearest to each other.

    Accelerated projected gradient descent with restarts; the duality gap of Frank
    and Wolfe ends it.

    Parameters
    ----------
    gram : ndarray of shape (n_samples, n_samples)
    signs : ndarray of shape (n_samples,)
        -1 and 1.
    weight : ndarray of shape (n_samples,)
    trade_off : float
    tol : float, default=1e-6
        Gap relative to the objective.
    max_iter : int, default=2000

    Returns
    -------
    g : ndarray of shape (n_samples,)
        Non-negative; sums to one over the rows of each sign.
    """
    root = np.sqrt(weight)
    sides = [np.flatnonzero(signs > 0), np.flatnonzero(signs < 0)]
    pull = signs * root
    quadratic = (1 - trade_off) * pull[:, None] * gram * pull[None, :]
    quadratic[np.diag_indices_from(quadratic)] += trade_off
    # in units u = g / root the penalty is |u|^2, and each side's sum root'u
    step = 1 / (2 * np.linalg.eigvalsh(quadratic)[-1])
    u = np.zeros(len(gram))
    for side in sides:
        u[side] = root[side] / (root[side] @ root[side])
    ahead, momentum, best = u, 1.0, np.inf
    for _ in range(max_iter):
        slope = 2 * (quadratic @ ahead)
        new = ahead - step * slope
        for side in sides:
            new[side] = _project(new[side], root[side])
        image = quadratic @ new
        value = new @ image
        gap = 2 * (value - sum((image[s] / root[s]).min() for s in sides))
        if gap <= tol * max(value, 1e-300):
            u = new
            break
        if value > best:  # restart the momentum
            ahead, momentum, best = u, 1.0, np.inf
            continue
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = new + (momentum - 1) / following * (new - u)
        u, momentum, best = new, following, value
    return u * root


def _project(point, root):
    """Return the nearest u >= 0 with ``root @ u = 1``."""
    order = np.argsort(-point / root)
    sums = np.cumsum(root[order] * point[order]) - 1
    sizes = np.cumsum(root[order] ** 2)
    levels = sums / sizes
    last = np.flatnonzero(point[order] / root[order] > levels)[-1]
    return np.maximum(point - levels[last] * root, 0.0)
