"""The score of the best of several choices, corrected for having been the best."""

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state

from mmensemble._compat import Interval, validate_params
from mmensemble.model_selection._pooled_rows import PooledRows
from mmensemble.model_selection._split_scores import check_scores, find_reference


@dataclass(frozen=True)
class WinnerEstimate:
    """What choosing the best of several choices is worth on new rows.

    Parameters
    ----------
    choice : int or str
        The best choice: its position, or its name where there are names.
    naive, corrected : float
        Score of the best choice as it stands, and corrected for the choosing.
    bias : float
        ``naive - corrected``.
    lower, upper : float
        Percentile interval of the corrected score; NaN where the method has none,
        or all bootstrap samples score the same.
    picked : ndarray of shape (n_choices,)
        Share of the bootstrap samples (or of the splits) in which each choice was
        best.
    method : {"bootstrap", "splits", "none"}, default="bootstrap"
        How it was corrected: by Tsamardinos et al., by Tibshirani and Tibshirani, or
        not at all, where neither draws of rows nor splits have a score.
    note : str, default=""
        Why not by the bootstrap, where :meth:`FusionComparison.winner` had to do
        without.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.model_selection import correct_winner_by_splits
    >>> scores = pd.DataFrame({"voting": [0.7, 0.9], "stacking": [0.8, 0.7]})
    >>> correct_winner_by_splits(scores).picked
    array([0.5, 0.5])
    """

    choice: object
    naive: float
    corrected: float
    bias: float
    lower: float
    upper: float
    picked: np.ndarray
    method: str = "bootstrap"
    note: str = ""


