"""Outer folds, some at the same time; what is finished is kept."""

import warnings

from joblib import effective_n_jobs
from sklearn.utils.parallel import delayed

from mmensemble._parallel import lost_workers, report_progress, stream
from mmensemble.model_selection._fold import run_fold


def stream_folds(tasks, n_jobs):
    """Yield the number of each task and its result, as they finish.

    Parameters
    ----------
    tasks : list of (Job, train, test)
    n_jobs : int or None

    Yields
    ------
    number : int
    result : FoldResult
    """
    n_workers = min(effective_n_jobs(n_jobs), len(tasks))
    inner = 1 if n_workers > 1 else None
    calls = (
        delayed(_numbered)(number, job, train, test, inner)
        for number, (job, train, test) in enumerate(tasks)
    )
    yield from stream(calls, n_workers, ordered=False)


def _numbered(number, job, train, test, n_jobs):
    return number, run_fold(job, train, test, n_jobs)


def run_folds(job, splits, n_jobs, verbose):
    """Run all outer folds; keep what is finished, whatever happens to the rest.

    Parameters
    ----------
    job : Job
    splits : list of (train, test) index arrays
    n_jobs : int or None
    verbose : int or callable
        Other than 0: a line a fold, or ``verbose(n_done, n_all, text)``.

    Returns
    -------
    results : list of FoldResult
        Of the finished folds, in order.
    missing : str
        Why others are missing; "" where none are.
    """
    results, missing = {}, ""
    tasks = [(job, train, test) for train, test in splits]
    try:
        for number, result in stream_folds(tasks, n_jobs):
            results[number] = result
            text = f"folds, {result.n_fits} fits"
            done = len(results), len(splits)
            report_progress(verbose, "compare_fusions", *done, text)
    except KeyboardInterrupt:
        missing = "interrupted"
    except Exception as error:
        if not lost_workers(error):
            raise
        missing = "a worker was killed"
    if missing:
        if not results:
            if missing == "interrupted":
                raise KeyboardInterrupt("no fold was finished")
            raise RuntimeError(f"No fold was finished: {missing}.")
        warnings.warn(
            f"Only {len(results)} of {len(splits)} folds are finished: {missing}. "
            "What is finished is kept.",
            UserWarning,
        )
    return [results[number] for number in sorted(results)], missing
