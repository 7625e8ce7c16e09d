"""The first canonical correlation against scipy and scikit-learn."""

import numpy as np
import pytest
from scipy import linalg, stats
from sklearn.cross_decomposition import CCA

from mmensemble.analysis.modalities import _cca
from mmensemble.analysis.modalities._cca import (
    _normal_products,
    first_canonical,
    row_orders,
)
from mmensemble.analysis.modalities._rv import standardised


def pair(n_rows=80, p=5, q=4, seed=0):
    """Two related blocks."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(n_rows, p))
    return a, a[:, :1] + rng.normal(size=(n_rows, q))


def eigenproblem(a, b, penalty):
    """Correlation of the variates of Hotelling's equations, with ridge penalties."""
    a, b = standardised(a), standardised(b)
    n, p, q = len(a), a.shape[1], b.shape[1]
    cross = a.T @ b / n
    left = np.block([[np.zeros((p, p)), cross], [cross.T, np.zeros((q, q))]])
    right = linalg.block_diag(
        a.T @ a / n + penalty * np.eye(p), b.T @ b / n + penalty * np.eye(q)
    )
    vector = linalg.eigh(left, right)[1][:, -1]
    return np.corrcoef(a @ vector[:p], b @ vector[p:])[0, 1]


@pytest.mark.parametrize("penalty", [0.0, 0.3, 10.0])
def test_generalised_eigenproblem(penalty):
    a, b = pair()
    found, p_value = first_canonical(a, b, penalty=penalty, n_permutations=0)
    assert found == pytest.approx(eigenproblem(a, b, penalty), rel=1e-8)
    assert np.isnan(p_value)


def test_without_a_penalty_it_is_that_of_scikit_learn():
    a, b = pair()
    u, v = CCA(n_components=1, max_iter=5000, tol=1e-12).fit_transform(a, b)
    expected = np.corrcoef(u[:, 0], v[:, 0])[0, 1]
    found = first_canonical(a * 9 + 4, b, penalty=0.0, n_permutations=0)[0]
    assert found == pytest.approx(expected, abs=1e-6)


def test_wide_noise_correlates_but_is_not_significant():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(30, 50)), rng.normal(size=(30, 60))
    assert first_canonical(a, b, penalty=0.0, n_permutations=0)[0] > 0.999
    assert first_canonical(a, b)[1] > 0.05


def test_weights_replicate_rows():
    a, b = pair()
    times = np.random.default_rng(1).integers(0, 4, len(a))
    found = first_canonical(
        a, b, weight=times.astype(float), penalty=0.2, n_permutations=0
    )
    a, b = np.repeat(a, times, 0), np.repeat(b, times, 0)
    expected = first_canonical(a, b, penalty=0.2, n_permutations=0)
    assert found[0] == pytest.approx(expected[0], rel=1e-8)


def test_p_values_are_uniform_under_the_null():
    rng = np.random.default_rng(0)
    p = [
        first_canonical(
            rng.normal(size=(25, 4)),
            rng.normal(size=(25, 6)),
            n_permutations=39,
            random_state=seed,
        )[1]
        for seed in range(300)
    ]
    # On the grid k / 40, each as probable as the other.
    counts = np.bincount(np.round(np.array(p) * 40).astype(int) - 1, minlength=40)
    assert stats.chisquare(counts.reshape(8, 5).sum(axis=1)).pvalue > 0.001


def test_p_value_of_a_relation():
    assert first_canonical(*pair())[1] == pytest.approx(0.01)


def test_groups_are_permuted_whole():
    groups = np.array(["b", "a", "a", "c", "b", "c"])
    for order in row_orders(6, groups, 20, 0):
        assert sorted(order) == list(range(6))
        moved = groups[order]
        for label in "abc":
            assert len(set(moved[groups == label])) == 1


def test_rows_of_groups_do_not_fool_the_permutation():
    rng = np.random.default_rng(0)
    groups = np.arange(60) // 10
    low = []
    for seed in range(60):
        a, b = rng.normal(size=(2, 6, 3))[:, groups] + 0.2 * rng.normal(size=(2, 60, 3))
        low.append(
            first_canonical(a, b, n_permutations=19, groups=groups, random_state=seed)[
                1
            ]
            <= 0.05
        )
    assert np.mean(low) < 0.15


def test_normal_products_are_like_permuted_ones():
    """The law of the largest singular value over orders of many skewed rows."""
    rng = np.random.default_rng(0)
    n_rows = 2_000
    a, b = rng.exponential(size=(n_rows, 6)), rng.standard_t(6, size=(n_rows, 4))
    a, b = a - a.mean(axis=0), b + 3
    orders = [rng.permutation(n_rows) for _ in range(2_000)]
    centred = b - b.mean(axis=0)
    permuted = [linalg.svdvals(a.T @ b[order])[0] for order in orders]
    drawn = [linalg.svdvals(c)[0] for c in _normal_products(a, b, 2_000, rng)]
    assert stats.ks_2samp(permuted, drawn).pvalue > 0.01
    # each entry's variance over all orders is that of the formula
    entries = [c[0, 0] for c in _normal_products(a, b, 4_000, rng)]
    exact = (a[:, 0] @ a[:, 0]) * (centred[:, 0] @ centred[:, 0]) / (n_rows - 1)
    assert np.var(entries) == pytest.approx(exact, rel=0.1)


def test_p_value_of_many_rows(monkeypatch):
    """Above the limit of permuted rows a relation is found, and noise is not."""
    monkeypatch.setattr(_cca, "MOST_PERMUTED", 70)
    assert first_canonical(*pair())[1] == pytest.approx(0.01)
    weight = np.random.default_rng(1).integers(1, 3, 80).astype(float)
    assert first_canonical(*pair(), weight=weight)[1] == pytest.approx(0.01)
    rng = np.random.default_rng(0)
    p = [
        first_canonical(
            rng.normal(size=(80, 3)), rng.normal(size=(80, 4)), random_state=seed
        )[1]
        for seed in range(200)
    ]
    assert stats.kstest(p, "uniform").pvalue > 0.001


def test_groups_are_permuted_however_many_rows(monkeypatch):
    """Normal products would not know of groups."""
    a, b = pair()
    groups = np.arange(80) // 4
    expected = first_canonical(a, b, groups=groups)
    monkeypatch.setattr(_cca, "MOST_PERMUTED", 70)
    assert first_canonical(a, b, groups=groups) == expected


def test_what_cannot_be_told():
    a, b = pair()
    assert np.isnan(first_canonical(a, np.ones((80, 2)))).all()
    assert np.isnan(first_canonical(a[:2], b[:2])).all()
