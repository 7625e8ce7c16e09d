"""Private scikit-learn names, all of them, in one place."""

from contextlib import nullcontext

import sklearn
from sklearn.base import _fit_context as fit_context
from sklearn.linear_model._cd_fast import (
    enet_coordinate_descent_gram as gram_descent,
)
from sklearn.utils import _safe_indexing as safe_indexing
from sklearn.utils._indexing import _get_column_indices as get_column_indices
from sklearn.utils._metadata_requests import _routing_enabled as routing_enabled
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    InvalidParameterError,
    StrOptions,
)
from sklearn.utils._set_output import _get_output_config as get_output_config
from sklearn.utils._set_output import _safe_set_output as safe_set_output
from sklearn.utils.metaestimators import _BaseComposition as BaseComposition
from sklearn.utils.parallel import _get_threadpool_controller
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
    "check_feature_names",
    "check_feature_names_in",
    "check_sample_weight",
    "fit_context",
    "get_column_indices",
    "get_output_config",
    "gram_descent",
    "limit_threads",
    "routing_enabled",
    "safe_indexing",
    "safe_set_output",
    "sklearn_version",
    "validate_params",
    "with_callbacks",
]

sklearn_version = tuple(int(part) for part in sklearn.__version__.split(".")[:2])


def validate_params(estimator):
    """Raise where a parameter of an estimator is outside of its constraints."""
    estimator._validate_params()


def limit_threads(n_threads):
    """Return a context in which BLAS and OpenMP use at most `n_threads` threads.

    `None` leaves them as they are. A lower limit from outside, as OMP_NUM_THREADS
    or an outer context sets it, stays.
    """
    if n_threads is None:
        return nullcontext()
    controller = _get_threadpool_controller()
    limits = {"blas": n_threads, "openmp": n_threads}
    if n_threads > 1:
        for pool in controller.info():
            kind = pool["user_api"]
            limits[kind] = min(limits[kind], pool["num_threads"])
    return controller.limit(limits=limits)
