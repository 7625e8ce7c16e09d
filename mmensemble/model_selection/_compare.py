"""Cross-validate fusion choices: members fitted once a fold, shared by all."""

from numbers import Integral

import numpy as np
import sklearn
from sklearn.base import clone, is_classifier
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.metrics import check_scoring
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.validation import check_consistent_length

from mmensemble._compat import routing_enabled
from mmensemble._frame import as_table
from mmensemble._splits import make_splitter
from mmensemble._version import __version__
from mmensemble.ensemble import MultimodalClassifier, MultimodalRegressor
from mmensemble.modality import resolve_modalities
from mmensemble.model_selection._cache import open_cache
from mmensemble.model_selection._choices import list_choices
from mmensemble.model_selection._comparison import FusionComparison
from mmensemble.model_selection._controls import shuffled_control, warn_of_splits
from mmensemble.model_selection._fold import Job
from mmensemble.model_selection._fold_runs import run_folds


def compare_fusions(
    estimator,
    X,
    y,
    *,
    fusions="all",
    subsets=None,
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
        Labels or numbers.
    fusions : "all", str, fusion object, list or dict of them, default="all"
        What is compared: short names or objects; a dict gives the names.
    subsets : None, {"all", "leave-one-out", "single"} or list of list of str, \
            default=None
        Sets of modalities to compare besides all of them.
    scoring : str, callable, list, tuple or dict, default=None
        As in :func:`sklearn.model_selection.cross_validate`; of several metrics the
        first decides.
    cv : int, splitter or iterable, default=None
        Outer folds; None is 5. Folds made from None or an int are stratified for
        classes and keep `groups` together.
    params : dict, default=None
        Metadata for ``fit``, splitter and scorer, such as `sample_weight` and
        `groups`. Without metadata routing, all of them go to ``fit`` and `groups`
        also to the splitter.
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
        Score of a choice that fails; its error is then a column of the frame.
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
    TypeError
        When `estimator` is no multimodal classifier or regressor.
    ValueError
        For unknown fusions, subsets or metrics.

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
    if not isinstance(estimator, MultimodalClassifier | MultimodalRegressor):
        raise TypeError(
            "The 'estimator' parameter must be a MultimodalClassifier or a "
            f"MultimodalRegressor, got {estimator!r}."
        )
    X = as_table(X, "compare_fusions")
    y = np.asarray(y)
    check_consistent_length(X, y)
    params = {key: value for key, value in (params or {}).items() if value is not None}
    classifier = is_classifier(estimator)
    model = seeded(estimator, random_state, cache)
    resolved = resolve_modalities(model.modalities, X)
    names = [name for name, _, _ in resolved]
    task = "classification" if classifier else "regression"
    choices = list_choices(fusions, subsets, names, task)
    scorer = check_scoring(model, scoring=scoring)
    splitter = make_splitter(cv, y, classifier=classifier, groups=params.get("groups"))
    routed = _route(model, scorer, splitter, params)
    splits = list_splits(splitter, X, y, routed["split"])
    warn_of_splits(X, splits, splitter, params.get("groups"))
    store = open_cache(cache, __version__, settings_of(model), X, y, routed["fit"])
    given = routed["fit"], routed["score"], error_score, store
    job = Job(model, X, y, tuple(choices), scorer, *given)
    results, missing = run_folds(job, splits, n_jobs, verbose)
    known = {
        "scorer": scorer,
        "scoring": scoring,
        "n_planned": len(splits),
        "groups": params.get("groups"),
        "sample_weight": routed["score"].get("sample_weight"),
        "rope": rope,
    }
    shuffled = None
    if control:
        moved, found = shuffled_control(job, splits, n_jobs, verbose, run_folds)
        shuffled = FusionComparison(choices, names, found, moved, **known)
    return FusionComparison(
        choices, names, results, y, missing=missing, control=shuffled, **known
    )


def list_splits(splitter, X, y, params):
    """Return the splits as index arrays.

    Parameters
    ----------
    splitter : splitter
    X : table of shape (n_samples, n_columns)
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    params : dict
        Metadata for ``split``.

    Returns
    -------
    splits : list of (train, test) index arrays
    """
    return [
        (np.asarray(train), np.asarray(test))
        for train, test in splitter.split(X, y, **params)
    ]


def seeded(estimator, random_state, cache):
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


def _route(model, scorer, splitter, params):
    """Return metadata by receiver: "fit", "split" and "score"."""
    if not routing_enabled():
        groups = {"groups": params["groups"]} if "groups" in params else {}
        return {"fit": params, "split": groups, "score": {}}
    router = (
        MetadataRouter(owner="compare_fusions")
        .add(splitter=splitter, method_mapping=_mapping("split"))
        .add(estimator=model, method_mapping=_mapping("fit"))
        .add(scorer=scorer, method_mapping=_mapping("score"))
    )
    try:
        routed = process_routing(router, "fit", **params)
    except UnsetMetadataPassedError as error:
        raise UnsetMetadataPassedError(
            message=str(error).replace("compare_fusions.fit", "compare_fusions"),
            unrequested_params=error.unrequested_params,
            routed_params=error.routed_params,
        ) from error
    return {
        "fit": routed.estimator.fit,
        "split": routed.splitter.split,
        "score": routed.scorer.score,
    }


def _mapping(callee):
    return MethodMapping().add(caller="fit", callee=callee)
