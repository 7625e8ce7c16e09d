"""Class level: calibrated posteriors from any set of modalities."""

import warnings

from sklearn.utils import check_consistent_length

from mmensemble._validation import check_classes, check_target_of_task
from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.fusion.decision._voting import VotingFusion
from mmensemble.learners._portfolio import make_portfolio


def check_labels(y, X):
    """Return labels as an array, or raise ValueError where they do not fit.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
    X : table of shape (n_samples, n_columns)
    """
    y = check_target_of_task("Retrieval by class", y, classifier=True)
    check_consistent_length(X, y)
    check_classes("Retrieval by class", y)
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
