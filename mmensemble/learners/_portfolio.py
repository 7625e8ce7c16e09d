"""Learners that come with the automatic fusion, and what they cost by size."""

from dataclasses import dataclass

import numpy as np

from mmensemble.learners._linear import AutoLinearClassifier, AutoLinearRegressor
from mmensemble.learners._trees import (
    AutoBoostingClassifier,
    AutoBoostingRegressor,
    AutoTreesClassifier,
    AutoTreesRegressor,
)

#: From the quickest on.
EFFORTS = ("linear", "small", "full")
#: Fits of each learner on each source: five folds and all rows.
_FITS = 6


@dataclass(frozen=True)
class Size:
    """How large a task is, before anything is extracted from it.

    Parameters
    ----------
    n_samples : int
    widths : tuple of int
        Columns of each modality.
    n_outputs : int, default=1
        Classes or targets.
    """

    n_samples: int
    widths: tuple
    n_outputs: int = 1


def make_portfolio(effort, *, classifier):
    """Return the (name, estimator) pairs of an effort."""
    linear = AutoLinearClassifier() if classifier else AutoLinearRegressor()
    trees = AutoTreesClassifier if classifier else AutoTreesRegressor
    boosting = AutoBoostingClassifier if classifier else AutoBoostingRegressor
    if effort == "linear":
        return [("linear", linear)]
    if effort == "small":
        return [("linear", linear), ("trees", trees(effort=0.5))]
    return [("linear", linear), ("trees", trees()), ("boosting", boosting())]


def estimated_seconds(effort, size):
    """Return about how long the portfolio takes one core, by size alone.

    Each learner's time is a constant for the call and a term for the work: rows
    times columns times classes for the linear model; rows, their logarithm and
    the columns looked at for randomised trees; trees, columns and rows for
    boosting. The constants are of a core of the 2020s; within a factor of three
    they are right for tables of numbers, and too low for texts.

    Parameters
    ----------
    effort : {"linear", "small", "full"}
    size : Size
    """
    widths = [*size.widths, sum(size.widths)]
    return _FITS * sum(_seconds(effort, size, width) for width in widths)


def _seconds(effort, size, n_columns):
    n, n_lines = size.n_samples, max(1, size.n_outputs if size.n_outputs > 2 else 1)
    spent = 0.02 + 6e-7 * n * n_columns * n_lines
    if effort == "linear":
        return spent
    looked_at = max(np.sqrt(n_columns), min(n_columns / 3, 40))
    trees = 0.05 + 8e-7 * n * np.log2(n + 1) * looked_at
    if effort == "small":
        return spent + trees / 2
    n_boosted = min(240, max(n / 50, min(50, n / 5)) * n_lines)
    boosting = n_boosted * (1e-3 + 1e-8 * n * min(n_columns, 20))
    return spent + trees + boosting


def affordable(effort, size, budget):
    """Return the greatest effort up to `effort` whose estimate is in the budget.

    Parameters
    ----------
    effort : {"linear", "small", "full"}
    size : Size
    budget : float
        Seconds.

    Returns
    -------
    effort : {"linear", "small", "full"}
        "linear" even where that is too much.
    """
    tried = EFFORTS[: EFFORTS.index(effort) + 1]
    within = [e for e in tried if estimated_seconds(e, size) <= budget]
    return within[-1] if within else EFFORTS[0]
