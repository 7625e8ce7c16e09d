"""How members differ in their errors: diversity of regressors."""

from itertools import combinations

import numpy as np
import pandas as pd

from mmensemble._compat import validate_params
from mmensemble._validation import as_weight, check_weight
from mmensemble.analysis.members._diversity import Diversity, check_names


@validate_params(
    {
        "names": ["array-like", None],
        "member_weights": ["array-like", None],
        "sample_weight": ["array-like", None],
    },
    prefer_skip_nested_validation=True,
)
def regressor_diversity(
    y, predictions, *, names=None, member_weights=None, sample_weight=None
):
    """Return how members of a regression differ in their errors.

    The squared error of a weighted mean of members is the mean of the members'
    squared errors less their ambiguity, the spread about the mean. Members that
    err together have none.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Targets.
    predictions : array-like of shape (n_samples, n_members) or \
            (n_samples, n_members, n_targets)
        Out-of-fold predictions, NaN where a member predicts nothing.
    names : list of str, default=None
        Names of the members; their positions if None.
    member_weights : array-like of shape (n_members,), default=None
        Weights of the members in the mean, 0 or more; renormalised in each row over
        the members that predict. None weighs all the same.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of rows.

    Returns
    -------
    diversity : Diversity
        `members`: `member`, `n_rows`, `mean_squared_error`, `bias`, and `best_of_row`,
        the share of its rows in which no other member is nearer. `pairs`, over the
        rows that both predict: `member_a`, `member_b`, `n_rows`, `error_correlation`,
        `error_covariance` and `mean_squared_gap` of their predictions. `summary`:
        `ensemble_error` = `member_error` - `ambiguity`, over the rows that some
        member predicts, `oracle_error` of the best member of each row,
        `best_error` of the best member and the pairs' mean `error_correlation`.
        Squared errors are means over the targets, as are correlations.

    References
    ----------
    Krogh and Vedelsby (1995), "Neural network ensembles, cross validation, and
    active learning", Advances in Neural Information Processing Systems 7.

    Examples
    --------
    >>> from mmensemble.analysis import regressor_diversity
    >>> found = regressor_diversity([0, 0, 0], [[1, -1], [2, -2], [0, 1]])
    >>> found.summary[["ensemble_error", "member_error", "ambiguity"]].round(3)
    ensemble_error    0.083
    member_error      1.833
    ambiguity         1.750
    Name: diversity, dtype: float64
    """
    errors = _errors(y, predictions)
    weight = as_weight(check_weight(sample_weight, len(errors)), len(errors))
    n_members = errors.shape[1]
    names = check_names(names, n_members)
    shares = _check_shares(member_weights, n_members)
    pairs = pd.DataFrame(
        [
            {"member_a": names[a], "member_b": names[b]}
            | _pair(errors[:, a], errors[:, b], weight)
            for a, b in combinations(range(n_members), 2)
        ],
        columns=PAIR_COLUMNS,
    )
    members = _member_rows(errors, weight, names)
    summary = _decompose(errors, weight, shares) | {
        "best_error": members["mean_squared_error"].min(),
        "error_correlation": pairs["error_correlation"].mean(),
    }
    return Diversity(
        members=members, pairs=pairs, summary=pd.Series(summary, name="diversity")
    )


#: Columns of the frame of pairs.
PAIR_COLUMNS = [
    "member_a",
    "member_b",
    "n_rows",
    "error_correlation",
    "error_covariance",
    "mean_squared_gap",
]


def _errors(y, predictions):
    """Return predictions less targets, (n_samples, n_members, n_targets)."""
    y, predictions = np.asarray(y, dtype=float), np.asarray(predictions, dtype=float)
    y = y.reshape(len(y), -1)
    if predictions.ndim == 2:
        predictions = predictions[..., None]
    if predictions.ndim != 3 or predictions.shape[::2] != y.shape:
        raise ValueError(
            "The 'predictions' parameter must have shape (n_samples, n_members) or "
            f"(n_samples, n_members, n_targets) for targets of shape {y.shape}, got "
            f"{predictions.shape}."
        )
    if not np.isfinite(y).all():
        raise ValueError("Input y contains NaN or infinity; leave such rows out.")
    errors = predictions - y[:, None, :]
    errors[np.isnan(errors).any(axis=2)] = np.nan
    return errors


def _check_shares(member_weights, n_members):
    if member_weights is None:
        return np.ones(n_members)
    try:
        shares = np.asarray(member_weights, dtype=float)
    except (TypeError, ValueError):
        shares = np.empty(0)
    if shares.shape != (n_members,) or not (shares >= 0).all() or not shares.any():
        raise ValueError(
            f"The 'member_weights' parameter must hold {n_members} numbers >= 0, not "
            f"all zero, got {member_weights!r}."
        )
    return shares


def _pair(one, other, weight):
    """Return the measures of two members, means over targets."""
    both = ~np.isnan(one).any(axis=1) & ~np.isnan(other).any(axis=1) & (weight > 0)
    if not both.any():
        return {"n_rows": 0}
    a, b, w = one[both], other[both], weight[both]
    gap = np.average(((a - b) ** 2).mean(axis=1), weights=w)
    a, b = a - np.average(a, axis=0, weights=w), b - np.average(b, axis=0, weights=w)
    covariance = np.average(a * b, axis=0, weights=w)
    spread = np.sqrt(np.average(a**2, axis=0, weights=w))
    spread *= np.sqrt(np.average(b**2, axis=0, weights=w))
    varies = spread > 0
    correlation = covariance[varies] / spread[varies]
    return {
        "n_rows": int(both.sum()),
        "error_correlation": correlation.mean() if varies.any() else np.nan,
        "error_covariance": covariance.mean(),
        "mean_squared_gap": gap,
    }


def _member_rows(errors, weight, names):
    rows = []
    squared = (errors**2).mean(axis=2)
    nearest = np.where(np.isnan(squared), np.inf, squared).min(axis=1)
    for place, name in enumerate(names):
        known = ~np.isnan(squared[:, place]) & (weight > 0)
        w = weight[known]
        own = squared[known, place]
        rows.append(
            {
                "member": name,
                "n_rows": int(known.sum()),
                "mean_squared_error": _mean(own, w),
                "bias": _mean(errors[known, place].mean(axis=1), w),
                "best_of_row": _mean(own <= nearest[known], w),
            }
        )
    return pd.DataFrame(rows)


def _decompose(errors, weight, shares):
    """Return the errors of the mean and of the members, and the ambiguity."""
    absent = np.isnan(errors[..., 0])
    shares = np.where(absent, 0.0, shares)
    some = (shares.sum(axis=1) > 0) & (weight > 0)
    shares, w = shares[some], weight[some]
    shares = shares / shares.sum(axis=1, keepdims=True)
    filled = np.nan_to_num(errors[some])
    ensemble = np.einsum("nm,nmt->nt", shares, filled)
    squared = (filled**2).mean(axis=2)
    spread = ((filled - ensemble[:, None]) ** 2).mean(axis=2)
    best = np.where(absent[some], np.inf, squared).min(axis=1)
    return {
        "ensemble_error": _mean((ensemble**2).mean(axis=1), w),
        "member_error": _mean((shares * squared).sum(axis=1), w),
        "ambiguity": _mean((shares * spread).sum(axis=1), w),
        "oracle_error": _mean(best, w),
    }


def _mean(values, weight):
    return np.average(values, weights=weight) if len(values) else np.nan
