"""Parallel calls whose results come in one by one, where the backend can do that."""

import numpy as np
from scipy import sparse
from sklearn.utils.parallel import Parallel

#: What backends raise where a worker is gone; by name, since they are optional.
_LOST = {
    "ActorDiedError",
    "BrokenProcessPool",
    "CancelledError",
    "KilledWorker",
    "LostWorkersError",
    "RayActorError",
    "TerminatedWorkerError",
    "WorkerCrashedError",
}


class LostWorkersError(RuntimeError):
    """Processes that worked on something have ended before it was done."""


def lost_workers(error):
    """Tell whether an error means that a process which worked has ended.

    Parameters
    ----------
    error : Exception
        Of loky, dask, ray or this module.
    """
    return any(kind.__name__ in _LOST for kind in type(error).__mro__)


class SizedMixin:
    """Objects that carry a table, as `X`, and say how large they are.

    A backend that keeps data where work is done, as that of dask, sends an argument
    of many calls once to a worker if it is large, which it asks of the argument.
    """

    def __sizeof__(self):
        return super().__sizeof__() + table_bytes(self.X)


def table_bytes(X):
    """Return about how many bytes a table takes, without looking at its texts.

    Parameters
    ----------
    X : table of shape (n_rows, n_columns)
    """
    if isinstance(X, np.ndarray):
        return X.nbytes
    if sparse.issparse(X):
        return X.data.nbytes
    rows, columns = getattr(X, "shape", (0, 0))
    return 8 * rows * columns


def stream(calls, n_jobs, *, ordered=True):
    """Return an iterator over the results of delayed calls.

    Parameters
    ----------
    calls : iterable of calls made by :func:`sklearn.utils.parallel.delayed`
    n_jobs : int or None
    ordered : bool, default=True
        Whether results keep the order of the calls; else they come as they finish.
        From backends of joblib that only return lists, such as those of ray and of
        multiprocessing, all come at the end, in order.

    Returns
    -------
    results : iterator
    """
    kind = "generator" if ordered else "generator_unordered"
    try:
        workers = Parallel(n_jobs=n_jobs, batch_size=1, return_as=kind)
    except ValueError:  # raised before anything runs: no generators
        workers = Parallel(n_jobs=n_jobs, batch_size=1)
    return iter(workers(calls))


def report_progress(verbose, owner, n_done, n_all, text):
    """Call `verbose`, or print a line where it is a number above 0."""
    if callable(verbose):
        verbose(n_done, n_all, text)
    elif verbose:
        print(f"[{owner}] {n_done}/{n_all} {text}")
