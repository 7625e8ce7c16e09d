"""Exact Shapley values of modalities from the values of all coalitions.

A coalition is a set of modalities; in a list of all ``2 ** M`` of them, coalition
``k`` holds modality ``m`` where bit ``m`` of ``k`` is set: the first is empty, the
last is complete.
"""

from math import comb, factorial
from numbers import Integral

import numpy as np
import pandas as pd

from mmensemble._compat import Interval, validate_params

#: Most modalities: a million coalitions.
MOST_MODALITIES = 20


@validate_params(
    {"n_modalities": [Interval(Integral, 1, MOST_MODALITIES, closed="both")]},
    prefer_skip_nested_validation=True,
)
def coalition_masks(n_modalities):
    """Return which modalities each coalition holds.

    Parameters
    ----------
    n_modalities : int
        From 1 to 20: exact values need all coalitions.

    Returns
    -------
    masks : ndarray of bool of shape (2 ** n_modalities, n_modalities)
        The first row is the empty coalition, the last the complete one; modality
        ``m`` is in coalition ``k`` where bit ``m`` of ``k`` is set.

    Examples
    --------
    >>> from mmensemble.analysis.coalitions._shapley import coalition_masks
    >>> coalition_masks(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    numbers = np.arange(2**n_modalities)[:, None]
    return (numbers >> np.arange(n_modalities) & 1).astype(bool)


def coalition_predictions(predict, presence, empty):
    """Return what a model predicts for each row from each coalition.

    A row is only ever asked about modalities that it has: coalitions that differ in
    absent ones share one prediction, so that an absent modality contributes nothing.

    Parameters
    ----------
    predict : callable
        ``predict(rows, mask)`` returns predictions, one or several numbers a row,
        of the rows at positions `rows` from the modalities in the boolean `mask`.
    presence : array-like of bool of shape (n_samples, n_modalities)
        Which modalities each row has.
    empty : float or array-like of shape (n_outputs,)
        Prediction from nothing: the training prior, or the mean of the targets.

    Returns
    -------
    predictions : ndarray of shape (n_samples, 2 ** n_modalities) or \
            (n_samples, 2 ** n_modalities, n_outputs)
        Coalitions in the order of :func:`coalition_masks`.

    Examples
    --------
    >>> from mmensemble.analysis.coalitions._shapley import coalition_predictions
    >>> coalition_predictions(
    ...     lambda rows, mask: [mask.sum()] * len(rows), [[1, 1], [0, 1]], empty=0.5
    ... )
    array([[0.5, 1. , 1. , 2. ],
           [0.5, 0.5, 1. , 1. ]])
    """
    presence = np.asarray(presence, dtype=bool)
    n_rows, n_modalities = presence.shape
    masks = coalition_masks(n_modalities)
    empty = np.asarray(empty, dtype=float)
    known = np.empty((n_rows, len(masks), *empty.shape))
    known[:, 0] = empty
    for k, mask in enumerate(masks[1:], 1):
        rows = np.flatnonzero(presence[:, mask].all(axis=1))
        if len(rows):
            known[rows, k] = predict(rows, mask)
    own = masks @ (1 << np.arange(n_modalities))
    held = presence @ (1 << np.arange(n_modalities))
    return known[np.arange(n_rows)[:, None], own & held[:, None]]


@validate_params({"axis": [Integral]}, prefer_skip_nested_validation=True)
def shapley_values(values, *, axis=-1):
    """Return the exact Shapley value of each modality.

    The mean, over all orders in which the modalities can join, of what each adds
    when it comes. The values of all modalities add up to the value of all together
    less that of none.

    Parameters
    ----------
    values : array-like
        Values of all coalitions along `axis`, scores or predictions of rows:
        modality ``m`` is in coalition ``k`` where bit ``m`` of ``k`` is set.
    axis : int, default=-1
        Axis of the coalitions, of length ``2 ** n_modalities``.

    Returns
    -------
    contributions : ndarray
        Of the shape of `values`, with `n_modalities` entries along `axis`.

    References
    ----------
    Shapley (1953), "A value for n-person games", Contributions to the Theory of
    Games II, Princeton University Press.

    Examples
    --------
    >>> from mmensemble.analysis import shapley_values
    >>> shapley_values([0.5, 0.75, 0.625, 1.0])
    array([0.3125, 0.1875])
    """
    values, n_modalities = _check_values(values, axis)
    weights = shapley_weights(n_modalities)
    return np.moveaxis(values @ weights, -1, axis)


def shapley_weights(n_modalities):
    """Return the weights of coalitions' values in each modality's Shapley value.

    Parameters
    ----------
    n_modalities : int

    Returns
    -------
    weights : ndarray of shape (2 ** n_modalities, n_modalities)
    """
    masks = coalition_masks(n_modalities)
    size = masks.sum(axis=1)[:, None]
    # a modality joins size - 1 others, or could join size of them
    joined = [
        1 / (n_modalities * comb(n_modalities - 1, s)) for s in range(n_modalities)
    ]
    joined = np.array(joined)
    return np.where(
        masks,
        joined[np.maximum(size - 1, 0)],
        -joined[np.minimum(size, n_modalities - 1)],
    )


def shapley_interactions(values, *, axis=-1):
    """Return the Shapley interaction index of each pair of modalities.

    Positive where two modalities are worth more together than apart, negative where
    they say the same.

    Parameters
    ----------
    values : array-like
        Values of all coalitions along `axis`, as for :func:`shapley_values`.
    axis : int, default=-1
        Axis of the coalitions.

    Returns
    -------
    interactions : ndarray of shape (..., n_modalities, n_modalities)
        Symmetric, NaN on the diagonal; the other axes of `values` come first.

    References
    ----------
    Grabisch and Roubens (1999), "An axiomatic approach to the concept of
    interaction among players in cooperative games", International Journal of Game
    Theory 28.

    Examples
    --------
    >>> from mmensemble.analysis import shapley_interactions
    >>> shapley_interactions([0.5, 0.75, 0.625, 1.0])
    array([[  nan, 0.125],
           [0.125,   nan]])
    """
    values, n_modalities = _check_values(values, axis)
    found = np.full((*values.shape[:-1], n_modalities, n_modalities), np.nan)
    masks = coalition_masks(n_modalities)
    size = masks.sum(axis=1)
    n_others = n_modalities - 2
    weights = [
        factorial(s) * factorial(n_others - s) / factorial(n_modalities - 1)
        for s in range(n_others + 1)
    ]
    for i in range(n_modalities):
        for j in range(i):
            pair = masks[:, [i, j]].sum(axis=1)
            # + for both and for neither, - for one of them
            signed = np.array(weights)[size - pair] * (1 - 2 * (pair % 2))
            found[..., i, j] = found[..., j, i] = values @ signed
    return found


def contribution_frame(scores, names):
    """Return the contribution of each modality to the score, with its spread.

    Parameters
    ----------
    scores : array-like of shape (2 ** n_modalities,) or \
            (n_splits, 2 ** n_modalities)
        Scores of all coalitions, in the order of :func:`coalition_masks`; the
        first is the score of the training prior. Splits that lack a score (NaN) are
        left out.
    names : list of str
        Names of the modalities.

    Returns
    -------
    frame : DataFrame
        One row a modality: `modality`; `shapley`, the mean over the splits, and
        `std_shapley`, their standard deviation (NaN for one split); `alone`, what it
        adds to nothing; `last`, what it adds to all others; `share` of the sum of
        the Shapley values.

    Examples
    --------
    >>> from mmensemble.analysis.coalitions._shapley import contribution_frame
    >>> contribution_frame([0.5, 0.75, 0.625, 1.0], ["genes", "notes"])
      modality  shapley  std_shapley  alone   last  share
    0    genes   0.3125         NaN  0.250  0.375  0.625
    1    notes   0.1875         NaN  0.125  0.250  0.375
    """
    scores = np.atleast_2d(np.asarray(scores, dtype=float))
    complete = np.isfinite(scores).all(axis=1)
    scores = scores[complete] if complete.any() else scores
    values = shapley_values(scores)
    n_splits, n_modalities = values.shape
    if len(names) != n_modalities:
        raise ValueError(
            f"The 'names' parameter has {len(names)} names, 'scores' has "
            f"{n_modalities} modalities."
        )
    means, single = scores.mean(axis=0), 1 << np.arange(n_modalities)
    worth = means[-1] - means[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = values.mean(axis=0) / worth
    return pd.DataFrame(
        {
            "modality": list(names),
            "shapley": values.mean(axis=0),
            "std_shapley": values.std(axis=0, ddof=1) if n_splits > 1 else np.nan,
            "alone": means[single] - means[0],
            "last": means[-1] - means[-1 - single],
            "share": share,
        }
    )


def _check_values(values, axis):
    """Return float values with coalitions last, and the number of modalities."""
    values = np.moveaxis(np.asarray(values, dtype=float), axis, -1)
    n_modalities = values.shape[-1].bit_length() - 1
    if values.shape[-1] < 2 or values.shape[-1] != 2**n_modalities:
        raise ValueError(
            "The coalitions of M modalities are 2 ** M with M >= 1; axis "
            f"{axis} of 'values' has {values.shape[-1]}."
        )
    return values, n_modalities
