"""From what a pool says about rows without a label to labels and weights."""

import numpy as np
from scipy.special import softmax

#: Probability from which a hard label is given.
_THRESHOLD = 0.9
#: Bounds on the ratio D / (1 - D) that a discriminator multiplies by.
_RATIO = 5.0
#: Steps in which class frequencies are matched.
_STEPS = 20
_TINY = 1e-12


def sharpen(shares, power):
    """Return shares to the power ``1 / power``, scaled to sum one.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.semi_supervised._pseudo_labels import sharpen
    >>> sharpen(np.array([[0.75, 0.25]]), 0.5)
    array([[0.9, 0.1]])
    """
    return softmax(np.log(np.maximum(shares, _TINY)) / power, axis=1)


def answer(shares, discriminator, bound=_RATIO):
    """Return what a generator answers a discriminator: ``q D / (1 - D)``, scaled.

    Where D is the best possible, the probability that a label is true and not
    drawn, the ratio is ``p / q``, and the answer p (Goodfellow et al. 2014).

    Parameters
    ----------
    shares : ndarray of shape (n_samples, n_classes)
        What labels were drawn from.
    discriminator : ndarray of shape (n_samples, n_classes)
        Probability that each label is a true one.
    bound : float, default=5.0
        The ratio stays between this and its inverse.
    """
    odds = discriminator / np.maximum(1 - discriminator, _TINY)
    raised = shares * np.clip(odds, 1 / bound, bound)
    return raised / raised.sum(axis=1, keepdims=True)


def match_prior(shares, prior):
    """Return shares whose means over the rows are near the classes' frequencies.

    Columns and rows are scaled in turn (iterative proportional fitting).

    Parameters
    ----------
    shares : ndarray of shape (n_samples, n_classes)
    prior : ndarray of shape (n_classes,)
    """
    for _ in range(_STEPS):
        shares = shares * (prior / np.maximum(shares.mean(axis=0), _TINY))
        shares = shares / shares.sum(axis=1, keepdims=True)
    return shares


def pseudo_labels(kind, shares, *, power, progress, share):
    """Return labels as shares, and what they weigh.

    Parameters
    ----------
    kind : {"adversarial", "pool", "hard", "entropy"}
    shares : ndarray of shape (n_samples, n_classes)
    power : float
        Where the shares are sharpened to.
    progress : float
        Number of the round over that of all rounds.
    share : float
        Of the rows that are kept in the last round.

    Returns
    -------
    labels : ndarray of shape (n_samples, n_classes)
    weight : ndarray of shape (n_samples,)
        Zero for rows that are left out: those of which the pool is least certain,
        fewer from round to round. Hard labels are given from a probability of 0.9
        on, with weight one; under "entropy" all rows weigh one from the start, and
        sharpening grows.
    """
    certain = shares.max(axis=1)
    if kind == "hard":
        labels = np.eye(shares.shape[1])[shares.argmax(axis=1)]
        return labels, (certain >= _THRESHOLD) * _most(certain, share)
    if kind == "entropy":
        labels = sharpen(shares, 1 - progress * (1 - power))
        return labels, _most(certain, share)
    labels = sharpen(shares, power)
    return labels, certain**2 * _most(certain, share * progress)


def _most(certain, share):
    """Return ones for the given share of rows, the most certain ones, else zeros."""
    n_kept = round(share * len(certain))
    kept = np.zeros(len(certain))
    kept[np.argsort(-certain, kind="stable")[:n_kept]] = 1.0
    return kept
