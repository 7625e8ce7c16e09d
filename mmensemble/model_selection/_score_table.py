"""Cross-validated scores of several estimators on the same folds, as a table."""

import warnings
from time import perf_counter

import numpy as np
import pandas as pd
from joblib import cpu_count, effective_n_jobs
from scipy.stats import rankdata
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_consistent_length

from mmensemble._compat import limit_threads, safe_indexing
from mmensemble._task import take_params

#: Cells below which a fit is quicker with one thread than with several.
_SMALL = 2_000_000


def score_table(
    candidates,
    X,
    y,
    *,
    cv=None,
    scoring=None,
    groups=None,
    fit_params=None,
    n_jobs=None,
    error_score=np.nan,
    ignore=None,
    on_progress=None,
):
    """Cross-validate estimators on the same folds.

    Parameters
    ----------
    candidates : dict of str to estimator
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
    cv : int, splitter or iterable, default=None
        Split once; every candidate sees the same folds.
    scoring : str or callable, default=None
        As in :func:`sklearn.model_selection.cross_validate`.
    groups : array-like of shape (n_samples,), default=None
        For the splitter. To reach ``fit`` as well, put them in `fit_params`.
    fit_params : dict, default=None
        For each candidate's ``fit``; what has one entry a sample is indexed by
        fold.
    n_jobs : int, default=None
        Fits that run at the same time.
    error_score : "raise" or float, default=np.nan
        Score of a fit that fails. With a number, the error is kept in the row.
    ignore : str, default=None
        Regular expression for the start of warnings that are not shown.
    on_progress : callable, default=None
        Called as ``on_progress(n_done, n_total, choice)`` after each fold.

    Returns
    -------
    table : DataFrame
        One row a candidate, columns named as in ``cv_results_``: `choice`,
        `mean_test_score`, `std_test_score`, `rank_test_score`, `mean_fit_time`,
        `mean_score_time`, `split0_test_score`, ..., and `error`, the first
        error's text or "".

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.dummy import DummyClassifier
    >>> from mmensemble.model_selection import score_table
    >>> X, y = load_iris(return_X_y=True)
    >>> score_table({"prior": DummyClassifier()}, X, y)["mean_test_score"].round(2)
    0    0.33
    Name: mean_test_score, dtype: float64
    """
    if not isinstance(candidates, dict) or not candidates:
        raise TypeError(
            "The 'candidates' parameter must be a dict of name to estimator with at "
            f"least one entry, got {candidates!r}."
        )
    check_consistent_length(X, y, groups)
    classifier = is_classifier(next(iter(candidates.values())))
    splitter = check_cv(cv, y, classifier=classifier)
    splits = list(splitter.split(X, y, groups))
    scorers = {
        name: check_scoring(candidate, scoring)
        for name, candidate in candidates.items()
    }
    tasks = [(name, split) for name in candidates for split in splits]
    n_threads = _inner_threads(X, n_jobs)
    stream = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_score_fold)(
            clone(candidates[name]),
            X,
            y,
            split,
            scorers[name],
            fit_params or {},
            error_score,
            ignore,
            n_threads,
        )
        for name, split in tasks
    )
    results = {name: [] for name in candidates}
    for position, ((name, _), result) in enumerate(zip(tasks, stream, strict=True)):
        results[name].append(result)
        if on_progress is not None:
            on_progress(position + 1, len(tasks), name)
    return _as_frame(results)


def _inner_threads(X, n_jobs):
    """Threads for one fit: on small tables several cost more than they bring."""
    if np.prod(getattr(X, "shape", (0,))) < _SMALL:
        return 1
    return max(1, cpu_count() // effective_n_jobs(n_jobs))


def _score_fold(model, X, y, split, scorer, fit_params, error_score, ignore, n_threads):
    """Fit and score one candidate on one fold; return score, times and error."""
    train, test = split
    params = take_params(fit_params, train, len(y))
    start = perf_counter()
    with warnings.catch_warnings(), limit_threads(n_threads):
        if ignore is not None:
            warnings.filterwarnings("ignore", message=ignore)
        try:
            model.fit(safe_indexing(X, train), safe_indexing(y, train), **params)
            fitted = perf_counter()
            score = scorer(model, safe_indexing(X, test), safe_indexing(y, test))
        except Exception as error:
            if isinstance(error_score, str):
                raise
            text = f"{type(error).__name__}: {error}"
            return float(error_score), perf_counter() - start, np.nan, text
    return float(score), fitted - start, perf_counter() - fitted, ""


def _as_frame(results):
    rows = []
    for name, folds in results.items():
        scores, fit_times, score_times, errors = zip(*folds, strict=True)
        rows.append(
            {
                "choice": name,
                "mean_test_score": np.mean(scores),
                "std_test_score": np.std(scores),
                "mean_fit_time": np.mean(fit_times),
                "mean_score_time": np.mean(score_times),
                **{f"split{k}_test_score": score for k, score in enumerate(scores)},
                "error": next((text for text in errors if text), ""),
            }
        )
    frame = pd.DataFrame(rows)
    means = frame["mean_test_score"].to_numpy()
    # as in scikit-learn's searches: what has no score comes last
    known = np.where(np.isnan(means), -np.inf, means)
    ranks = rankdata(-known, method="min").astype(np.int32)
    frame.insert(3, "rank_test_score", ranks)
    return frame
