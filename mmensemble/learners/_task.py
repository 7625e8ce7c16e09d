"""What is to be predicted, and how a learner's predictions are brought to one shape."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import softmax
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.utils import get_tags
from sklearn.utils.validation import has_fit_parameter

from mmensemble._frame import is_frame, take_rows
from mmensemble._seeds import set_seeds
from mmensemble.learners._labels import CodedLabelsClassifier, is_coded


@dataclass(frozen=True)
class Task:
    """A prediction task.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,) or None
        Sorted labels; None for regression.
    prior : ndarray of shape (n_outputs,)
        Weighted class frequencies, or weighted means of the targets.
    squeeze : bool
        Whether regression targets came as a 1-D array.
    rule : DecisionRule or None
        How labels are decided on; None stands for the most probable.
    targets : tuple or None
        Names of several targets, where these came as a frame.
    tuned_for : None, str or callable
        Score that the rule is still to be tuned for, on predictions out of fold.
    """

    classes: np.ndarray | None
    prior: np.ndarray
    squeeze: bool = True
    rule: object = None
    targets: tuple | None = None
    tuned_for: object = None

    @property
    def is_classification(self):
        """Whether classes are predicted."""
        return self.classes is not None

    def decide(self, probabilities):
        """Return labels for probabilities of shape (n_samples, n_classes)."""
        if self.rule is None:
            return self.classes[probabilities.argmax(axis=1)]
        return self.classes[self.rule.decide(probabilities)]

    @property
    def n_outputs(self):
        """Number of classes or of targets."""
        return len(self.prior)

    @property
    def labels(self):
        """What outputs are called: classes, or names or positions of targets."""
        if self.is_classification:
            return list(self.classes)
        return list(range(self.n_outputs) if self.targets is None else self.targets)


def make_task(y, *, classifier, sample_weight=None, targets=None):
    """Return the task that the targets `y` pose.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    classifier : bool
        Whether `y` holds classes.
    sample_weight : ndarray of shape (n_samples,), default=None
    targets : tuple, default=None
        Names of several targets.

    Returns
    -------
    task : Task
    """
    if not classifier:
        prior = np.average(y.reshape(len(y), -1), axis=0, weights=sample_weight)
        return Task(None, prior, squeeze=y.ndim == 1, targets=targets)
    classes, codes = np.unique(y, return_inverse=True)
    counts = np.bincount(codes, weights=sample_weight, minlength=len(classes))
    return Task(classes, counts / counts.sum())


def new_learner(learner, seed):
    """Return a clone of `learner` with its unset seeds set from `seed`."""
    return set_seeds(clone(learner), seed)


def fit_learner(learner, X, y, params):
    """Fit `learner`, which the caller owns, and return it.

    Where the rows hold a single class, a constant prediction takes the place of
    learners, many of which refuse such data. A classifier that refuses the labels
    and takes their positions among those of the rows gets these.

    Parameters
    ----------
    learner : estimator object
        A clone.
    X : ndarray or sparse matrix of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,) or (n_rows, n_outputs)
    params : dict
        Metadata for ``learner.fit``, of these rows.

    Returns
    -------
    fitted : estimator object
    """
    X = accepted_input(X, learner)
    if not is_classifier(learner):
        return learner.fit(X, y, **params)
    if len(np.unique(y)) < 2:
        return DummyClassifier(strategy="prior").fit(np.zeros((len(y), 1)), y)
    try:
        return learner.fit(X, y, **params)
    except ValueError as error:
        if is_coded(y):
            raise
        return _fit_coded(learner, X, y, params, error)


def _fit_coded(learner, X, y, params, error):
    """Fit on coded labels; where that fails too, the labels were not to blame."""
    try:
        return CodedLabelsClassifier(learner).fit(X, y, **params)
    except Exception:
        raise error from None


def is_classifier(learner):
    """Tell whether `learner` predicts classes."""
    return get_tags(learner).estimator_type == "classifier"


def accepted_input(X, learner):
    """Return `X` as `learner` can take it: dense where it takes no sparse data."""
    if sparse.issparse(X) and not get_tags(learner).input_tags.sparse:
        return X.toarray()
    return X


def outputs(model, X, task):
    """Return the predictions of a fitted learner in the task's shape.

    Parameters
    ----------
    model : fitted estimator
    X : ndarray or sparse matrix of shape (n_rows, n_features)
    task : Task

    Returns
    -------
    predictions : ndarray of shape (n_rows, n_outputs)
        Probabilities in the order of ``task.classes`` (zero for a class that the
        learner has not seen), or values of the targets. Without
        ``predict_proba``, the logistic or softmax function of the decision
        function where that has one column a class, or else votes.
    """
    X = accepted_input(X, model)
    if not task.is_classification:
        return np.asarray(model.predict(X), dtype=float).reshape(X.shape[0], -1)
    if hasattr(model, "predict_proba"):
        return align(model.predict_proba(X), model.classes_, task.classes)
    if hasattr(model, "decision_function"):
        scores = np.asarray(model.decision_function(X), dtype=float)
        if _is_one_a_class(scores, model):
            return align(decision_probabilities(scores), model.classes_, task.classes)
    votes = np.asarray(model.predict(X))
    return (votes[:, None] == task.classes[None, :]).astype(float)


def _is_one_a_class(scores, model):
    """Tell one-vs-rest scores from those of an SVC for every pair of classes."""
    if scores.ndim == 1:
        return len(model.classes_) == 2
    if getattr(model, "decision_function_shape", "ovr") == "ovo":
        return False
    return scores.shape[1] == len(model.classes_)


def align(probabilities, known, classes):
    """Return probabilities with one column a class, zero where `known` lacks it.

    Parameters
    ----------
    probabilities : array-like of shape (n_rows, n_known)
    known : array-like of shape (n_known,)
        Labels of the columns, in any order.
    classes : ndarray of shape (n_classes,)
        Sorted labels of the task.

    Returns
    -------
    aligned : ndarray of shape (n_rows, n_classes)

    Raises
    ------
    ValueError
        When the learner knows a label that the task does not.
    """
    known = np.asarray(known)
    if len(known) == len(classes) and np.array_equal(known, classes):
        return np.asarray(probabilities, dtype=float)
    unknown = set(known.tolist()) - set(classes.tolist())
    if unknown:
        raise ValueError(
            f"A learner knows the classes {sorted(map(str, unknown))}, which 'y' does "
            "not hold. Fit it on the same labels."
        )
    aligned = np.zeros((len(probabilities), len(classes)))
    aligned[:, np.searchsorted(classes, known)] = probabilities
    return aligned


def decision_probabilities(scores):
    """Return decision values as pseudo-probabilities that keep their order.

    Parameters
    ----------
    scores : ndarray of shape (n_rows,) or (n_rows, n_classes)
        1-D for two classes, in favour of the second.

    Returns
    -------
    probabilities : ndarray of shape (n_rows, n_classes)

    Examples
    --------
    >>> decision_probabilities(np.array([0.0, 800.0]))
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    if scores.ndim == 1:
        scores = np.column_stack([np.zeros_like(scores), scores])
    return softmax(scores, axis=1)


def take_params(params, rows, n_samples):
    """Return metadata for some rows: what has one entry a sample is indexed.

    Parameters
    ----------
    params : dict of str to object
        Metadata for a ``fit``; lists and series become arrays, frames and sparse
        matrices stay what they are.
    rows : ndarray of int
    n_samples : int
        Number of rows that the metadata were given for.

    Returns
    -------
    taken : dict of str to object
    """
    return {key: _take(value, rows, n_samples) for key, value in params.items()}


def _take(value, rows, n_samples):
    if is_frame(value) or sparse.issparse(value):
        return take_rows(value, rows) if value.shape[0] == n_samples else value
    is_list = isinstance(value, list | tuple)
    if not is_list and not getattr(value, "shape", ()):
        return value
    return np.asarray(value)[rows] if len(value) == n_samples else value


def accepts(estimator, parameter):
    """Tell whether ``estimator.fit`` names `parameter`."""
    return has_fit_parameter(estimator, parameter)
