"""Controls against self-deception: rows that leak, splits that ignore groups."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd

from mmensemble._frame import column, column_names, is_frame
from mmensemble.ensemble._description import COPY

#: Words in the names of identifiers.
_IDENTIFIERS = ("id", "patient", "subject", "user", "person", "customer")


def shuffled_control(job, splits, n_jobs, verbose, run):
    """Run a comparison with targets that were shuffled between the rows.

    Nothing can be learnt then; a score above chance shows that what is scored
    reached what was fitted (Ojala & Garriga 2010, "Permutation tests for studying
    classifier performance", JMLR 11).

    Parameters
    ----------
    job : Job
    splits : list of (train, test) index arrays
    n_jobs, verbose : int or None
    run : callable
        ``run(job, splits, n_jobs, verbose)``.

    Returns
    -------
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
        The shuffled targets.
    results : list of FoldResult
        Of the finished folds.
    """
    y = job.y[np.random.default_rng(0).permutation(len(job.y))]
    control = replace(job, y=y, cache=None, error_score=np.nan)
    return y, run(control, splits, n_jobs, verbose)[0]


def warn_of_splits(X, splits, splitter, groups):
    """Warn where the splits let rows, or those of one group or time, leak.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    splits : list of (train, test) index arrays
    splitter : splitter
    groups : array-like of shape (n_samples,) or None
    """
    shared = sum(np.isin(test, train).any() for train, test in splits)
    if shared:
        warnings.warn(
            f"In {shared} of {len(splits)} splits rows are trained on and tested: the "
            "scores are better than they will be on new rows.",
            UserWarning,
        )
        return
    if groups is not None:
        groups = np.asarray(groups)
        parted = sum(
            np.isin(groups[test], groups[train]).any() for train, test in splits
        )
        if parted:
            warnings.warn(
                f"In {parted} of {len(splits)} splits rows of one group stand on both "
                f"sides: {type(splitter).__name__} ignores 'groups'. Use GroupKFold or "
                "leave 'cv' to None.",
                UserWarning,
            )
        return
    for name in repeated_identifiers(X, splits):
        warnings.warn(
            f"Column {name!r} looks like an identifier that rows on both sides of the "
            "splits share. Pass it as 'groups' to keep them together.",
            UserWarning,
        )
    for name in shuffled_times(X, splits):
        warnings.warn(
            f"Column {name!r} holds times and the rows are in their order, but the "
            "splits predict earlier rows from later ones. Use TimeSeriesSplit if the "
            "future is to be predicted.",
            UserWarning,
        )


def warn_of_copies(problem):
    """Warn of columns that hold the target, which no shuffled target finds.

    Parameters
    ----------
    problem : Problem
    """
    for name, alert in problem.alerts.items():
        if alert == COPY:
            warnings.warn(f"Column {name!r} is {alert}.", UserWarning)


def repeated_identifiers(X, splits):
    """Return columns named like identifiers whose values the splits part.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    splits : list of (train, test) index arrays
    """
    found = []
    for position, name in enumerate(_names(X)):
        own = str(name).split("__", 1)[-1]  # the modality may be called "person"
        words = own.lower().replace("-", "_").split("_")
        if not set(words) & set(_IDENTIFIERS):
            continue
        values = pd.Series(np.asarray(column(X, position)))
        repeated = values.duplicated(keep=False).to_numpy() & values.notna().to_numpy()
        if values.nunique() > 2 and repeated.mean() > 0.5 and _parted(values, splits):
            found.append(name)
    return found


def _parted(values, splits):
    values = values.to_numpy()
    return any(np.isin(values[test], values[train]).any() for train, test in splits)


def shuffled_times(X, splits):
    """Return date columns in whose order the rows are, where the splits are not.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    splits : list of (train, test) index arrays
    """
    ordered = all(train.max() < test.min() for train, test in splits)
    if ordered:
        return []
    found = []
    for position, name in enumerate(_names(X)):
        values = np.asarray(column(X, position))
        if values.dtype.kind == "M" and not np.isnat(values).any():
            steps = np.diff(values)
            still = np.timedelta64(0)
            if (steps >= still).all() and (steps > still).any():
                found.append(name)
    return found


def _names(X):
    return (column_names(X) or []) if is_frame(X) else []
