"""Choices compared over several independent data sets by their ranks."""

from dataclasses import dataclass
from itertools import combinations
from numbers import Real

import numpy as np
import pandas as pd
from scipy import stats

from mmensemble._compat import Interval, validate_params
from mmensemble.display._critical_difference import CriticalDifferenceDisplay
from mmensemble.model_selection._paired_tests import holm, signed_rank
from mmensemble.model_selection._split_scores import check_scores


@dataclass(frozen=True)
class RankComparison:
    """What ranks over several data sets say, and the numbers of the diagram.

    Parameters
    ----------
    ranks : DataFrame
        One row a choice, the best first: `choice`, `mean_rank` (1 is best),
        `mean_score`.
    pairs : DataFrame
        One row a pair, the better one first: `choice_a`, `choice_b`,
        `rank_difference`, `p_nemenyi` (adjusted for all pairs by its nature), and
        of Wilcoxon's signed-rank test `p_wilcoxon` and, by Holm's method, `p_adjusted`.
    cliques : list of list of str
        Largest groups of two or more choices that do not differ by the critical
        difference: the bars of the diagram.
    critical_difference : float
        Difference of mean ranks that is significant by Nemenyi's test.
    chi2, chi2_p : float
        Friedman's test, corrected for ties.
    f, f_p : float
        Iman and Davenport's version of it, which is less conservative.
    n_sets : int
        Data sets that every choice has a score of.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.model_selection import compare_over_datasets
    >>> scores = pd.DataFrame({"concat": [0.7, 0.6], "voting": [0.8, 0.7]})
    >>> comparison = compare_over_datasets(scores)
    >>> f"{comparison.critical_difference:.2f}", comparison.cliques
    ('1.39', [['voting', 'concat']])
    """

    ranks: pd.DataFrame
    pairs: pd.DataFrame
    cliques: list
    critical_difference: float
    chi2: float
    chi2_p: float
    f: float
    f_p: float
    n_sets: int

    def frame(self):
        """Return one row a choice, the best first.

        Returns
        -------
        frame : DataFrame
            `choice`, `mean_rank` and `mean_score`.
        """
        return self.ranks.copy()

    def plot(self, ax=None):
        """Draw the critical-difference diagram.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None makes a new figure.

        Returns
        -------
        display : CriticalDifferenceDisplay
            The display that has drawn.
        """
        return CriticalDifferenceDisplay.from_ranks(self).plot(ax)


@validate_params(
    {"scores": [pd.DataFrame], "alpha": [Interval(Real, 0, 1, closed="neither")]},
    prefer_skip_nested_validation=True,
)
def compare_over_datasets(scores, *, alpha=0.05):
    """Compare choices over several data sets: Friedman, Nemenyi and Wilcoxon.

    Parameters
    ----------
    scores : DataFrame of shape (n_sets, n_choices)
        One row a data set, one column a choice; higher is better. Data sets that
        lack a score (NaN) are left out.
    alpha : float, default=0.05
        Level of the critical difference.

    Returns
    -------
    comparison : RankComparison
        Ranks, pairs, cliques and the tests of all choices.

    References
    ----------
    Demšar (2006), "Statistical comparisons of classifiers over multiple data sets",
    JMLR 7. Iman and Davenport (1980), "Approximations of the critical region of the
    Friedman statistic", Communications in Statistics A 9(6).

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.model_selection import compare_over_datasets
    >>> scores = pd.DataFrame(
    ...     {"concat": [0.7, 0.6, 0.9, 0.5], "voting": [0.8, 0.7, 0.8, 0.6]}
    ... )
    >>> compare_over_datasets(scores).ranks
       choice  mean_rank  mean_score
    0  voting       1.25       0.725
    1  concat       1.75       0.675
    """
    scores = check_scores(scores).dropna()
    n_sets, n_choices = scores.shape
    if n_sets < 2 or n_choices < 2:
        raise ValueError(
            "The 'scores' parameter needs two choices and two data sets on which "
            f"every choice has a score, got {n_choices} and {n_sets}."
        )
    placed = stats.rankdata(-scores.to_numpy(), axis=1)
    ranks = pd.DataFrame(
        {
            "choice": scores.columns,
            "mean_rank": placed.mean(axis=0),
            "mean_score": scores.mean().to_numpy(),
        }
    )
    ranks = ranks.sort_values("mean_rank", kind="stable", ignore_index=True)
    unit = np.sqrt(n_choices * (n_choices + 1) / (12 * n_sets))
    critical = unit * stats.studentized_range.ppf(1 - alpha, n_choices, np.inf)
    chi2, f = friedman(placed)
    return RankComparison(
        ranks=ranks,
        pairs=_pairs(scores, ranks, unit),
        cliques=_cliques(ranks, critical),
        critical_difference=float(critical),
        chi2=chi2,
        chi2_p=float(stats.chi2.sf(chi2, n_choices - 1)),
        f=f,
        f_p=float(stats.f.sf(f, n_choices - 1, (n_choices - 1) * (n_sets - 1))),
        n_sets=n_sets,
    )


def friedman(ranks):
    """Return Friedman's chi² and Iman and Davenport's F of ranks within rows.

    Parameters
    ----------
    ranks : ndarray of shape (n_sets, n_choices)

    Returns
    -------
    chi2, f : float
        Zero where all choices tie everywhere; `f` is infinite where every row has
        the same order.
    """
    n_sets, n_choices = ranks.shape
    between = ((ranks.mean(axis=0) - (n_choices + 1) / 2) ** 2).sum()
    # the variance of ranks within rows: smaller with ties, which is their correction
    within = ranks.var(axis=1, ddof=1).mean()
    if within == 0:
        return 0.0, 0.0
    chi2 = n_sets * between / within
    most = n_sets * (n_choices - 1)
    if most - chi2 <= 1e-9 * most:
        return float(chi2), np.inf
    return float(chi2), float((n_sets - 1) * chi2 / (most - chi2))


def _pairs(scores, ranks, unit):
    rows = []
    by_name = ranks.set_index("choice")["mean_rank"]
    for a, b in combinations(ranks["choice"], 2):
        gap = by_name[b] - by_name[a]
        tail = stats.studentized_range.sf(gap / unit, len(ranks), np.inf)
        rows.append(
            {
                "choice_a": a,
                "choice_b": b,
                "rank_difference": gap,
                "p_nemenyi": float(np.clip(tail, 0.0, 1.0)),
                "p_wilcoxon": signed_rank((scores[a] - scores[b]).to_numpy()),
            }
        )
    frame = pd.DataFrame(rows)
    frame["p_adjusted"] = holm(frame["p_wilcoxon"])
    return frame


def _cliques(ranks, critical):
    """Return the maximal runs of sorted choices that are closer than `critical`."""
    places, names = ranks["mean_rank"].to_numpy(), ranks["choice"].tolist()
    found, reached = [], 0
    for start in range(len(names)):
        end = int(np.searchsorted(places, places[start] + critical, side="left"))
        if end > reached and end - start > 1:
            found.append(names[start:end])
            reached = end
    return found
