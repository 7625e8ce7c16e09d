"""Run blocks of array work on as many threads as BLAS would use."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import local

from mmensemble._compat import threadpool_controller


@cache
def _controller():
    return threadpool_controller().select(user_api="blas")


def n_threads():
    """Return how many threads BLAS uses now, 1 if that is not known."""
    counts = [library["num_threads"] for library in _controller().info()]
    return max(counts, default=1)


def threaded(function, items):
    """Return ``[function(item) for item in items]``, computed by threads.

    NumPy's element-wise loops, sorts and gathers use one core; running blocks side
    by side, each with a single-threaded BLAS, uses the cores for them too. Within
    a process that is limited to one BLAS thread (a joblib worker) this is a loop.

    Parameters
    ----------
    function : callable
        Must not depend on the order of the calls.
    items : list

    Returns
    -------
    results : list
        In the order of `items`.
    """
    workers = min(n_threads(), len(items))
    if workers <= 1:
        return [function(item) for item in items]
    with _controller().limit(limits=1), ThreadPoolExecutor(workers) as pool:
        parts = [items[k::workers] for k in range(workers)]
        done = list(pool.map(lambda part: [function(item) for item in part], parts))
    results = [None] * len(items)
    for k, part in enumerate(done):
        results[k::workers] = part
    return results


def streamed(make, items):
    """Yield the results for `items` in their order, computed ahead by threads.

    Each thread computes with a single-threaded BLAS, so that what is added up from
    the results does not depend on the number of threads. No more results than
    threads wait to be taken. One item alone gets all threads of BLAS.

    Parameters
    ----------
    make : callable
        ``make()`` returns the function of an item that one thread calls; it may
        keep buffers for the next call, and must not return them.
    items : list

    Yields
    ------
    result : object
    """
    workers = min(n_threads(), len(items))
    if workers <= 1:
        yield from map(make(), items)
        return
    own = local()

    def call(item):
        if not hasattr(own, "function"):
            own.function = make()
        return own.function(item)

    with _controller().limit(limits=1), ThreadPoolExecutor(workers) as pool:
        ahead = deque()
        for item in items:
            ahead.append(pool.submit(call, item))
            if len(ahead) > workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def shares(items, least=4):
    """Deal `items` out to one list a thread, in a fixed order.

    Parameters
    ----------
    items : list
    least : int, default=4
        Fewer items than this stay together.
    """
    count = n_threads() if len(items) >= least else 1
    return [part for part in (items[k::count] for k in range(count)) if part]
