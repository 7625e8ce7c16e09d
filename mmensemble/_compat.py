"""Private scikit-learn names, all of them, in one place."""

from contextlib import nullcontext

import sklearn
from sklearn.base import _fit_context as fit_context
from sklearn.linear_model._cd_fast import (
    enet_coordinate_descent_gram as gram_descent,
)
from sklearn.model_selection import GridSearchCV
from sklearn.utils import _safe_indexing as safe_indexing
from sklearn.utils._indexing import _get_column_indices as get_column_indices
from sklearn.utils._metadata_requests import _routing_enabled as routing_enabled
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    InvalidParameterError,
    validate_parameter_constraints,
    validate_params,
)
from sklearn.utils._param_validation import StrOptions as _StrOptions
from sklearn.utils._set_output import _get_output_config as get_output_config
from sklearn.utils._set_output import _safe_set_output as safe_set_output
from sklearn.utils.metaestimators import _BaseComposition as BaseComposition
from sklearn.utils.parallel import _get_threadpool_controller as threadpool_controller
from sklearn.utils.validation import _check_feature_names as check_feature_names
from sklearn.utils.validation import _check_feature_names_in as check_feature_names_in
from sklearn.utils.validation import _check_sample_weight as check_sample_weight

try:  # scikit-learn >= 1.7
    from sklearn.utils._repr_html.estimator import _VisualBlock as VisualBlock
except ImportError:  # scikit-learn 1.6
    from sklearn.utils._estimator_html_repr import _VisualBlock as VisualBlock

try:  # scikit-learn >= 1.9
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:  # scikit-learn < 1.9: fit without callbacks

    class CallbackSupportMixin:
        """Stand-in where scikit-learn has no callbacks yet."""

    def with_callbacks(method):
        """Return `method` as it is."""
        return method


__all__ = [
    "BaseComposition",
    "CallbackSupportMixin",
    "HasMethods",
    "Interval",
    "InvalidParameterError",
    "StrOptions",
    "VisualBlock",
    "best_index",
    "check_feature_names",
    "check_feature_names_in",
    "check_refit_metric",
    "check_sample_weight",
    "fit_context",
    "format_search_results",
    "get_column_indices",
    "get_output_config",
    "gram_descent",
    "limit_threads",
    "nested_params",
    "new_callback_context",
    "route_search",
    "routing_enabled",
    "safe_indexing",
    "safe_set_output",
    "scored_metric",
    "search_constraints",
    "search_scorers",
    "set_nested_params",
    "sklearn_version",
    "threadpool_controller",
    "validate_own_params",
    "validate_parameter_constraints",
    "validate_params",
    "with_callbacks",
]

sklearn_version = tuple(int(part) for part in sklearn.__version__.split(".")[:2])


class StrOptions(_StrOptions):
    """Constraint of a word out of several, which its message sorts."""

    def __str__(self):
        return f"a str among {{{', '.join(map(repr, sorted(self.options)))}}}"


def limit_threads(n_threads):
    """Return a context in which BLAS and OpenMP use at most `n_threads` threads.

    `None` leaves them as they are. A lower limit from outside, as OMP_NUM_THREADS
    or an outer context sets it, stays.
    """
    if n_threads is None:
        return nullcontext()
    controller = threadpool_controller()
    limits = {"blas": n_threads, "openmp": n_threads}
    if n_threads > 1:
        for pool in controller.info():
            kind = pool["user_api"]
            limits[kind] = min(limits[kind], pool["num_threads"])
    return controller.limit(limits=limits)


def search_constraints():
    """Return the parameter constraints of GridSearchCV."""
    return GridSearchCV._parameter_constraints


def search_scorers(search):
    """Return the scorer of a search, and the metric by which it refits."""
    return search._get_scorers()


def check_refit_metric(search, scores):
    """Raise where the `refit` of a search names none of several metrics."""
    search._check_refit_for_multimetric(scores)


def route_search(search, params):
    """Return the metadata of a search's ``fit`` by receiver."""
    return search._get_routed_params_for_fit(params)


def format_search_results(search, candidates, n_splits, out):
    """Return ``cv_results_`` from times and scores, candidate by candidate."""
    return search._format_results(candidates, n_splits, out)


def best_index(refit, metric, results):
    """Return the position of the best candidate in ``cv_results_``."""
    return GridSearchCV._select_best_index(refit, metric, results)


def nested_params(estimator, parts, *, deep):
    """Return the parameters of a composition and of what its list `parts` names."""
    return estimator._get_params(parts, deep=deep)


def set_nested_params(estimator, parts, params):
    """Set parameters of a composition and of what its list `parts` names."""
    estimator._set_params(parts, **params)


def validate_own_params(estimator):
    """Raise where a parameter of an estimator does not meet its constraints."""
    estimator._validate_params()


def scored_metric(scorer):
    """Return the metric of a scorer that `make_scorer` has made, others as they are."""
    return getattr(scorer, "_score_func", scorer)


def new_callback_context(estimator, n_tasks):
    """Return the context of an estimator's callbacks, None where there are none."""
    begin = getattr(estimator, "_init_callback_context", None)
    return None if begin is None else begin(max_subtasks=n_tasks)
