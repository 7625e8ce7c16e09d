"""Greedy ensemble selection (Caruana et al. 2004)."""

import numpy as np

#: Additions in a row that may bring nothing before the search ends.
_PATIENCE = 10


def greedy_selection(objective, library, n_members, *, n_steps=50, n_init="auto"):
    """Return the weights of members that greedy selection chooses.

    The best of the library come first, as many of them as do best together
    (sorted initialisation); then, step by step, the member whose addition helps
    most, or harms least, is added once more, until ten additions in a row have
    brought nothing. The best ensemble on the way is the answer.

    Parameters
    ----------
    objective : callable
        From weights of shape (n_ensembles, n_members) to losses.
    library : array-like of int
        Positions of the members that may be chosen.
    n_members : int
    n_steps : int, default=50
        Most additions after the initialisation.
    n_init : int or "auto", default="auto"
        Members to start with.

    Returns
    -------
    weights : ndarray of shape (n_members,)
        Shares of the selections; they sum to one.
    """
    singles = np.eye(n_members)[np.asarray(library)]
    if len(singles) == 1:
        return singles[0]
    order = np.argsort(objective(singles), kind="stable")
    starts = singles[order].cumsum(axis=0)
    if n_init != "auto":
        starts = starts[min(n_init, len(starts)) - 1][None]
    losses = objective(_shares(starts))
    first = int(np.argmin(losses))
    counts, best, lowest = starts[first], starts[first], losses[first]
    since = 0
    for _ in range(n_steps):
        if since == _PATIENCE:
            break
        grown = counts + singles
        losses = objective(_shares(grown))
        pick = int(np.argmin(losses))
        counts = grown[pick]
        since += 1
        if losses[pick] < lowest:
            best, lowest, since = counts, losses[pick], 0
    return best / best.sum()


def _shares(counts):
    return counts / counts.sum(axis=1, keepdims=True)


def bagged_selection(objective, draws, fraction, **options):
    """Return the mean of the weights selected from random parts of the library.

    Parameters
    ----------
    objective : callable
        From weights of shape (n_ensembles, n_members) to losses.
    draws : ndarray of shape (n_bags, n_members)
        Uniform random numbers; a bag holds the members with the smallest. No
        bags stand for one that holds everything.
    fraction : float
        Share of the library in a bag.
    **options : dict
        For `greedy_selection`.

    Returns
    -------
    weights : ndarray of shape (n_members,)
    """
    n_bags, n_members = draws.shape
    if n_bags == 0:
        return greedy_selection(objective, np.arange(n_members), n_members, **options)
    size = max(1, int(np.ceil(fraction * n_members)))
    chosen = [
        greedy_selection(objective, np.sort(bag[:size]), n_members, **options)
        for bag in draws.argsort(axis=1, kind="stable")
    ]
    return np.mean(chosen, axis=0)
