"""Cross-validate fusion choices: members fitted once a fold, shared by all."""

import warnings
from numbers import Integral, Real
from pathlib import Path

import numpy as np
import sklearn
from joblib import Memory
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring, get_scorer_names

from mmensemble._compat import HasMethods, Interval, StrOptions
from mmensemble._frame import as_table
from mmensemble._parameters import validate_params
from mmensemble._splits import list_splits, make_splitter
from mmensemble._version import __version__
from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.ensemble._regressor import MultimodalRegressor
from mmensemble.fusion import BaseFusion
from mmensemble.learners._decision import settle
from mmensemble.modality._columns import resolve_modalities
from mmensemble.model_selection._cache import open_cache
from mmensemble.model_selection._choices import list_choices
from mmensemble.model_selection._comparison import FusionComparison
from mmensemble.model_selection._controls import (
    shuffled_control,
    warn_of_copies,
    warn_of_splits,
)
from mmensemble.model_selection._estimators import labelled_problem
from mmensemble.model_selection._failures import raise_failures
from mmensemble.model_selection._fold import Job
from mmensemble.model_selection._fold_runs import run_folds
from mmensemble.model_selection._metadata import join_metadata, route_metadata
from mmensemble.report._problem import name_of_target, problem_of

#: What both :func:`compare_fusions` and :func:`modality_contributions` check.
SHARED_CONSTRAINTS = {
    "estimator": [MultimodalClassifier, MultimodalRegressor],
    "X": "no_validation",
    "y": "no_validation",
    "groups": ["array-like", None],
    "sample_weight": ["array-like", None],
    "cv": ["cv_object"],
    "params": [dict, None],
    "n_jobs": [Integral, None],
    "random_state": ["random_state"],
    "verbose": ["verbose", callable],
    "error_score": [StrOptions({"raise"}), Real],
}


@validate_params(
    SHARED_CONSTRAINTS
    | {
        "fusions": [str, BaseFusion, HasMethods(["fit", "predict"]), list, tuple, dict],
        "subsets": [StrOptions({"all", "leave-one-out", "single"}), list, tuple, None],
        "scoring": [
            StrOptions(set(get_scorer_names())),
            callable,
            list,
            tuple,
            dict,
            None,
        ],
        "cache": [None, str, Path, Memory],
        "control": ["boolean"],
        "rope": [Interval(Real, 0, None, closed="left")],
    },
    prefer_skip_nested_validation=False,
)
def compare_fusions(
    estimator,
    X,
    y,
    *,
    fusions="all",
    subsets=None,
    groups=None,
    sample_weight=None,
    scoring=None,
    cv=None,
    params=None,
    n_jobs=None,
    random_state=None,
    verbose=0,
    cache=None,
    error_score=np.nan,
    control=False,
    rope=0.01,
):
    """Cross-validate fusions, and sets of modalities, on the same folds.

    In each outer fold extractors and learners are fitted once; every fusion, on
    every set of modalities, then works with them. Scores are those of fitting each
    choice on its own.

    Parameters
    ----------
    estimator : MultimodalClassifier or MultimodalRegressor
        Its modalities, learners and inner folds count; its fusion does not.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
        One table.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Labels or numbers. Rows may lack theirs where an estimator among the choices
        learns from such rows: it sees them in every fold, they are never scored, and
        fusions do without them.
    fusions : "all", str, fusion object, estimator, list or dict of them, default="all"
        What is compared: short names or objects; a dict gives the names. Estimators,
        such as :class:`mmensemble.DistilledClassifier`, are fitted by themselves on
        the same folds, to the whole table.
    subsets : None, {"all", "leave-one-out", "single"} or list of list of str, \
            default=None
        Sets of modalities to compare besides all of them. With a pruner, each set
        is pruned for itself.
    groups : array-like of shape (n_samples,), default=None
        Rows of one group stay in one fold, also within the fits.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of rows in the fits; with metadata routing also in the scores, where
        the scorer has requested them.
    scoring : str, callable, list, tuple or dict, default=None
        As in :func:`sklearn.model_selection.cross_validate`; of several metrics the
        first decides. Where folds are too small for a metric, as for the area under
        the curve of single rows, the pooled rows of all folds are scored.
    cv : int, splitter or iterable, default=None
        Outer folds; None is 5. Folds made from None or an int are stratified for
        classes and keep `groups` together.
    params : dict, default=None
        Further metadata for ``fit``, splitter and scorer. Without metadata routing,
        all of them go to ``fit``.
    n_jobs : int, default=None
        Outer folds that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of all seeds; None leaves that of `estimator`.
    verbose : int or callable, default=0
        1 prints a line a fold; a callable is called as
        ``verbose(n_done, n_folds, text)`` after each.
    cache : str, Path or joblib.Memory, default=None
        Where finished work is kept, so that an interrupted comparison goes on where
        it stopped and one more fusion costs only itself. Without any seed, seed 0
        is then used. Files are pickles.
    error_score : "raise" or float, default=np.nan
        Score of a choice that fails on a fold; its error is then a column of the
        frame. Where every choice fails on every fold, the reasons are raised.
    control : bool, default=False
        Whether everything is also run with shuffled targets: scores must then be
        at chance, else something leaks.
    rope : float, default=0.01
        Region of practical equivalence: differences of scores up to this size do
        not matter.

    Returns
    -------
    comparison : FusionComparison
        With ``frame()``, tests, plots and pages.

    Raises
    ------
    ValueError
        For a parameter that cannot be, unknown fusions, subsets or metrics, and
        where every choice fails on every fold.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier, compare_fusions
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> comparison = compare_fusions(
    ...     MultimodalClassifier(), data.data, data.target, fusions=["concat", "voting"]
    ... )
    >>> comparison.frame()[["fusion", "mean_test_score"]].round(2)
       fusion  mean_test_score
    0  concat             0.83
    1  voting             0.77
    """
    name = name_of_target(y)
    classifier = is_classifier(estimator)
    model = seeded(estimator, random_state, cache)
    X = as_table(X, "compare_fusions")
    resolved = resolve_modalities(model.modalities, X)
    names = [name for name, _, _ in resolved]
    task = "classification" if classifier else "regression"
    choices = list_choices(fusions, subsets, names, task)
    metadata = join_metadata(X, groups, sample_weight, params)
    X, y, metadata, extra = labelled_problem(estimator, X, y, metadata, choices)
    groups = metadata.get("groups")
    scorer = check_scoring(model, scoring=scoring)
    splitter = make_splitter(cv, y, classifier=classifier, groups=groups)
    routed = route_metadata("compare_fusions", model, scorer, splitter, metadata)
    splits = list_splits(splitter, X, y, routed["split"], may_overlap=True)
    warn_of_splits(X, splits, splitter, groups)
    store = open_cache(cache, __version__, settings_of(model), X, y, routed["fit"])
    given = routed["fit"], routed["score"], error_score, store, extra
    job = Job(model, X, y, tuple(choices), scorer, *given)
    told = {"classifier": classifier, "name": name, "groups": groups}
    problem = problem_of(y, resolved, X=X, **told)
    warn_of_copies(problem)
    results, missing = run_folds(job, splits, n_jobs, verbose)
    known = {
        "scorer": scorer,
        "scoring": scoring,
        "n_planned": len(splits),
        "groups": groups,
        "sample_weight": routed["score"].get("sample_weight"),
        "rope": rope,
        "error_score": error_score,
        "problem": problem,
    }
    comparison = FusionComparison(choices, names, results, y, missing=missing, **known)
    _refuse_failure(comparison, y)
    if control:
        moved, found = shuffled_control(job, splits, n_jobs, verbose, run_folds)
        comparison.control = FusionComparison(choices, names, found, moved, **known)
    return comparison


