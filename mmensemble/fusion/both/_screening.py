"""Which members a fit goes on with, after a first look at what they predict."""

from dataclasses import replace

import numpy as np

from mmensemble.fusion._patterns import list_patterns
from mmensemble.fusion.both._combiners import Library, sparse_stack

#: Rows that a member must have predicted, and groups among all of them, from which it
#: may be given up: what fewer say is mostly chance.
_ENOUGH_ROWS, _ENOUGH_GROUPS = 100, 20


def promising(data, least, max_patterns):
    """Return the positions of the members that could still count.

    A race of one round (Maron & Moore 1997): what members predict of the first
    fold's rows is stacked, and those without a weight in any presence pattern are
    given up, before they are fitted for the other folds. Not by their own loss:
    what is weak alone may know what the others do not. Members of the first learner
    stay, so that every modality has one, and those of a modality that has none.

    Parameters
    ----------
    data : FusionData
        Of the first fold's rows, with predictions of models that have not seen them.
    least : float
        Share of the weights from which a member counts.
    max_patterns : int
        Most presence patterns to look at.

    Returns
    -------
    kept : list of int
        All members where rows, or groups of them, are few, or a class lacks.

    References
    ----------
    Maron, O., & Moore, A. W. (1997). The racing algorithm: Model selection for lazy
    learners. Artificial Intelligence Review, 11, 193-225.
    """
    everyone = range(len(data.members))
    known = ~np.isnan(data.predictions[:, :, 0]) & (data.weight > 0)[:, None]
    counts = known.sum(axis=0)
    judged = frozenset(np.flatnonzero(counts >= _ENOUGH_ROWS).tolist())
    library = Library(data)
    if len(judged) < 2 or _few_groups(data) or judged <= library.core:
        return list(everyone)
    stack = sparse_stack(library, frozenset(everyone))
    if stack is None:
        return list(everyone)
    weights = np.zeros(len(everyone))
    for pattern in list_patterns(data.available(), max_patterns):
        found = stack(pattern)
        if found is not None:
            weights = np.maximum(weights, found.weights / found.weights.sum())
    served = {data.members[k].modality for k in library.core}
    return [
        k
        for k in everyone
        if k in library.core
        or k not in judged
        or weights[k] >= least
        or data.members[k].modality not in served
    ]


def _few_groups(data):
    return data.groups is not None and len(np.unique(data.groups)) < _ENOUGH_GROUPS


def without_others(data, kept):
    """Return the view as if all members but some had predicted nothing.

    Parameters
    ----------
    data : FusionData
    kept : list of int
    """
    dropped = np.setdiff1d(np.arange(len(data.members)), kept)
    if not len(dropped):
        return data
    predictions = data.predictions.copy()
    predictions[:, dropped] = np.nan
    unused = data.unused | frozenset(dropped.tolist())
    return replace(data, predictions=predictions, unused=unused)
