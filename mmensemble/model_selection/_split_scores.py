"""Scores with one row a split and one column a choice."""

import re

import numpy as np
import pandas as pd

from mmensemble._compat import validate_params


@validate_params(
    {"table": [pd.DataFrame, dict], "metric": [str]},
    prefer_skip_nested_validation=True,
)
def split_scores(table, *, metric="score"):
    """Return the scores of a table of choices as one column a choice.

    Parameters
    ----------
    table : DataFrame or dict
        One row a choice, columns as in ``cv_results_``: `split0_test_score`, ...,
        and `choice` for the names (without it, the index is taken).
    metric : str, default="score"
        Which of several metrics.

    Returns
    -------
    scores : DataFrame of shape (n_splits, n_choices)
        What :func:`compare_scores` takes.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.model_selection import split_scores
    >>> table = pd.DataFrame({"choice": ["a"], "split0_test_score": [0.5]})
    >>> split_scores(table)
    choice    a
    split
    0       0.5
    """
    table = pd.DataFrame(table)
    pattern = re.compile(rf"split(\d+)_test_{re.escape(metric)}")
    found = {name: pattern.fullmatch(str(name)) for name in table.columns}
    places = {name: int(match[1]) for name, match in found.items() if match}
    if not places:
        raise ValueError(
            f"The 'table' parameter has no column 'split0_test_{metric}'; it has "
            f"{list(table.columns)}. Is metric={metric!r} right?"
        )
    names = table.get("choice", table.index)
    kept = sorted(places, key=places.get)
    scores = table[kept].astype(float).to_numpy().T
    return pd.DataFrame(
        scores,
        index=pd.Index([places[name] for name in kept], name="split"),
        columns=pd.Index(names, name="choice"),
    )


def check_scores(scores):
    """Return a frame of floats with one column a choice, or raise."""
    if not scores.size:
        raise ValueError(f"The 'scores' parameter is empty: shape {scores.shape}.")
    if not scores.columns.is_unique:
        twice = list(scores.columns[scores.columns.duplicated()])
        raise ValueError(f"The choices in 'scores' must be unique; {twice} repeat.")
    scores = scores.astype(float)
    if np.isinf(scores.to_numpy()).any():
        raise ValueError("The 'scores' parameter holds infinite values; use NaN.")
    return scores


def check_sizes(scores, n_train, n_test):
    """Return test rows for each training row of every split, or raise."""
    sizes = []
    for name, given in (("n_train", n_train), ("n_test", n_test)):
        try:
            size = np.broadcast_to(np.asarray(given, dtype=float), len(scores))
        except ValueError:
            raise ValueError(
                f"The {name!r} parameter must be a number or one a split "
                f"({len(scores)}), got shape {np.shape(given)}."
            ) from None
        if not (np.isfinite(size) & (size > 0)).all():
            raise ValueError(f"The {name!r} parameter must be positive, got {given!r}.")
        sizes.append(size)
    return sizes[1] / sizes[0]


def find_reference(scores, reference):
    """Return the name of the choice to compare with, or raise."""
    if reference in scores.columns:
        return reference
    if not isinstance(reference, str) or reference != "best":
        raise ValueError(
            f"The 'reference' parameter must be 'best' or one of "
            f"{list(scores.columns)}, got {reference!r}."
        )
    counts = scores.notna().sum()
    if not counts.any():
        raise ValueError("No choice in 'scores' has a score; all are NaN.")
    # a mean over easy splits only must not win
    return scores.loc[:, counts == counts.max()].mean().idxmax()


def split_sizes(splits, groups=None):
    """Return training and test rows of each split; groups where there are groups.

    Parameters
    ----------
    splits : list of (train, test) index arrays
    groups : ndarray of shape (n_samples,), default=None

    Returns
    -------
    n_train, n_test : list of int
    """

    def count(rows):
        return len(rows) if groups is None else len(np.unique(groups[rows]))

    return [count(train) for train, _ in splits], [count(test) for _, test in splits]


def split_ratio(splits, groups=None):
    """Return test rows, or groups, for each training row of every split.

    Parameters
    ----------
    splits : list of (train, test) index arrays
    groups : ndarray of shape (n_samples,), default=None
    """
    n_train, n_test = split_sizes(splits, groups)
    return np.array(n_test) / np.array(n_train)
