"""The loss of each row's prediction from each coalition of modalities."""

import numpy as np
from scipy.special import entr

from mmensemble._compat import StrOptions, validate_params

LOSSES = ("log", "zero_one", "squared")
#: What probabilities may be outside of their range by.
_ROUNDING = 1e-8


@validate_params(
    {
        "y": ["array-like"],
        "predictions": ["array-like"],
        "loss": [StrOptions(set(LOSSES))],
        "classes": ["array-like", None],
    },
    prefer_skip_nested_validation=True,
)
def coalition_losses(y, predictions, *, loss, classes=None):
    """Return the loss of each row under each coalition of modalities.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Labels or targets.
    predictions : array-like of shape (n_samples, n_coalitions) or \
            (n_samples, n_coalitions, n_outputs)
        Out-of-fold predictions, see :func:`coalition_predictions`: probabilities
        for "log" and "zero_one".
    loss : {"log", "zero_one", "squared"}
        Logarithm of the true class' probability, being wrong, or squared error
        (mean over the targets).
    classes : array-like of shape (n_outputs,), default=None
        Labels of the probabilities, sorted or not.

    Returns
    -------
    losses : ndarray of shape (n_samples, n_coalitions)
        NaN where a prediction is.

    Examples
    --------
    >>> from mmensemble.analysis.coalitions._coalition_losses import coalition_losses
    >>> coalition_losses(
    ...     ["a", "b"],
    ...     [[[0.5, 0.5], [0.9, 0.1]], [[0.5, 0.5], [0.7, 0.3]]],
    ...     loss="zero_one",
    ...     classes=["a", "b"],
    ... )
    array([[0., 0.],
           [1., 1.]])
    """
    y, predictions = np.asarray(y), np.asarray(predictions, dtype=float)
    if loss == "squared":
        y = y.reshape(len(y), 1, -1)
        values = predictions[..., None] if predictions.ndim == 2 else predictions
        return ((values - y) ** 2).mean(axis=2)
    places = _places(y, _check_probabilities(predictions), classes)
    if loss == "log":
        true = predictions[np.arange(len(y)), :, places]
        return -np.log(np.clip(true, np.finfo(float).eps, None))
    absent = np.isnan(predictions).any(axis=2)
    chosen = np.where(absent[..., None], 0.0, predictions).argmax(axis=2)
    return np.where(absent, np.nan, chosen != places[:, None])


def _places(y, predictions, classes):
    """Return the position of each row's label among the classes."""
    if predictions.ndim != 3 or classes is None or len(classes) != predictions.shape[2]:
        raise ValueError(
            "For probabilities, 'predictions' must have shape (n_samples, "
            "n_coalitions, n_classes) and 'classes' their labels; got shape "
            f"{predictions.shape} and {classes!r}."
        )
    same = y[:, None] == np.asarray(classes)
    unknown = ~same.any(axis=1)
    if unknown.any():
        raise ValueError(
            f"'y' holds {y[unknown].tolist()[0]!r}, which 'classes' lacks."
        )
    return same.argmax(axis=1)


def coalition_entropy(predictions):
    """Return how uncertain each coalition's probabilities are.

    Parameters
    ----------
    predictions : array-like of shape (n_samples, n_coalitions, n_classes)
        Probabilities.

    Returns
    -------
    entropy : ndarray of shape (n_samples, n_coalitions)
        In nats: zero where one class is certain.

    Examples
    --------
    >>> from mmensemble.analysis.coalitions._coalition_losses import coalition_entropy
    >>> coalition_entropy([[[0.5, 0.5], [1.0, 0.0]]]).round(3)
    array([[0.693, 0.   ]])
    """
    return entr(_check_probabilities(predictions)).sum(axis=-1)


def _check_probabilities(predictions):
    """Return probabilities as floats, NaN where there are none, or raise."""
    predictions = np.asarray(predictions, dtype=float)
    known = predictions[~np.isnan(predictions)]
    outside = known[(known < -_ROUNDING) | (known > 1 + _ROUNDING)]
    if len(outside):
        raise ValueError(
            "The 'predictions' parameter must hold probabilities between 0 and 1, got "
            f"{outside[0]:g}."
        )
    return np.clip(predictions, 0.0, 1.0)
