"""Inner threads: what the outer parallelism leaves, and one for small fits."""

from functools import wraps

import numpy as np
from joblib import cpu_count, effective_n_jobs

from mmensemble._compat import limit_threads

#: Values (rows times columns) below which one thread is quicker than several.
_SMALL = 2_000_000


def few_threads(method):
    """Return a method of a table that uses one thread where the table is small.

    Many threads that wait for each other on a busy machine cost a small prediction
    a hundred times its work.

    Parameters
    ----------
    method : callable
        Takes the estimator and a table first.
    """

    @wraps(method)
    def limited(self, X, *args, **kwargs):
        with threads_for(*size_of(X), None):
            return method(self, X, *args, **kwargs)

    return limited


def size_of(X):
    """Return (n_rows, n_columns) of whatever may be a table."""
    shape = getattr(X, "shape", None)
    if shape is None or len(shape) != 2:
        shape = np.shape(X) if isinstance(X, list | tuple) and len(X) < 1_000 else ()
    return (*shape[:2], 1, 1)[:2]


def inner_threads(n_jobs):
    """Return how many threads each of `n_jobs` parallel fits may use."""
    return max(1, cpu_count() // effective_n_jobs(n_jobs))


def threads_for(n_rows, n_columns, n_threads):
    """Return a context that limits BLAS and OpenMP to suit one fit.

    Parameters
    ----------
    n_rows, n_columns : int
        Size of what is fitted.
    n_threads : int or None
        Most threads, as `inner_threads` gives them; None sets no limit to large
        ones.
    """
    return limit_threads(1 if n_rows * n_columns < _SMALL else n_threads)
