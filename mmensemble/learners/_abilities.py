"""What an unfitted estimator can do: predict, give probabilities, take weights."""

from sklearn.base import ClassNamePrefixFeaturesOutMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.feature_selection import RFE, RFECV
from sklearn.model_selection import (
    GridSearchCV,
    RandomizedSearchCV,
)
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags
from sklearn.utils.validation import has_fit_parameter

_ENSEMBLES = (VotingClassifier, VotingRegressor, StackingClassifier, StackingRegressor)
#: Estimators that hand their ``fit`` parameters on to the one that they hold.
_WRAPPERS = (
    GridSearchCV,
    RandomizedSearchCV,
    TransformedTargetRegressor,
)


def is_predictor(estimator):
    """Tell whether an estimator stands for predictions rather than features.

    scikit-learn's tags decide where an estimator does both: a classifier or
    regressor, such as a `VotingClassifier`, predicts; a clusterer makes features.
    Bare estimators that choose columns or make components on the way to a
    prediction, such as `RFE`, `LinearDiscriminantAnalysis` and `PLSRegression`, make
    features; at the end of a pipeline they predict.

    Parameters
    ----------
    estimator : estimator object
        Need not be fitted: some have no ``predict`` before.
    """
    if isinstance(estimator, Pipeline):
        last = estimator.steps[-1][1] if estimator.steps else None
        return last is not None and not isinstance(last, str) and _predicts(last)
    return _predicts(estimator) and not _makes_features(estimator)


def _predicts(estimator):
    if get_tags(estimator).estimator_type in ("classifier", "regressor"):
        return True
    return hasattr(estimator, "predict") and not hasattr(estimator, "transform")


def _makes_features(estimator):
    components = isinstance(estimator, ClassNamePrefixFeaturesOutMixin)
    return hasattr(estimator, "transform") and (
        components or hasattr(estimator, "get_support")
    )


def gives_probabilities(learner):
    """Tell whether a classifier, once fitted, has ``predict_proba``.

    Parameters
    ----------
    learner : estimator object
        An unfitted stack has the method of its final estimator only where that is
        given; by default it is a logistic regression.
    """
    if isinstance(learner, Pipeline):
        learner = learner.steps[-1][1]
    elif isinstance(learner, GridSearchCV | RandomizedSearchCV):
        learner = learner.estimator
    else:
        default_stack = isinstance(learner, StackingClassifier)
        default_stack = default_stack and learner.final_estimator is None
        return default_stack or hasattr(learner, "predict_proba")
    return gives_probabilities(learner)


def weight_parameter(learner):
    """Return the name under which ``learner.fit`` takes sample weights.

    Parameters
    ----------
    learner : estimator object
        A pipeline takes them at its last step; ensembles and searches of
        scikit-learn take them where all that they hold take them.

    Returns
    -------
    name : str or None
        None where it takes none.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> weight_parameter(make_pipeline(LogisticRegression()))
    'logisticregression__sample_weight'
    """
    if isinstance(learner, Pipeline):
        step, last = learner.steps[-1]
        inner = None if isinstance(last, str) else weight_parameter(last)
        return None if inner is None else f"{step}__{inner}"
    # these may name weights, and refuse them where a member does
    if isinstance(learner, _ENSEMBLES):
        return "sample_weight" if all(map(_takes_weights, _held(learner))) else None
    if has_fit_parameter(learner, "sample_weight"):
        return "sample_weight"
    if isinstance(learner, RFE) and not isinstance(learner, RFECV):
        return weight_parameter(learner.estimator)
    if isinstance(learner, _WRAPPERS):
        inner = getattr(learner, "estimator", getattr(learner, "regressor", None))
        return "sample_weight" if inner is None else weight_parameter(inner)
    return None


def _takes_weights(learner):
    return weight_parameter(learner) == "sample_weight"


def _held(ensemble):
    """Return the members of one of scikit-learn's ensembles, and the final one."""
    held = [member for _, member in ensemble.estimators if member != "drop"]
    final = getattr(ensemble, "final_estimator", None)
    return held if final is None else [*held, final]
