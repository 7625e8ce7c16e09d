"""Class level: calibrated posteriors from any set of modalities."""

import warnings

import numpy as np
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from mmensemble.ensemble import MultimodalClassifier
from mmensemble.fusion import VotingFusion
from mmensemble.learners._portfolio import make_portfolio


def check_labels(y, n_rows):
    """Return labels as an array, or raise ValueError where they do not fit."""
    y = column_or_1d(y, warn=True)
    check_classification_targets(y)
    if len(y) != n_rows:
        raise ValueError(
            f"The 'y' parameter must have one label a row: {n_rows}, got {len(y)}."
        )
    if len(np.unique(y)) < 2:
        raise ValueError(
            f"Retrieval by class needs at least 2 classes, got one class: "
            f"{y.tolist()[0]!r}."
        )
    return y


def fit_classes(modalities, estimator, X, y, *, groups, n_jobs, seed):
    """Return a classifier whose posteriors serve any set of modalities.

    The learners of each modality are calibrated by temperature and mixed, for every
    set of modalities anew, by the weights of the least out-of-fold log loss.

    Parameters
    ----------
    modalities : list of (name, extractor, columns)
    estimator : None, estimator object or list of (name, estimator)
        None for the portfolio of :class:`mmensemble.AutoFusion`.
    X : table of shape (n_samples, n_columns)
    y : ndarray of shape (n_samples,)
    groups : ndarray of shape (n_samples,) or None
    n_jobs : int or None
    seed : int

    Returns
    -------
    model : MultimodalClassifier
    """
    if estimator is None:
        estimator = make_portfolio("full", classifier=True)
    fusion = VotingFusion(weights="optimize", calibrate="temperature")
    model = MultimodalClassifier(
        modalities,
        fusion=fusion,
        estimator=estimator,
        n_jobs=n_jobs,
        random_state=seed,
    )
    return model.fit(X, y, groups=groups)


def posteriors(model, X, mask):
    """Return class probabilities from the modalities in `mask`.

    Parameters
    ----------
    model : MultimodalClassifier
        Of `fit_classes`.
    X : table of shape (n_samples, n_columns)
    mask : ndarray of bool of shape (n_modalities,)

    Returns
    -------
    probabilities : ndarray of shape (n_samples, n_classes)
        The training prior for rows that have none of them.
    """
    with warnings.catch_warnings():  # whoever asks has warned already
        warnings.filterwarnings("ignore", ".*rows have none of the modalities")
        return model.predict_coalitions(X, mask[None])[0]
