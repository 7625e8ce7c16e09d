"""Search over fusions, their parameters and modalities, with shared members."""

import warnings
from numbers import Real
from pathlib import Path
from time import perf_counter

import numpy as np
from joblib import Memory
from sklearn.base import is_classifier
from sklearn.exceptions import FitFailedWarning
from sklearn.metrics import get_scorer
from sklearn.model_selection import (
    GridSearchCV,
    ParameterGrid,
    StratifiedGroupKFold,
)
from sklearn.utils import get_tags
from sklearn.utils.metadata_routing import MethodMapping
from sklearn.utils.validation import check_consistent_length

from mmensemble._compat import (
    StrOptions,
    best_index,
    check_refit_metric,
    fit_context,
    format_search_results,
    route_search,
    routing_enabled,
    search_constraints,
    search_scorers,
    with_callbacks,
)
from mmensemble._splits import list_splits, make_splitter
from mmensemble._validation import check_groups, check_table_and_target
from mmensemble._version import __version__
from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.ensemble._progress import Progress
from mmensemble.ensemble._regressor import MultimodalRegressor
from mmensemble.model_selection._cache import open_cache
from mmensemble.model_selection._compare import seeded, settings_of
from mmensemble.model_selection._controls import warn_of_splits
from mmensemble.model_selection._failures import describe_failures, raise_failures
from mmensemble.model_selection._fold import Job
from mmensemble.model_selection._fold_runs import stream_folds
from mmensemble.model_selection._grid_choices import configure, share_candidates


