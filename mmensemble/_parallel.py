"""Parallel calls whose results come in one by one, where the backend can do that."""

from sklearn.utils.parallel import Parallel


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
