"""Which augmenter, if any: judged on rows that were left out."""

import numpy as np
from sklearn.base import clone
from sklearn.utils.parallel import delayed

from mmensemble._frame import take_rows
from mmensemble._parallel import stream
from mmensemble._seeds import seed_for
from mmensemble._splits import inner_folds
from mmensemble._validation import as_weight
from mmensemble.augmentation import Jitter, MixUp, MultimodalAugmenter, SwapModality
from mmensemble.ensemble._augmented import WeightsNeededError
from mmensemble.learners._task import align, take_params

#: Copies of each row that are tried.
_COPIES = 2
_TINY = np.finfo(float).eps
#: Standard errors by which copies that are changed must win.
_MARGIN = 1.0


def candidates(classifier):
    """Return what is tried: rows as they are, repeated, and changed in a few ways.

    Parameters
    ----------
    classifier : bool

    Returns
    -------
    plain : list of (MultimodalAugmenter or None)
        Nothing, and repetition.
    changed : list of MultimodalAugmenter
    """
    pairs = "any" if classifier else "near"
    steps = [[MixUp(pairs=pairs)], [Jitter(), MixUp(pairs=pairs)], [SwapModality()]]
    changed = [MultimodalAugmenter(own, n_copies=_COPIES) for own in steps]
    return [None, MultimodalAugmenter([], n_copies=_COPIES)], changed


def choose_augmenter(model, X, y, metadata, *, classifier, root):
    """Return the augmenter that wins on left-out rows, or None.

    Changed copies are taken where their loss (log loss or squared error) is smaller
    than that of rows as they are and of rows repeated, by more than a standard error
    of the paired difference over rows.

    Parameters
    ----------
    model : MultimodalClassifier or MultimodalRegressor
    X : table of shape (n_samples, n_columns)
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    metadata : dict
        What was given to ``fit``, None left out.
    classifier : bool
    root : int
        Root of the seeds.

    Returns
    -------
    augmenter : MultimodalAugmenter or None
    """
    groups, n_rows = metadata.get("groups"), len(y)
    folds = inner_folds(y, classifier=classifier, groups=groups)
    plain, changed = candidates(classifier)
    if not folds:
        return None
    seed = seed_for(root, "augmenter", "search")
    trials = [(own, split) for own in (*plain, *changed) for split in folds]
    jobs = (
        delayed(_losses)(
            clone(model).set_params(augmenter=own, n_jobs=1, random_state=seed),
            X,
            y,
            metadata,
            split,
        )
        for own, split in trials
    )
    losses = np.full((len(plain) + len(changed), n_rows), np.nan)
    for place, found in enumerate(stream(jobs, model.n_jobs)):
        losses[place // len(folds), folds[place % len(folds)][1]] = found
    return _winner(losses, plain, changed, metadata.get("sample_weight"))


def _winner(losses, plain, changed, weight):
    """Return the best of the changed ones, if it beats both plain ones."""
    judged = ~np.isnan(losses).any(axis=0)
    weight = as_weight(weight, losses.shape[1])[judged]
    losses = losses[:, judged]
    if losses.shape[1] < 2 or not weight.any():
        return None
    mean = losses @ weight / weight.sum()
    best = len(plain) + int(mean[len(plain) :].argmin())
    if not np.isfinite(mean[best]):
        return None
    for other in range(len(plain)):
        gain = losses[other] - losses[best]
        average = gain @ weight / weight.sum()
        error = np.sqrt(((weight * (gain - average)) ** 2).sum()) / weight.sum()
        if average <= _MARGIN * error:
            return None
    return changed[best - len(plain)]


def _losses(model, X, y, metadata, split):
    """Return the loss of each left-out row."""
    train, test = split
    params = take_params(metadata, train, len(y))
    try:
        model.fit(take_rows(X, train), y[train], **params)
    except WeightsNeededError:  # then this one is none for these learners
        return np.full(len(test), np.inf)
    rows, truth = take_rows(X, test), y[test]
    if not hasattr(model, "predict_proba"):
        error = (model.predict(rows) - truth) ** 2
        return error.reshape(len(test), -1).mean(axis=1)
    labels = np.unique(y)
    known = align(model.predict_proba(rows), model.classes_, labels)
    own = known[np.arange(len(test)), np.searchsorted(labels, truth)]
    return -np.log(np.clip(own, _TINY, None))