@validate_params(
    {
        "y": ["array-like"],
        "predictions": ["array-like", list],
        "metric": [callable],
        "groups": ["array-like", None],
        "sample_weight": ["array-like", None],
        "names": ["array-like", None],
        "n_bootstraps": [Interval(Integral, 1, None, closed="left")],
        "level": [Interval(Real, 0, 1, closed="neither")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def correct_winner(
    y,
    predictions,
    metric,
    *,
    groups=None,
    sample_weight=None,
    names=None,
    n_bootstraps=1000,
    level=0.95,
    random_state=None,
):
    """Re-estimate the best choice's score by bootstrap-bias-corrected cross-validation.

    The best of many scores is too good. Here rows are drawn with replacement, the
    choice that is best on them is scored on the rows that were not drawn, and these
    scores are averaged: the whole way of choosing is validated, with no new fit.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Targets.
    predictions : array-like of shape (n_samples, n_choices) or \
            (n_samples, n_choices, n_outputs), or a list of such
        Out-of-fold predictions of every choice; a list holds one array a repeat of
        the cross-validation, and scores are averaged over repeats. A choice that is
        NaN throughout is never chosen; rows that another choice lacks are left out.
    metric : callable
        ``metric(y, prediction)``, higher is better. Returns a number, NaN where it
        is undefined, and takes ``sample_weight=`` where weights are given; or
        returns an array with one score a row, whose weighted mean is the score,
        which is some hundred times faster.
    groups : array-like of shape (n_samples,), default=None
        Rows of one group are drawn together.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of rows in the scores. Rows of weight zero are left out.
    names : list of str, default=None
        Names of the choices.
    n_bootstraps : int, default=1000
        Bootstrap samples.
    level : float, default=0.95
        Coverage of the interval. It comes from rows that were not drawn, about
        37 %, and so is rather too wide than too narrow.
    random_state : int, RandomState instance or None, default=None
        Of the bootstrap samples.

    Returns
    -------
    estimate : WinnerEstimate
        Naive and corrected score of the best choice, with an interval.

    Notes
    -----
    Models that predict the rows of a draw have learnt from rows that were not drawn,
    and the other way round, so that a sample's chance pattern is not taken for luck.
    Where nothing but noise is learnt by many choices some optimism remains, which
    only nested cross-validation removes; benchmarks/README.md has measured how much.

    References
    ----------
    Tsamardinos, Greasidou and Borboudakis (2018), "Bootstrapping the out-of-sample
    predictions for efficient and accurate cross-validation", Machine Learning 107.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.model_selection import correct_winner
    >>> rng = np.random.default_rng(0)
    >>> y, guesses = rng.integers(2, size=80), rng.integers(2, size=(80, 20))
    >>> estimate = correct_winner(y, guesses, np.equal, random_state=0)
    >>> f"{estimate.naive:.2f} {estimate.corrected:.2f}"
    '0.64 0.53'
    """
    pool = PooledRows.of(y, predictions, metric, groups, sample_weight, names)
    chosen, scores = [], []
    for counts in pool.draw(n_bootstraps, check_random_state(random_state)):
        inside = pool.scores(counts)
        outside = pool.scores((counts == 0).astype(float))
        best = _best(inside)
        known = np.isfinite(inside).any(axis=1)
        chosen.append(best[known])
        scores.append(outside[np.arange(len(best)), best][known])
    chosen, scores = np.concatenate(chosen), np.concatenate(scores)
    used = np.isfinite(scores)
    if not used.any():
        raise ValueError(
            "No bootstrap sample has a score: the 'metric' parameter gives NaN on "
            "all of them, or there are too few rows or groups."
        )
    everything = pool.scores(np.ones((1, pool.n_units)))
    winner = int(_best(everything)[0])
    naive, corrected = float(everything[0, winner]), float(scores[used].mean())
    lower, upper = np.quantile(scores[used], [(1 - level) / 2, (1 + level) / 2])
    if lower == upper:  # draws that do not differ say nothing of the error
        lower = upper = np.nan
    counts = np.bincount(pool.kept[chosen[used]], minlength=pool.n_choices)
    return WinnerEstimate(
        choice=pool.name_of(winner),
        naive=naive,
        corrected=corrected,
        bias=naive - corrected,
        lower=float(lower),
        upper=float(upper),
        picked=counts / used.sum(),
    )


@validate_params({"scores": [pd.DataFrame]}, prefer_skip_nested_validation=True)
def correct_winner_by_splits(scores):
    """Correct the best mean score by Tibshirani and Tibshirani's estimate of its bias.

    For metrics that only exist split by split. In each split the score of the
    choice that is best in this split, less that of the choice that is best on
    average, shows how much choosing gains by luck. Splits are noisier than their
    mean, so that the bias is over-estimated where splits are small.

    Parameters
    ----------
    scores : DataFrame of shape (n_splits, n_choices)
        One row a split, one column a choice; higher is better. Choices that lack
        scores (NaN) which others have cannot win.

    Returns
    -------
    estimate : WinnerEstimate
        Without an interval.

    References
    ----------
    Tibshirani and Tibshirani (2009), "A bias correction for the minimum error rate
    in cross-validation", Annals of Applied Statistics 3(2).

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.model_selection import correct_winner_by_splits
    >>> scores = pd.DataFrame({"voting": [0.7, 0.9], "stacking": [0.8, 0.7]})
    >>> estimate = correct_winner_by_splits(scores)
    >>> f"{estimate.choice} {estimate.naive:.2f} {estimate.corrected:.2f}"
    'voting 0.80 0.75'
    """
    scores = check_scores(scores)
    winner = find_reference(scores, "best")
    own = scores[winner].dropna()
    candidates = scores.loc[own.index]
    complete = candidates.loc[:, candidates.notna().all()]
    bias = float((complete.max(axis=1) - own).mean())
    places = scores.columns.get_indexer(complete.idxmax(axis=1))
    return WinnerEstimate(
        choice=winner,
        naive=float(own.mean()),
        corrected=float(own.mean()) - bias,
        bias=bias,
        lower=np.nan,
        upper=np.nan,
        picked=np.bincount(places, minlength=scores.shape[1]) / len(own),
        method="splits",
    )


def _best(scores):
    """Return the position of the best score of each row; NaN is never best."""
    return np.where(np.isnan(scores), -np.inf, scores).argmax(axis=1)
