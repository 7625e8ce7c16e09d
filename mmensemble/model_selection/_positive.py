"""The class that curves and scores of one class are of."""

import numpy as np
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    jaccard_score,
    make_scorer,
    precision_score,
    recall_score,
)

from mmensemble._did_you_mean import nearest

_PROBABILITY = {"response_method": "predict_proba"}
#: Metrics of one class: their function, and how a scorer is made of it.
_OF_ONE_CLASS = {
    "average_precision": (average_precision_score, _PROBABILITY),
    "f1": (f1_score, {}),
    "jaccard": (jaccard_score, {}),
    "neg_brier_score": (brier_score_loss, _PROBABILITY | {"greater_is_better": False}),
    "precision": (precision_score, {}),
    "recall": (recall_score, {}),
}


def check_positive(positive, y, *, classifier):
    """Return the positive class as the target has it; refuse one that there is not.

    Parameters
    ----------
    positive : label or None
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    classifier : bool
        Whether classes are predicted.

    Returns
    -------
    label : label or None

    Raises
    ------
    ValueError
    """
    if positive is None:
        return None
    if not classifier:
        raise ValueError(
            f"The 'positive' parameter names a class, got {positive!r}, and the model "
            "predicts numbers; leave it out."
        )
    classes = np.unique(y).tolist()
    if positive not in classes:
        raise ValueError(
            f"The 'positive' parameter must be a class of the target, got {positive!r}"
            f"{nearest(positive, classes)}"
        )
    return classes[classes.index(positive)]


def scoring_of_class(scoring, positive):
    """Return a scorer of the positive class in the place of a metric of one class.

    Parameters
    ----------
    scoring : str, callable or None
    positive : label or None

    Returns
    -------
    scoring : str, callable or None
        As it was where it is no such metric, or no class is named.
    """
    if positive is None or callable(scoring) or scoring not in _OF_ONE_CLASS:
        return scoring
    function, how = _OF_ONE_CLASS[scoring]
    return make_scorer(function, pos_label=positive, **how)
