"""Training rows and their copies, for one fit."""

from dataclasses import replace

import numpy as np
from sklearn.base import clone

from mmensemble._frame import take_rows
from mmensemble._seeds import seed_for, set_seeds
from mmensemble.augmentation import Oversample
from mmensemble.learners._abilities import gives_probabilities, weight_parameter
from mmensemble.learners._prior import PriorCorrectedClassifier
from mmensemble.learners._task import accepts, is_classifier, take_params
from mmensemble.modality._presence import presence_mask


class WeightsNeededError(TypeError):
    """Copies weigh differently, and a learner takes no weights."""


def augmented(data, rows, fold=None):
    """Return the training data that some rows and their copies make.

    Parameters
    ----------
    data : TrainingData
        With an augmenter.
    rows : ndarray of int
        Rows to learn from; they come first and in this order.
    fold : int or None, default=None
        Of which fold they are, for the seed.

    Returns
    -------
    taught : TrainingData
        Without an augmenter. Groups are those of the rows, or else the rows.
    """
    seed = seed_for(data.root, "augmenter", str(fold))
    augmenter = set_seeds(clone(data.augmenter), seed)
    weight, classifier = data.sample_weight, data.task.is_classification
    made = augmenter.augment(
        take_rows(data.X, rows),
        data.y[rows],
        modalities=data.modalities,
        sample_weight=None if weight is None else weight[rows],
        classifier=classifier,
    )
    source = rows[made.source]
    groups = np.arange(data.n_samples) if data.groups is None else data.groups

    def extended(params):
        taken = take_params(params, source, data.n_samples)
        given = {key for key, own in params.items() if weight is not None}
        given = {key for key in given if params[key] is weight}
        return taken | dict.fromkeys(given, made.sample_weight)

    parts = data.extractor_params, data.learner_params
    extractor_params, learner_params = (
        {name: extended(own) for name, own in part.items()} for part in parts
    )
    taught = replace(
        data,
        X=made.X,
        y=made.y,
        presence=presence_mask(made.X, data.modalities),
        sample_weight=made.sample_weight,
        groups=groups[source],
        extractor_params=extractor_params,
        learner_params=learner_params,
        augmenter=None,
        source=source,
    )
    steps = augmenter.steps
    if steps and isinstance(steps[0], Oversample):
        own = None if weight is None else weight[rows]
        taught = replace(taught, factors=_factors(data.y[rows], own, taught))
    return taught


def _factors(y, weight, taught):
    """Return frequencies of the classes over those with the copies."""
    labels = np.unique(y)
    before = np.array([np.average(y == label, weights=weight) for label in labels])
    new = taught.sample_weight
    after = [np.average(taught.y == label, weights=new) for label in labels]
    ratio = np.divide(before, after, out=np.ones(len(labels)), where=before > 0)
    return dict(zip(labels.tolist(), ratio.tolist(), strict=True))


def with_copies_weighed(params, name, learner, data, rows=slice(None)):
    """Return metadata for a learner that is fitted on copies too.

    Copies have weights, so that a row and its copies weigh what the row did, and
    never cross a learner's own folds.

    Parameters
    ----------
    params : dict of str to object
        Metadata for its ``fit``, of the rows.
    name : str
        Of the learner.
    learner : estimator object
    data : TrainingData
        Without copies, nothing changes.
    rows : ndarray of int, default=slice(None)

    Raises
    ------
    WeightsNeededError
        When copies weigh differently, and the learner takes no weights.
    """
    if data.source is None:
        return params
    more, parameter = {}, weight_parameter(learner)
    if accepts(learner, "groups"):
        more["groups"] = data.groups[rows]
    weight = data.sample_weight[rows]
    if parameter is not None:
        more[parameter] = weight
    elif len(weight) and np.ptp(weight) > 1e-12 * weight.max():
        raise WeightsNeededError(
            f"Underlying estimator {name!r} ({type(learner).__name__}) does not "
            "support sample_weight, which this augmenter needs: its copies weigh "
            "differently. Choose a learner that takes weights, or steps that mix no "
            "classes."
        )
    return more | params


def at_true_frequencies(learner, data):
    """Return a learner whose probabilities are corrected for oversampled classes."""
    if data.factors is None or not is_classifier(learner):
        return learner
    if not gives_probabilities(learner):
        return learner
    return PriorCorrectedClassifier(learner, data.factors)
