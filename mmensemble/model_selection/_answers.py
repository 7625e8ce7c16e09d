"""Stand-ins that answer scorers with predictions that were made before."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import UndefinedMetricWarning


class AnsweringClassifier(ClassifierMixin, BaseEstimator):
    """A classifier whose answers for the rows at hand are known.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
    classes : ndarray of shape (n_classes,)

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.metrics import get_scorer
    >>> from mmensemble.model_selection._answers import AnsweringClassifier
    >>> probabilities = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> known = AnsweringClassifier(probabilities, np.array([0, 1]))
    >>> get_scorer("accuracy")(known, [[0], [0]], [0, 1])
    1.0
    """

    def __init__(self, probabilities, classes):
        self.probabilities = probabilities
        self.classes = classes

    @property
    def classes_(self):
        """Labels, sorted."""
        return self.classes

    def predict_proba(self, X):
        """Return the known probabilities, whatever the rows."""
        return self.probabilities

    def predict(self, X):
        """Return the most probable label of each row."""
        return self.classes[self.probabilities.argmax(axis=1)]


class AnsweringRegressor(RegressorMixin, BaseEstimator):
    """A regressor whose answers for the rows at hand are known.

    Parameters
    ----------
    values : ndarray of shape (n_samples,) or (n_samples, n_targets)

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.model_selection._answers import AnsweringRegressor
    >>> AnsweringRegressor(np.array([1.0, 2.0])).score([[0], [0]], [1.0, 2.0])
    1.0
    """

    def __init__(self, values):
        self.values = values

    def predict(self, X):
        """Return the known values, whatever the rows."""
        return self.values


def answer(predictions, task):
    """Return the stand-in for predictions of shape (n_samples, n_outputs).

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_outputs)
    task : Task
    """
    predictions = np.asarray(predictions)
    if task.is_classification:
        return AnsweringClassifier(predictions, task.classes)
    return AnsweringRegressor(predictions[:, 0] if task.squeeze else predictions)


def score_of(scorer, predictions, task, X, y, params):
    """Return scores by metric, as :func:`sklearn.model_selection.cross_validate`.

    Parameters
    ----------
    scorer : callable
        As :func:`sklearn.metrics.check_scoring` returns it.
    predictions : ndarray of shape (n_samples, n_outputs)
    task : Task
    X : table of shape (n_samples, n_columns)
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
        found = scorer(answer(predictions, task), X, y, **params)
    if not isinstance(found, dict):
        found = {"score": found}
    scores = {name: float(value) for name, value in found.items()}
    undefined = not np.isfinite(list(scores.values())).all()
    for one in caught:
        # NaN says as much, and there may be one on every fold
        if not (undefined and issubclass(one.category, UndefinedMetricWarning)):
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    return scores
