"""Inner threads: what the outer parallelism leaves, and one for small fits."""

from joblib import cpu_count, effective_n_jobs

from mmensemble._compat import limit_threads

#: Values (rows times columns) below which one thread is quicker than several.
_SMALL = 2_000_000


def inner_threads(n_jobs):
    """Return how many threads each of `n_jobs` parallel fits may use."""
    return max(1, cpu_count() // effective_n_jobs(n_jobs))


def threads_for(n_rows, n_columns, n_threads):
    """Return a context that limits BLAS and OpenMP to suit one fit.

    Parameters
    ----------
    n_rows, n_columns : int
        Size of what is fitted.
    n_threads : int
        Most threads, as `inner_threads` gives them.
    """
    return limit_threads(1 if n_rows * n_columns < _SMALL else n_threads)