class FusionSearchCV(GridSearchCV):
    """Search over fusions, their parameters, modalities and learners.

    Gives the results of :class:`sklearn.model_selection.GridSearchCV`, sooner:
    candidates that differ in fusion and modalities only share extractors and
    learners, which are fitted once a fold.

    Parameters
    ----------
    estimator : MultimodalClassifier or MultimodalRegressor
        Cloned for every candidate.
    param_grid : dict of str to list, or list of such dicts
        Parameters of `estimator` with what to try. ``"fusion"`` takes short names
        and objects, ``"fusion__..."`` their parameters. ``"subset"``, which is no
        parameter of `estimator`, takes lists of names of modalities; None stands
        for all of them.
    scoring : str, callable, list, tuple or dict, default=None
        As in GridSearchCV. A callable gets a stand-in that only knows its
        predictions of the test rows.
    n_jobs : int, default=None
        Folds that run at the same time.
    refit : bool, str or callable, default=True
        As in GridSearchCV: whether, by which metric, or by which choice of an index
        the best candidate is fitted on all rows.
    cv : int, splitter or iterable, default=None
        None is 5 folds. Folds made from None or an int are stratified for classes
        and keep `groups` together.
    verbose : int, default=0
        1 prints a line a fold.
    error_score : "raise" or float, default=np.nan
        Score of a candidate that fails.
    cache : str, Path or joblib.Memory, default=None
        Where finished work is kept; see :func:`mmensemble.compare_fusions`.

    Attributes
    ----------
    cv_results_ : dict of str to ndarray
        One entry a candidate. `mean_fit_time` is that of the members that a
        candidate reads and of its fusion, as if it had them for itself.
    best_estimator_ : estimator object
        The best candidate, fitted on all rows; only its modalities.
    best_params_ : dict
        Its parameters.
    best_score_ : float
        Its mean score over the folds: too good, for it was the best.
    best_index_ : int
        Its position.
    scorer_ : callable or dict
        What scores.
    n_splits_ : int
        Number of folds.
    refit_time_ : float
        Seconds of the last fit.
    multimetric_ : bool
        Whether there are several metrics.
    n_fits_ : int
        Sources of members and fusions fitted in the folds, not read from the cache.
    classes_ : ndarray of shape (n_classes,)
        Labels, for classifiers.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    compare_fusions : Intervals, tests and the winner's corrected score.

    Examples
    --------
    >>> from mmensemble import FusionSearchCV, MultimodalClassifier
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> grid = {"fusion": ["concat", "voting"]}
    >>> search = FusionSearchCV(MultimodalClassifier(), grid, cv=3)
    >>> search.fit(data.data, data.target).best_params_
    {'fusion': 'concat'}
    """

    _parameter_constraints = {
        **{
            name: constraint
            for name, constraint in search_constraints().items()
            if name not in ("pre_dispatch", "return_train_score")
        },
        "estimator": [MultimodalClassifier, MultimodalRegressor],
        "error_score": [StrOptions({"raise"}), Real],
        "cache": [None, str, Path, Memory],
    }
    #: What GridSearchCV reads; there are no training scores here.
    return_train_score = False

    def __init__(
        self,
        estimator,
        param_grid,
        *,
        scoring=None,
        n_jobs=None,
        refit=True,
        cv=None,
        verbose=0,
        error_score=np.nan,
        cache=None,
    ):
        self.estimator = estimator
        self.param_grid = param_grid
        self.scoring = scoring
        self.n_jobs = n_jobs
        self.refit = refit
        self.cv = cv
        self.verbose = verbose
        self.error_score = error_score
        self.cache = cache

    @with_callbacks
    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y=None, **params):
        """Cross-validate all candidates and fit the best on all rows.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Labels or numbers.
        **params : dict
            Metadata for ``fit``, splitter and scorer, such as `sample_weight` and
            `groups`. Without metadata routing, `groups` go to splitter and ``fit``.

        Returns
        -------
        self : object
        """
        X, y = check_table_and_target(self, X, y)
        check_consistent_length(X, y)
        if params.get("groups") is not None:
            params["groups"] = check_groups(params["groups"], X)
        scorer, metric = search_scorers(self)
        routed = self._route(params)
        splits = self._split(X, y, routed["split"])
        candidates = list(ParameterGrid(self.param_grid))
        if not candidates:
            raise ValueError("The 'param_grid' parameter gives no candidate: it is [].")
        out = self._run_candidates(X, y, candidates, splits, scorer, routed)
        first = out[0]["test_scores"]
        self.multimetric_ = isinstance(first, dict)
        if callable(self.scoring) and self.multimetric_:
            check_refit_metric(self, first)
            metric = self.refit
        results = format_search_results(self, candidates, len(splits), out)
        if self.refit or not self.multimetric_:
            self.best_index_ = best_index(self.refit, metric, results)
            if not callable(self.refit):
                self.best_score_ = results[f"mean_test_{metric}"][self.best_index_]
            self.best_params_ = results["params"][self.best_index_]
        if self.refit:
            self._fit_best(X, y, routed["fit"])
        self.scorer_ = self._scorers(scorer)
        self.cv_results_ = results
        return self

    def _route(self, params):
        """Return metadata by receiver: "fit", "split" and "score"."""
        params = {name: value for name, value in params.items() if value is not None}
        routed = route_search(self, params)
        fit = dict(routed.estimator.fit)
        if not routing_enabled() and "groups" in params:
            fit["groups"] = params["groups"]
        return {
            "fit": fit,
            "split": routed.splitter.split,
            "score": routed.scorer.score,
        }

    def _split(self, X, y, params):
        groups = params.get("groups")
        classifier = is_classifier(self.estimator)
        splitter = make_splitter(self.cv, y, classifier=classifier, groups=groups)
        splits = list_splits(splitter, X, y, params)
        warn_of_splits(X, splits, splitter, groups)
        self.n_splits_ = len(splits)
        return splits

    def _run_candidates(self, X, y, candidates, splits, scorer, routed):
        """Return times and scores: candidate by candidate, fold by fold."""
        model = seeded(self.estimator, None, self.cache)
        groups = share_candidates(model, candidates, X)
        jobs = []
        for group in groups:
            settings = settings_of(group.model)
            store = open_cache(self.cache, __version__, settings, X, y, routed["fit"])
            choices, given = tuple(group.choices), (routed["fit"], routed["score"])
            jobs.append(
                Job(group.model, X, y, choices, scorer, *given, self.error_score, store)
            )
        steps = [
            _Step(job, number)
            for job in range(len(jobs))
            for number in range(len(splits))
        ]
        tasks = [(jobs[step.job], *splits[step.split]) for step in steps]
        outcomes, self.n_fits_ = {}, 0
        with Progress(self, steps, X=X, y=y) as progress:
            for number, result in stream_folds(tasks, self.n_jobs):
                step = steps[number]
                step.seconds = sum(o.score_time for o in result.outcomes)
                self.n_fits_ += result.n_fits
                pairs = zip(groups[step.job].positions, result.outcomes, strict=True)
                for position, outcome in pairs:
                    outcomes[position, step.split] = outcome
                progress.report(number, step, step.seconds)
        return self._report([outcomes[key] for key in sorted(outcomes)], y)

    def _report(self, outcomes, y):
        """Return outcomes as scikit-learn's searches hold them; warn of failures."""
        errors = [outcome.error for outcome in outcomes if outcome.error]
        if errors:
            self._warn_failures(errors, len(outcomes), y)
        names = next((list(o.scores) for o in outcomes if o.scores), ["score"])
        single = names == ["score"] and not isinstance(
            self.scoring, list | tuple | dict
        )
        reported = []
        for outcome in outcomes:
            failed = bool(outcome.error)
            scores = {
                name: self.error_score if failed else outcome.scores[name]
                for name in names
            }
            reported.append(
                {
                    "fit_time": outcome.fit_time,
                    "score_time": outcome.score_time,
                    "test_scores": scores["score"] if single else scores,
                }
            )
        return reported

    def _warn_failures(self, errors, n_outcomes, y):
        if len(errors) == n_outcomes:
            raise_failures(errors, f"All {n_outcomes} fits", self.scoring, y)
        warnings.warn(
            f"{len(errors)} of {n_outcomes} fits failed; their score is "
            f"{self.error_score}. Set error_score='raise' to see where.\n"
            f"{describe_failures(errors)}",
            FitFailedWarning,
        )

    def _fit_best(self, X, y, params):
        self.best_estimator_ = configure(self.estimator, self.best_params_, X)
        start = perf_counter()
        self.best_estimator_.fit(X, y, **params)
        self.refit_time_ = perf_counter() - start
        if hasattr(self.best_estimator_, "feature_names_in_"):
            self.feature_names_in_ = self.best_estimator_.feature_names_in_

    def _scorers(self, scorer):
        """Return the scorer, or scorers by name where several are given."""
        if isinstance(self.scoring, dict):
            return {name: get_scorer(given) for name, given in self.scoring.items()}
        if isinstance(self.scoring, list | tuple | set):
            return {name: get_scorer(name) for name in self.scoring}
        return scorer

    def get_metadata_routing(self):
        """Return the routing of metadata to estimator, scorer and splitter.

        Returns
        -------
        router : MetadataRouter
        """
        router = super().get_metadata_routing()
        if not hasattr(self.cv, "split"):
            # folds that we make ourselves keep groups together
            mapping = MethodMapping().add(caller="fit", callee="split")
            router.add(splitter=StratifiedGroupKFold(), method_mapping=mapping)
        return router

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        for name in ("allow_nan", "string", "categorical"):
            value = getattr(get_tags(self.estimator).input_tags, name)
            setattr(tags.input_tags, name, value)
        return tags


class _Step:
    """One fold of one group of candidates, for progress."""

    def __init__(self, job, split):
        self.job, self.split, self.seconds = job, split, 0.0

    def describe(self):
        return f"split {self.split}, candidates of group {self.job}"
