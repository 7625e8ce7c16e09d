"""Predictions that are made already, as scikit-learn's scorers take them."""

import inspect
import warnings

import numpy as np
from scipy.special import logit
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import UndefinedMetricWarning

from mmensemble._compat import scored_metric

_FLOAT = np.finfo(np.float64)


class KnownClassifier(ClassifierMixin, BaseEstimator):
    """Stands for a classifier whose probabilities for the rows at hand are known.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
    classes : ndarray of shape (n_classes,)
    rule : DecisionRule, default=None
        How labels are decided on; None stands for the most probable.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.metrics import get_scorer
    >>> from mmensemble.learners._scoring import KnownClassifier
    >>> probabilities = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> known = KnownClassifier(probabilities, np.array([0, 1]))
    >>> get_scorer("accuracy")(known, [[0], [0]], [0, 1])
    1.0
    """

    def __init__(self, probabilities, classes, rule=None):
        self.probabilities = probabilities
        self.classes = classes
        self.rule = rule

    def __sklearn_is_fitted__(self):
        return True

    @property
    def classes_(self):
        """Labels in the order of the columns."""
        return self.classes

    def predict_proba(self, X):
        """Return the known probabilities, whatever the rows."""
        return self.probabilities

    def decision_function(self, X):
        """Return log odds, or log probabilities of more than two classes."""
        known = np.clip(self.probabilities, _FLOAT.tiny, 1 - _FLOAT.epsneg)
        # a function of one column alone, so that ties stay ties
        return logit(known[:, 1]) if len(self.classes) == 2 else np.log(known)

    def predict(self, X):
        """Return the label decided on for each row."""
        known = self.probabilities
        codes = known.argmax(axis=1) if self.rule is None else self.rule.decide(known)
        return self.classes[codes]


class KnownRegressor(RegressorMixin, BaseEstimator):
    """Stands for a regressor whose predictions for the rows at hand are known.

    Parameters
    ----------
    values : ndarray of shape (n_samples,) or (n_samples, n_targets)

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.learners._scoring import KnownRegressor
    >>> KnownRegressor(np.array([1.0, 2.0])).score([[0], [0]], [1.0, 2.0])
    1.0
    """

    def __init__(self, values):
        self.values = values

    def __sklearn_is_fitted__(self):
        return True

    def predict(self, X):
        """Return the known values, whatever the rows."""
        return self.values


def known_model(predictions, task):
    """Return the stand-in for predictions of shape (n_samples, n_outputs).

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_outputs)
    task : Task
    """
    predictions = np.asarray(predictions)
    if task.is_classification:
        return KnownClassifier(predictions, task.classes, task.rule)
    return KnownRegressor(predictions[:, 0] if task.squeeze else predictions)


def score_of(scorer, predictions, task, X, y, params):
    """Return scores by metric, as :func:`sklearn.model_selection.cross_validate`.

    Parameters
    ----------
    scorer : callable
        With the signature ``scorer(estimator, X, y)``, as
        :func:`sklearn.metrics.check_scoring` returns it.
    predictions : ndarray of shape (n_samples, n_outputs)
    task : Task
    X : table of shape (n_samples, n_columns), or None
        For scorers that read more than predictions.
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
    params : dict
        Metadata for the scorer, of these rows.

    Returns
    -------
    scores : dict of str to float
        One metric has the name "score". Where one is NaN, scikit-learn's warning
        that it is undefined is left out.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = scorer(known_model(predictions, task), X, y, **params)
    if not isinstance(found, dict):
        found = {"score": found}
    scores = {name: float(value) for name, value in found.items()}
    undefined = not np.isfinite(list(scores.values())).all()
    for one in caught:
        # NaN says as much, and there may be one on every fold
        if not (undefined and issubclass(one.category, UndefinedMetricWarning)):
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    return scores


def weights_for(scorer, sample_weight):
    """Return weights as keywords for `scorer`: none where it takes none.

    Nor where it was made by `make_scorer` of a metric that takes none, which then
    scores rows as if all had the same weight.

    Parameters
    ----------
    scorer : callable
    sample_weight : ndarray of shape (n_samples,) or None
    """
    called = scorer, scored_metric(scorer)
    if sample_weight is None or not all(map(_takes_weights, called)):
        return {}
    return {"sample_weight": sample_weight}


def _takes_weights(function):
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # nobody knows what it takes
        return False
    return any(p.name == "sample_weight" or p.kind == p.VAR_KEYWORD for p in parameters)
