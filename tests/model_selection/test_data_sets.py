"""Choices compared over several data sets."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mmensemble.model_selection import compare_over_datasets
from mmensemble.model_selection._data_sets import friedman

#: Ranks of four trees on 14 data sets: table 6 of Demšar (2006).
DEMSAR = pd.DataFrame(
    [
        (4, 3, 2, 1),
        (1, 2, 3, 4),
        (4, 1, 2, 3),
        (4, 1, 3, 2),
        (4, 2, 3, 1),
        (1, 2.5, 4, 2.5),
        (3, 2, 4, 1),
        (2.5, 2.5, 4, 1),
        (4, 3, 2, 1),
        (2.5, 2.5, 2.5, 2.5),
        (4, 2.5, 1, 2.5),
        (3, 2, 4, 1),
        (4, 1, 2, 3),
        (3, 1, 4, 2),
    ],
    columns=["C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf"],
)


def make_scores(seed, n_sets=12, n_choices=5):
    """Make scores without ties."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.random((n_sets, n_choices)), columns=list("abcde"))


def test_published_ranks_and_critical_difference():
    """Mean ranks and critical difference are those of the worked example."""
    result = compare_over_datasets(-DEMSAR)
    ranks = result.ranks.set_index("choice")["mean_rank"].round(3)
    assert ranks.to_dict() == {
        "C4.5+m+cf": 1.964,
        "C4.5+m": 2.0,
        "C4.5+cf": 2.893,
        "C4.5": 3.143,
    }
    assert result.critical_difference == pytest.approx(1.25, abs=0.005)
    assert compare_over_datasets(
        -DEMSAR, alpha=0.1
    ).critical_difference == pytest.approx(1.12, abs=0.005)
    assert result.cliques == [["C4.5+m+cf", "C4.5+m", "C4.5+cf", "C4.5"]]


def test_published_friedman_before_the_correction_for_ties():
    """Without their correction the statistics are the published 9.28 and 3.69."""
    result = compare_over_datasets(-DEMSAR)
    ties = 3 * (2**3 - 2) + (4**3 - 4)
    chi2 = result.chi2 * (1 - ties / (14 * (4**3 - 4)))
    assert chi2 == pytest.approx(9.28, abs=0.005)
    assert 13 * chi2 / (14 * 3 - chi2) == pytest.approx(3.69, abs=0.005)


@pytest.mark.parametrize("digits", [1, 6])
def test_friedman_is_scipys(digits, global_random_seed):
    """With and without ties chi² and p-value are SciPy's."""
    scores = make_scores(global_random_seed).round(digits)
    result = compare_over_datasets(scores)
    expected = stats.friedmanchisquare(*scores.to_numpy().T)
    assert result.chi2 == pytest.approx(expected.statistic)
    assert result.chi2_p == pytest.approx(expected.pvalue)
    f = 11 * result.chi2 / (12 * 4 - result.chi2)
    assert result.f == pytest.approx(f)
    assert result.f_p == pytest.approx(stats.f.sf(f, 4, 44))


@pytest.mark.parametrize(
    ("n_choices", "q"), [(2, 1.960), (3, 2.343), (5, 2.728), (10, 3.164)]
)
def test_critical_values_are_the_tables(n_choices, q):
    """Quantiles over sqrt 2 are those of Demšar's table 5."""
    scores = pd.DataFrame(np.random.default_rng(0).random((8, n_choices)))
    unit = np.sqrt(n_choices * (n_choices + 1) / (6 * 8))
    critical = compare_over_datasets(scores).critical_difference
    assert critical / unit == pytest.approx(q, abs=0.0015)


def test_p_values_cross_the_level_at_the_critical_difference(global_random_seed):
    """Nemenyi's p-value is below alpha where ranks are further apart than that."""
    scores = make_scores(global_random_seed, n_sets=40) + [0, 0.1, 0.2, 0.3, 0.4]
    result = compare_over_datasets(scores)
    far = result.pairs["rank_difference"] > result.critical_difference
    assert far.any()
    assert not far.all()
    assert ((result.pairs["p_nemenyi"] < 0.05) == far).all()
    first = result.pairs.iloc[0]
    expected = stats.wilcoxon(scores[first["choice_a"]], scores[first["choice_b"]])
    assert first["p_wilcoxon"] == pytest.approx(expected.pvalue)


def test_cliques_are_the_largest_close_runs():
    """No clique is part of another, and every close pair is in one."""
    scores = make_scores(0, n_sets=40) + [0, 0.15, 0.3, 0.45, 1.5]
    result = compare_over_datasets(scores)
    ranks = result.ranks.set_index("choice")["mean_rank"]
    close = {
        frozenset((a, b))
        for a in ranks.index
        for b in ranks.index
        if a != b and abs(ranks[a] - ranks[b]) < result.critical_difference
    }
    covered = {
        frozenset((a, b)) for c in result.cliques for a in c for b in c if a != b
    }
    assert covered == close
    sets = [set(clique) for clique in result.cliques]
    assert len(sets) > 1
    assert not any(one < other for one in sets for other in sets)
    assert result.ranks.iloc[0]["choice"] == "e"
    assert not any("e" in clique for clique in result.cliques)


def test_all_tied_and_all_agreed():
    """The statistics have limits where ranks do not vary."""
    assert friedman(np.full((3, 4), 2.5)) == (0.0, 0.0)
    chi2, f = friedman(np.tile([1.0, 2.0, 3.0], (6, 1)))
    assert (chi2, f) == (pytest.approx(12), np.inf)
    same = compare_over_datasets(pd.DataFrame(0.5, range(3), ["a", "b"]))
    assert (same.chi2_p, same.f_p) == (1.0, 1.0)
    assert same.pairs["p_nemenyi"].tolist() == [1.0]


def test_incomplete_data_sets_are_left_out():
    """A data set on which a choice failed is not ranked."""
    scores = make_scores(1)
    holed = scores.copy()
    holed.loc[[2, 4], "b"] = np.nan
    result = compare_over_datasets(holed)
    assert result.n_sets == 10
    expected = compare_over_datasets(scores.drop([2, 4]))
    pd.testing.assert_frame_equal(result.ranks, expected.ranks)


def test_too_little_is_refused():
    """Two choices and two data sets are needed, and a level between 0 and 1."""
    with pytest.raises(ValueError, match="needs two choices and two data sets"):
        compare_over_datasets(make_scores(0)[["a"]])
    with pytest.raises(ValueError, match="got 5 and 1"):
        compare_over_datasets(make_scores(0, n_sets=1))
    with pytest.raises(ValueError, match="'alpha' parameter of compare_over_datasets"):
        compare_over_datasets(make_scores(0), alpha=0)


def test_frame_and_plot():
    """The table is that of the ranks; the plot is the display's."""
    pytest.importorskip("matplotlib").use("Agg")
    found = compare_over_datasets(make_scores(0))
    pd.testing.assert_frame_equal(found.frame(), found.ranks)
    display = found.plot()
    pd.testing.assert_frame_equal(display.frame(), found.ranks)
    import matplotlib.pyplot as plt

    plt.close(display.figure_)
