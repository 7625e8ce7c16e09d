"""How members differ in their errors: diversity of classifiers."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from mmensemble._compat import validate_params
from mmensemble._validation import as_weight, check_weight


@dataclass(frozen=True)
class Diversity:
    """How members differ in what they get wrong.

    Parameters
    ----------
    members : DataFrame
        One row a member.
    pairs : DataFrame
        One row a pair of members, over the rows that both predict.
    summary : Series
        Numbers of all members together.

    Examples
    --------
    >>> from mmensemble.analysis import classifier_diversity
    >>> found = classifier_diversity([0, 1], [[0, 0], [0, 1]])
    >>> float(found.summary["oracle_accuracy"])
    1.0
    """

    members: pd.DataFrame
    pairs: pd.DataFrame
    summary: pd.Series


@validate_params(
    {
        "classes": ["array-like", None],
        "names": ["array-like", None],
        "sample_weight": ["array-like", None],
    },
    prefer_skip_nested_validation=True,
)
def classifier_diversity(
    y, predictions, *, classes=None, names=None, sample_weight=None
):
    """Return how members of a classification differ in their errors.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Labels.
    predictions : array-like of shape (n_samples, n_members) or \
            (n_samples, n_members, n_classes)
        Out-of-fold predictions: labels, or probabilities whose largest decides.
        NaN or None where a member predicts nothing.
    classes : array-like of shape (n_classes,), default=None
        Labels of the probabilities; needed with these.
    names : list of str, default=None
        Names of the members; their positions if None.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of rows.

    Returns
    -------
    diversity : Diversity
        `members`: `member`, `n_rows`, `accuracy`, `only_right` (share of its rows
        that no other member gets right) and the means of `q`, `disagreement` and
        `double_fault` over its pairs. `pairs`: `member_a`, `member_b`, `n_rows`, `q`
        (Yule's Q), `correlation` of being right, `disagreement`, `double_fault`,
        `kappa` (of being right) and `either_right`. `summary`: `oracle_accuracy`
        (some member is right), `best_accuracy`, `mean_accuracy`, means of the pairs'
        measures, `interrater_kappa`, `entropy` and `kw_variance` (Kohavi and
        Wolpert) of all members, over the rows that two or more predict. Q
        and correlation are NaN where a member is always, or never, right.

    References
    ----------
    Kuncheva and Whitaker (2003), "Measures of diversity in classifier ensembles and
    their relationship with the ensemble accuracy", Machine Learning 51.

    Examples
    --------
    >>> from mmensemble.analysis import classifier_diversity
    >>> found = classifier_diversity(
    ...     [0, 0, 1, 1], [[0, 1], [0, 0], [1, 0], [0, 1]], names=["audio", "video"]
    ... )
    >>> found.pairs[["member_a", "member_b", "disagreement", "either_right"]]
      member_a member_b  disagreement  either_right
    0    audio    video          0.75           1.0
    """
    right = correctness(y, predictions, classes)
    weight = as_weight(check_weight(sample_weight, len(right)), len(right))
    names = check_names(names, right.shape[1])
    pairs = pd.DataFrame(
        [
            {"member_a": names[a], "member_b": names[b]}
            | pair_measures(right[:, a], right[:, b], weight)
            for a, b in combinations(range(len(names)), 2)
        ],
        columns=PAIR_COLUMNS,
    )
    members = _member_rows(right, weight, names, pairs)
    summary = _summary(right, weight, members, pairs)
    return Diversity(members=members, pairs=pairs, summary=summary)


#: How far beyond 0 and 1 a probability may lie.
_ROUNDING = 1e-6
#: Measures of a pair, and columns of the frame of pairs.
MEASURES = [
    "q",
    "correlation",
    "disagreement",
    "double_fault",
    "kappa",
    "either_right",
]
PAIR_COLUMNS = ["member_a", "member_b", "n_rows", *MEASURES]


def correctness(y, predictions, classes):
    """Return 1 where a member is right, 0 where wrong, NaN where it says nothing.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
    predictions : array-like of shape (n_samples, n_members[, n_classes])
    classes : array-like of shape (n_classes,) or None

    Returns
    -------
    right : ndarray of shape (n_samples, n_members)
    """
    y, predictions = np.asarray(y), np.asarray(predictions)
    if predictions.ndim not in (2, 3) or len(predictions) != len(y):
        raise ValueError(
            "The 'predictions' parameter must have shape (n_samples, n_members) or "
            f"(n_samples, n_members, n_classes) with {len(y)} samples, got "
            f"{predictions.shape}."
        )
    if predictions.ndim == 2:
        return np.where(pd.isna(predictions), np.nan, predictions == y[:, None])
    if classes is None or len(classes) != predictions.shape[2]:
        raise ValueError(
            "The 'classes' parameter must name the label of each of the "
            f"{predictions.shape[2]} probabilities, got {classes!r}."
        )
    strange = np.setdiff1d(y, classes)
    if len(strange):
        raise ValueError(
            f"The 'classes' parameter lacks labels of y, such as {strange[0]!r}; it "
            f"has {list(classes)!r}."
        )
    absent = np.isnan(predictions).any(axis=2)
    if (predictions[~absent] < -_ROUNDING).any() or (
        predictions[~absent] > 1 + _ROUNDING
    ).any():
        raise ValueError(
            "The 'predictions' parameter must hold probabilities, from 0 to 1; some "
            "are beyond."
        )
    chosen = np.where(absent[..., None], 0.0, predictions).argmax(axis=2)
    return np.where(absent, np.nan, np.asarray(classes)[chosen] == y[:, None])


def pair_measures(one, other, weight):
    """Return the measures of two members that are right (1), wrong (0) or absent.

    Parameters
    ----------
    one, other : ndarray of shape (n_samples,)
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    measures : dict of str to float
    """
    both = ~np.isnan(one) & ~np.isnan(other) & (weight > 0)
    a, b, w = one[both] > 0, other[both] > 0, weight[both]
    if not both.any():
        return {"n_rows": 0} | dict.fromkeys(MEASURES, np.nan)
    n11, n10, n01, n00 = (
        w[cell].sum() / w.sum() for cell in (a & b, a & ~b, ~a & b, ~a & ~b)
    )
    odd = n01 + n10
    cross = n11 * n00 - n01 * n10
    varies = np.sqrt((n11 + n10) * (n01 + n00) * (n11 + n01) * (n10 + n00))
    chance = (n11 + n10) * (n10 + n00) + (n01 + n00) * (n11 + n01)
    return {
        "n_rows": int(both.sum()),
        "q": _ratio(cross, n11 * n00 + n01 * n10),
        "correlation": _ratio(cross, varies),
        "disagreement": odd,
        "double_fault": n00,
        "kappa": _ratio(2 * cross, chance),
        "either_right": n11 + odd,
    }


def _ratio(numerator, denominator):
    return numerator / denominator if denominator > 0 else np.nan


def _member_rows(right, weight, names, pairs):
    rows = []
    others = np.nansum(right, axis=1)[:, None] - np.nan_to_num(right)
    for place, name in enumerate(names):
        known = ~np.isnan(right[:, place]) & (weight > 0)
        total = weight[known].sum()
        hit = right[known, place] * weight[known]
        alone = others[known, place] == 0
        own = pairs[(pairs["member_a"] == name) | (pairs["member_b"] == name)]
        rows.append(
            {
                "member": name,
                "n_rows": int(known.sum()),
                "accuracy": _ratio(hit.sum(), total),
                "only_right": _ratio(hit[alone].sum(), total),
                "q": own["q"].mean(),
                "disagreement": own["disagreement"].mean(),
                "double_fault": own["double_fault"].mean(),
            }
        )
    return pd.DataFrame(rows)


def _summary(right, weight, members, pairs):
    """Return the numbers of all members together."""
    n_members = (~np.isnan(right)).sum(axis=1)
    n_right = np.nansum(right, axis=1)
    some = (n_members > 0) & (weight > 0)
    return pd.Series(
        {
            "oracle_accuracy": _mean(n_right[some] > 0, weight[some]),
            "best_accuracy": members["accuracy"].max(),
            "mean_accuracy": members["accuracy"].mean(),
            **pairs[MEASURES[:-1]].mean().to_dict(),
            **_group_measures(n_right, n_members, weight),
        },
        name="diversity",
    )


def _group_measures(n_right, n_members, weight):
    """Return Kuncheva and Whitaker's measures of more than two members.

    Rows may have different numbers of members, at least two.
    """
    several = (n_members > 1) & (weight > 0)
    hits, size, weight = n_right[several], n_members[several], weight[several]
    misses = size - hits
    accuracy = _mean(hits / np.maximum(size, 1), weight)
    # the share of pairs of members that disagree on the row
    apart = _mean(2 * hits * misses / (size * (size - 1)), weight)
    return {
        "interrater_kappa": 1 - apart / (2 * accuracy * (1 - accuracy))
        if 0 < accuracy < 1
        else np.nan,
        "entropy": _mean(np.minimum(hits, misses) / (size - np.ceil(size / 2)), weight),
        "kw_variance": _mean(hits * misses / size**2, weight),
    }


def _mean(values, weight):
    return np.average(values, weights=weight) if len(values) else np.nan


def check_names(names, n_members):
    """Return one unique name a member, or raise."""
    names = list(range(n_members)) if names is None else list(names)
    if len(names) != n_members or len(set(names)) != n_members:
        raise ValueError(
            f"The 'names' parameter must hold {n_members} different names, got {names}."
        )
    return names
