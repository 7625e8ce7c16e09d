"""Parallel calls whose results come in one by one, where the backend can do that."""

from functools import wraps
from weakref import finalize

import numpy as np
from joblib import effective_n_jobs, parallel_config
from joblib.parallel import ParallelBackendBase, get_active_backend
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


def stays_here(function):
    """Return a function whose own parallel work does not leave its process.

    A cluster that serves nested work, as dask does, takes each tree of a forest for
    a task of its own, a hundred small ones that wait for each other where one fit
    was sent. On every other backend of joblib nested work stays in any case.

    Parameters
    ----------
    function : callable
        At the top level of a module, so that it can be sent.
    """

    @wraps(function)
    def here(*args, **kwargs):
        kind = type(get_active_backend()[0])
        spreads = kind.get_nested_backend is not ParallelBackendBase.get_nested_backend
        if not spreads or getattr(kind, "supports_sharedmem", False):
            return function(*args, **kwargs)
        with parallel_config("threading", n_jobs=1):
            return function(*args, **kwargs)

    return here


def stream(calls, n_jobs, *, ordered=True, shared=()):
    """Return an iterator over the results of delayed calls.

    Parameters
    ----------
    calls : iterable of calls made by :func:`sklearn.utils.parallel.delayed`
    n_jobs : int or None
    ordered : bool, default=True
        Whether results keep the order of the calls; else they come as they finish.
        From backends of joblib that only return lists, such as those of ray and of
        multiprocessing, all come at the end, in order.
    shared : sequence, default=()
        Arguments of all the calls.

    Returns
    -------
    results : iterator
    """
    kind = "generator" if ordered else "generator_unordered"
    try:
        workers = Parallel(n_jobs=n_jobs, batch_size=1, return_as=kind)
    except ValueError:  # raised before anything runs: no generators
        workers = Parallel(n_jobs=n_jobs, batch_size=1)
    _hand_out(shared, n_jobs)
    return iter(workers(calls))


def _hand_out(shared, n_jobs):
    """Give each worker of a cluster its copy of what all calls need.

    By itself dask sends it to one worker, and what waits there goes to others only
    slowly: calls of unknown length follow their data. The backend knows a value by
    its id, which another may get once it is gone, so the copies go with it.
    """
    backend = get_active_backend()[0]
    if hasattr(backend, "data_futures") and effective_n_jobs(n_jobs) > 1:
        for value in shared:
            sent = backend.client.scatter(value, broadcast=True, hash=False)
            backend.data_futures[id(value)] = sent
            forget = finalize(value, backend.data_futures.pop, id(value), None)
            forget.atexit = False


def report_progress(verbose, owner, n_done, n_all, text):
    """Call `verbose`, or print a line where it is a number above 0."""
    if callable(verbose):
        verbose(n_done, n_all, text)
    elif verbose:
        print(f"[{owner}] {n_done}/{n_all} {text}")
