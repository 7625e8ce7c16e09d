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
from mmensemble.fusion._calibration import Temperature
from mmensemble.fusion._weights import one_hot, row_losses
from mmensemble.learners._task import align, take_params
from mmensemble.numerics._weight_unit import weight_unit

#: Copies of each row that are tried.
_COPIES = 2
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
    of the paired difference over rows. Probabilities are drawn towards the classes'
    frequencies as far as suits each way best, and then judged: mixtures do so too,
    which lowers the log loss of a learner that is too sure of itself, and puts no
    row before another.

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
        delayed(_predicted)(
            clone(model).set_params(augmenter=own, n_jobs=1, random_state=seed),
            X,
            y,
            metadata,
            split,
        )
        for own, split in trials
    )
    found = [[] for _ in (*plain, *changed)]
    for place, own in enumerate(stream(jobs, model.n_jobs)):
        found[place // len(folds)].append(own)
    weight = metadata.get("sample_weight")
    judged = np.concatenate([test for _, test in folds])
    truth, counts = y[judged], as_weight(weight, n_rows)[judged]
    losses = np.full((len(found), n_rows), np.nan)
    for row, own in zip(losses, found, strict=True):
        row[judged] = _losses(own, truth, counts, np.unique(y) if classifier else None)
    return _winner(losses, plain, changed, weight)


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


def _predicted(model, X, y, metadata, split):
    """Return what is predicted of the left-out rows, None where that cannot be."""
    train, test = split
    params = take_params(metadata, train, len(y))
    try:
        model.fit(take_rows(X, train), y[train], **params)
    except WeightsNeededError:  # then this one is none for these learners
        return None
    rows = take_rows(X, test)
    if not hasattr(model, "predict_proba"):
        return model.predict(rows)
    return align(model.predict_proba(rows), model.classes_, np.unique(y))


def _losses(parts, truth, weight, labels):
    """Return the loss of each left-out row, infinite where nothing is predicted.

    Parameters
    ----------
    parts : list of (ndarray or None)
        Predictions, fold by fold.
    truth, weight : ndarray of shape (n_rows, ...)
        Of the rows of all folds, in their order.
    labels : ndarray of shape (n_classes,) or None
        None where numbers are predicted.
    """
    if any(part is None for part in parts):
        return np.full(len(truth), np.inf)
    predicted = np.concatenate(parts)
    if labels is None:
        predicted, truth = (part.reshape(len(truth), -1) for part in (predicted, truth))
        return row_losses(predicted, truth, classification=False)
    targets, counts = one_hot(truth, labels), weight > 0
    if counts.any():
        own = predicted[counts], targets[counts], weight[counts]
        prior = weight @ targets + weight_unit(weight) / 2  # never zero
        fitted = Temperature.fit(*own, prior=prior / prior.sum())
        predicted = fitted.apply(predicted)
    return row_losses(predicted, targets, classification=True)
