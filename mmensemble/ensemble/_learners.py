"""Which learner is fitted on which modality."""

from sklearn.utils import get_tags

from mmensemble._linear import AutoLinearClassifier, AutoLinearRegressor
from mmensemble.modality import check_names

#: Name of the learner where there is one for all.
ONE = "estimator"


def shared_learners(estimator, *, classifier):
    """Return the learners for every modality as (name, estimator) pairs.

    Parameters
    ----------
    estimator : None, estimator object or list of (name, estimator)
        None stands for a ridge-penalised linear model, tuned cheaply.
    classifier : bool
        Whether classes are to be predicted.

    Raises
    ------
    TypeError
        For what is no learner, or one of the other kind.
    """
    if estimator is None:
        default = AutoLinearClassifier() if classifier else AutoLinearRegressor()
        return ((ONE, default),)
    if isinstance(estimator, list):
        check_names([name for name, _ in estimator])
        pairs = tuple((name, learner) for name, learner in estimator)
    else:
        pairs = ((ONE, estimator),)
    for name, learner in pairs:
        check_learner(name, learner, classifier=classifier)
    return pairs


def check_learner(name, learner, *, classifier):
    """Raise TypeError unless `learner` is an instance of the right kind."""
    wanted = "classifier" if classifier else "regressor"
    if isinstance(learner, type) or not (
        hasattr(learner, "fit") and hasattr(learner, "predict")
    ):
        raise TypeError(
            f"Learner {name!r} must be a {wanted} instance, got {learner!r}."
        )
    kind = get_tags(learner).estimator_type
    if kind is not None and kind != wanted:
        raise TypeError(
            f"Learner {name!r} must be a {wanted}, got the {kind} "
            f"{type(learner).__name__}."
        )


def takes_sparse(learners):
    """Tell whether every learner of (name, estimator) pairs takes sparse data."""
    return all(get_tags(learner).input_tags.sparse for _, learner in learners)
