"""The simplest choice that is about as good as the best."""

from numbers import Real

import numpy as np
import pandas as pd

from mmensemble._compat import Interval, validate_params
from mmensemble.model_selection._split_scores import (
    check_scores,
    check_sizes,
    find_reference,
)
from mmensemble.numerics._resampled import corrected_mean


@validate_params(
    {
        "scores": [pd.DataFrame],
        "complexity": ["array-like", dict],
        "n_train": [Interval(Real, 0, None, closed="neither"), "array-like", None],
        "n_test": [Interval(Real, 0, None, closed="neither"), "array-like", None],
    },
    prefer_skip_nested_validation=True,
)
def simplest_within_one_error(scores, complexity, *, n_train=None, n_test=None):
    """Return the simplest choice within one standard error of the best.

    Parameters
    ----------
    scores : DataFrame of shape (n_splits, n_choices)
        One row a split, one column a choice; higher is better.
    complexity : list of str, or dict or Series of numbers by choice
        The choices from the simplest on, or a number for each. Of equally simple
        ones the one with the higher mean is taken.
    n_train, n_test : int or array-like of shape (n_splits,), default=None
        Training and test rows of the splits. With both, the standard error is the
        corrected one of Nadeau and Bengio (2003), which is larger; with neither,
        that of the book, as if the splits were independent.

    Returns
    -------
    choice : str
        Its name, as in the columns.

    References
    ----------
    Breiman, Friedman, Olshen and Stone (1984), "Classification and Regression
    Trees", Wadsworth, 3.4.3, the 1 SE rule.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.model_selection import simplest_within_one_error
    >>> scores = pd.DataFrame({"voting": [0.7, 0.9], "stacking": [0.75, 0.9]})
    >>> simplest_within_one_error(scores, ["voting", "stacking"])
    'voting'
    """
    scores = check_scores(scores)
    if (n_train is None) != (n_test is None):
        raise ValueError("Give both 'n_train' and 'n_test', or neither.")
    if n_train is None:
        ratio = np.zeros(len(scores))
    else:
        ratio = check_sizes(scores, n_train, n_test)
    order = _check_complexity(scores, complexity)
    best = find_reference(scores, "best")
    top = corrected_mean(scores[best].to_numpy(), ratio)
    floor = top.mean - (top.scale if top.n > 1 else 0.0)
    counts, means = scores.notna().sum(), scores.mean()
    within = means[(means >= floor) & (counts == counts[best])]
    return min(within.index, key=lambda name: (order[name], -means[name]))


def _check_complexity(scores, complexity):
    """Return a number by choice."""
    if isinstance(complexity, dict | pd.Series):
        order = dict(complexity)
    else:
        order = {name: place for place, name in enumerate(complexity)}
    missing = [name for name in scores.columns if name not in order]
    if missing:
        raise ValueError(f"The 'complexity' parameter lacks the choices {missing}.")
    return order
