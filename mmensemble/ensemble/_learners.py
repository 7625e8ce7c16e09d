"""Which learner is fitted on which modality."""

from sklearn.utils import get_tags

from mmensemble.learners._linear import AutoLinearClassifier, AutoLinearRegressor
from mmensemble.modality._columns import check_names

#: Name of the learner where there is one for all.
ONE = "estimator"
#: Names that neither a modality nor a learner may have.
RESERVED = (
    "modalities",
    "fusion",
    "estimator",
    "members",
    "pruner",
    "cv",
    "n_jobs",
    "random_state",
    "verbose",
    "splitter",
    "final_estimator",
    "concat",
)


class Portfolio(tuple):
    """(name, estimator) pairs that a fusion brings where the estimator is None."""

    def __new__(cls, pairs, fusion):
        self = super().__new__(cls, pairs)
        self.fusion = fusion  # its short name
        return self

    def __reduce__(self):
        return type(self), (tuple(self), self.fusion)


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
        For what is no learner, or one of the other kind; for a list that holds
        something else than pairs.
    ValueError
        For an empty list, and for names that are not unique, hold "__" or are
        those of constructor arguments.
    """
    if estimator is None:
        default = AutoLinearClassifier() if classifier else AutoLinearRegressor()
        return ((ONE, default),)
    if isinstance(estimator, list):
        pairs = tuple(_check_pair(entry) for entry in estimator)
        if not pairs:
            raise ValueError(
                "The 'estimator' parameter is an empty list; give it a (name, "
                "estimator) pair, or None for the default learner."
            )
        check_names([name for name, _ in pairs], RESERVED)
    else:
        pairs = ((ONE, estimator),)
    for name, learner in pairs:
        check_learner(name, learner, classifier=classifier)
    return pairs


def learners_for(estimator, fusion, *, classifier, size=None):
    """Return the learners that a fusion works with.

    Those given as `estimator`, else the fusion's own portfolio, else the default.

    Parameters
    ----------
    estimator : None, estimator object or list of (name, estimator)
    fusion : BaseFusion
    classifier : bool
        Whether classes are to be predicted.
    size : Size, default=None
        Of the task, where it is known.
    """
    own = None
    if estimator is None:
        own = fusion.portfolio(classifier=classifier, size=size)
    pairs = shared_learners(own or estimator, classifier=classifier)
    return Portfolio(pairs, fusion.short_name) if own else pairs


def _check_pair(entry):
    if not isinstance(entry, tuple | list) or len(entry) != 2:
        raise TypeError(
            "Each entry of the list 'estimator' must be a (name, estimator) pair, got "
            f"{entry!r}."
        )
    return tuple(entry)


def check_clash(modalities, learners):
    """Raise ValueError where a modality has the name of a learner.

    Parameters
    ----------
    modalities : list of str
    learners : tuple of (name, estimator)
        As `learners_for` returns them.
    """
    twice = sorted(set(modalities) & {name for name, _ in learners})
    if not twice:
        return
    if isinstance(learners, Portfolio):
        raise ValueError(
            f"The names {twice} are those of modalities and of learners that fusion "
            f"{learners.fusion!r} brings where 'estimator' is None; parameters would "
            "have the same names. Rename the modalities, or give learners of other "
            "names, as estimator=[(name, learner)]."
        )
    raise ValueError(
        f"The names {twice} are those of modalities and of learners in the list "
        "'estimator'; parameters would have the same names. Rename one of each."
    )


def check_learner(name, learner, *, classifier):
    """Raise TypeError unless `learner` is an instance of the right kind."""
    wanted = "classifier" if classifier else "regressor"
    kind = None
    if hasattr(learner, "fit") and not isinstance(learner, type):
        kind = get_tags(learner).estimator_type
        # an unfitted stack is a classifier, but has no predict yet
        if kind == wanted or (kind is None and hasattr(learner, "predict")):
            return
    if kind is None:
        raise TypeError(
            f"Learner {name!r} must be a {wanted} instance, got {learner!r}."
        )
    raise TypeError(
        f"Learner {name!r} must be a {wanted}, got the {kind} {type(learner).__name__}."
    )


def takes_sparse(learners):
    """Tell whether every learner of (name, estimator) pairs takes sparse data."""
    return all(get_tags(learner).input_tags.sparse for _, learner in learners)
