"""Scores of several choices on the same splits, tested against one of them."""

from numbers import Real

import numpy as np
import pandas as pd

from mmensemble._compat import Interval, validate_params
from mmensemble.model_selection._paired_tests import (
    holm,
    paired_difference,
    wilcoxon_of_repeats,
)
from mmensemble.model_selection._split_scores import (
    check_scores,
    check_sizes,
    find_reference,
)
from mmensemble.numerics._resampled import corrected_mean


@validate_params(
    {
        "scores": [pd.DataFrame],
        "n_train": [Interval(Real, 0, None, closed="neither"), "array-like"],
        "n_test": [Interval(Real, 0, None, closed="neither"), "array-like"],
        "reference": "no_validation",
        "rope": [Interval(Real, 0, None, closed="left")],
        "level": [Interval(Real, 0, 1, closed="neither")],
        "repeats": ["array-like", None],
    },
    prefer_skip_nested_validation=True,
)
def compare_scores(
    scores, *, n_train, n_test, reference="best", rope=0.01, level=0.95, repeats=None
):
    """Compare choices by their scores on the same splits of one data set.

    Mean scores and differences come with intervals and tests that know that the
    training sets of the splits overlap.

    Parameters
    ----------
    scores : DataFrame of shape (n_splits, n_choices)
        One row a split, one column a choice; higher is better; NaN where a fit has
        failed. See :func:`split_scores`.
    n_train, n_test : int or array-like of shape (n_splits,)
        Training and test rows of the splits (of groups, the number of groups).
    reference : str, default="best"
        Choice that the others are compared with. "best" is the highest mean among
        those that have the most splits. A reference that the same scores have
        chosen makes the p-values of the others optimistic; name a baseline where
        the p-value is the point.
    rope : float, default=0.01
        Region of practical equivalence: differences up to this size do not matter.
    level : float, default=0.95
        Coverage of the intervals.
    repeats : array-like of shape (n_splits,), default=None
        Which repeat each split belongs to, for Wilcoxon's test over repeats.

    Returns
    -------
    frame : DataFrame
        One row a choice, in the order of the columns: `choice`, `n_splits`, `mean`,
        `std`, `lower`, `upper`; then of the difference to `reference`, over the splits
        that both have: `difference`, `std_difference`, `lower_difference`,
        `upper_difference`, `t` and `p` of the corrected resampled t-test, `p_adjusted`
        adjusted for all choices, `p_wilcoxon` (over repeats; it speaks of other
        shuffles of the same rows only), and the posterior probabilities `p_worse`,
        `p_rope` and `p_better` of the Bayesian correlated t-test. What concerns the
        difference is NaN in the row of the reference itself, and p-values and
        intervals are NaN for fewer than two splits. `lower` and `upper` are NaN too
        where no split scores differently from another. Differences that do not vary
        at all have p-value 1 if they are zero, else 0.

    References
    ----------
    Nadeau and Bengio (2003), "Inference for the generalization error", Machine
    Learning 52. Benavoli, Corani, Demšar and Zaffalon (2017), "Time for a change: a
    tutorial for comparing multiple classifiers through Bayesian analysis", JMLR 18.
    Holm (1979), "A simple sequentially rejective multiple test procedure",
    Scandinavian Journal of Statistics 6(2).

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.model_selection import compare_scores
    >>> scores = pd.DataFrame(
    ...     {"concat": [0.7, 0.8, 0.7, 0.9], "voting": [0.8, 0.8, 0.8, 0.9]}
    ... )
    >>> frame = compare_scores(scores, n_train=75, n_test=25, reference="concat")
    >>> frame[["choice", "mean", "difference", "p"]].round(2)
       choice  mean  difference     p
    0  concat  0.78         NaN   NaN
    1  voting  0.82        0.05  0.34
    """
    scores = check_scores(scores)
    ratio = check_sizes(scores, n_train, n_test)
    reference = find_reference(scores, reference)
    repeats = _check_repeats(scores, repeats)
    base = scores[reference].to_numpy()
    rows = []
    for name in scores.columns:
        values = scores[name].to_numpy()
        row = _own_columns(name, corrected_mean(values, ratio), level)
        row["reference"] = reference
        if name != reference:
            row |= _difference_columns(values, base, ratio, level, rope, repeats)
        rows.append(row)
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame["p_adjusted"] = holm(frame["p"])
    return frame


#: Columns of the frame.
COLUMNS = [
    "choice",
    "n_splits",
    "mean",
    "std",
    "lower",
    "upper",
    "reference",
    "difference",
    "std_difference",
    "lower_difference",
    "upper_difference",
    "t",
    "p",
    "p_adjusted",
    "p_wilcoxon",
    "p_worse",
    "p_rope",
    "p_better",
]


def _own_columns(name, own, level):
    # splits that all score the same say nothing of how far another may be
    lower, upper = (np.nan, np.nan) if own.std == 0 else own.interval(level)
    return {
        "choice": name,
        "n_splits": own.n,
        "mean": own.mean,
        "std": own.std,
        "lower": lower,
        "upper": upper,
    }


def _difference_columns(values, base, ratio, level, rope, repeats):
    gap = paired_difference(values, base, ratio)
    lower, upper = gap.interval(level)
    below, inside, above = gap.regions(rope)
    return {
        "difference": gap.mean,
        "std_difference": gap.std,
        "lower_difference": lower,
        "upper_difference": upper,
        "t": gap.t if gap.n > 1 else np.nan,
        "p": gap.p_value,
        "p_wilcoxon": np.nan
        if repeats is None
        else wilcoxon_of_repeats(values, base, repeats),
        "p_worse": below,
        "p_rope": inside,
        "p_better": above,
    }


def _check_repeats(scores, repeats):
    if repeats is None:
        return None
    repeats = np.asarray(repeats)
    if repeats.shape != (len(scores),):
        raise ValueError(
            f"The 'repeats' parameter must have one entry a split ({len(scores)},), "
            f"got shape {repeats.shape}."
        )
    return repeats