def _refuse_failure(comparison, y):
    """Raise where nothing can be scored for errors; warn where rows are pooled."""
    errors = comparison.errors()["error"].tolist()
    n_fits = len(comparison.results) * len(comparison.choices)
    if len(errors) == n_fits:
        what = f"Every choice failed on every fold; all {n_fits} fits"
        raise_failures(errors, what, comparison.scoring, y)
    if comparison.is_pooled():
        warnings.warn(
            f"{comparison.metric_name()} is not defined on every test fold; the pooled "
            "rows of all folds are scored instead, without tests.",
            UserWarning,
        )


def seeded(estimator, random_state, cache):
    """Return a clone for comparisons, with one seed in every fold that asks for it.

    Parameters
    ----------
    estimator : MultimodalClassifier or MultimodalRegressor
    random_state : int, RandomState instance or None
        As `with_seed` takes it.
    cache : object

    Raises
    ------
    ValueError
        When the estimator's decision would be learnt.
    """
    decision = getattr(estimator, "decision", "auto")
    if settle(decision)[1] is not None:
        raise ValueError(
            f"decision={decision!r} is learnt by each fit, and choices are compared "
            "before that. Compare with 'argmax', 'prior' or costs, or by a score of "
            "probabilities, and set the decision of the model that is taken."
        )
    return with_seed(estimator, random_state, cache)


def with_seed(estimator, random_state, cache):
    """Return a clone whose seed is the same in every fold that asks for one.

    Parameters
    ----------
    estimator : MultimodalClassifier or MultimodalRegressor
    random_state : int, RandomState instance or None
        None leaves that of `estimator`, or takes 0 where there is a cache.
    cache : object
    """
    model = clone(estimator)
    if random_state is None and model.random_state is None and cache is not None:
        random_state = 0
    if random_state is not None and not isinstance(random_state, Integral):
        random_state = int(random_state.randint(np.iinfo(np.int32).max))
    return (
        model if random_state is None else model.set_params(random_state=random_state)
    )


def settings_of(model):
    """Return what the results depend on: parameters, but not those of speed.

    Parameters
    ----------
    model : MultimodalClassifier or MultimodalRegressor
    """
    settings = model.get_params(deep=False)
    for name in ("fusion", "n_jobs", "verbose"):
        settings.pop(name)
    return type(model).__name__, settings, sklearn.__version__
