"""Item level: pairs of modalities."""

import numpy as np
import pytest
from crossmodal_cases import make_table
from scipy.stats import ortho_group

from mmensemble.crossmodal import _items
from mmensemble.crossmodal._items import ItemPair
from mmensemble.crossmodal._ranking import reciprocal_ranks


def halves(n_rows=200, curved=False, seed=0):
    """Return training and held-out halves of two views."""
    X, _ = make_table(n_rows, seed=seed)
    a, b = X.iloc[:, :3].to_numpy(), X.iloc[:, 3:7].to_numpy()
    if curved:
        b = np.column_stack([a[:, 0] * a[:, 1], a[:, 1] ** 2, a[:, 2] ** 2])
    half = n_rows // 2
    return a[:half], b[:half], a[half:], b[half:]


def found(pair, a, b):
    """Return mean reciprocal ranks both ways."""
    n = np.arange(len(a))
    forth = pair.codes(0, a, asks=True) @ pair.codes(1, b, asks=False).T
    back = pair.codes(1, b, asks=True) @ pair.codes(0, a, asks=False).T
    np.testing.assert_allclose(forth, back.T, atol=1e-8)
    return (reciprocal_ranks(forth, n).mean() + reciprocal_ranks(back, n).mean()) / 2


def test_a_pair_finds_its_other_half():
    """Far more often than chance, and evidence is the same both ways."""
    a, b, new_a, new_b = halves()
    pair = ItemPair().fit(a, b, [(a[:60], b[:60], a[60:], b[60:])])
    assert found(pair, new_a, new_b) > 0.2
    assert pair.width == len(pair.correlations_) + 2


def test_kernels_where_lines_find_nothing():
    """The choice is by held-out ranks."""
    a, b, new_a, new_b = halves(400, curved=True)
    folds = [(a[:120], b[:120], a[120:], b[120:])]
    pair = ItemPair().fit(a, b, folds)
    assert pair.choice_.kind == "kernel"
    assert found(pair, new_a, new_b) > 0.3


def test_identical_views_find_themselves():
    """The reciprocal rank is one."""
    a, _, new, _ = halves()
    pair = ItemPair().fit(a, a, [(a[:60], a[:60], a[60:], a[60:])])
    assert found(pair, new, new) == 1.0


@pytest.mark.parametrize("curved", [False, True])
def test_rotating_a_view_changes_nothing(curved):
    """Choice and evidence stay."""
    a, b, new_a, new_b = halves(300, curved=curved)
    turn = ortho_group.rvs(3, random_state=0)
    evidence = []
    for path in (np.eye(3), turn):
        folds = [(a[:100] @ path, b[:100], a[100:] @ path, b[100:])]
        pair = ItemPair().fit(a @ path, b, folds)
        asking = pair.codes(0, new_a @ path, asks=True)
        evidence.append(asking @ pair.codes(1, new_b, asks=False).T)
    np.testing.assert_allclose(*evidence, atol=1e-5)


def test_unrelated_views_weigh_nothing():
    """Held-out correlations say so, where those of training rows are high."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(60, 20)), rng.normal(size=(60, 20))
    folds = [(a[:40], b[:40], a[40:], b[40:]), (a[20:], b[20:], a[:20], b[:20])]
    pair = ItemPair().fit(a, b, folds)
    assert pair.correlations_.max() < 0.6
    assert pair.correlations_.mean() < 0.3


def test_refit_keeps_the_choice():
    """On the same rows it gives the same codes."""
    a, b, new, _ = halves()
    pair = ItemPair().fit(a, b, [(a[:60], b[:60], a[60:], b[60:])])
    again = pair.refit(a, b)
    np.testing.assert_array_equal(
        pair.codes(0, new, asks=True), again.codes(0, new, asks=True)
    )


def test_nothing_is_known_without_folds_or_columns():
    """The code has no columns then."""
    a, b, _, _ = halves()
    assert ItemPair().fit(a, b, []).width == 0
    assert ItemPair().fit(a, b, []).refit(a, b).width == 0


def test_correlations_of_one_fold_are_its_own():
    """Of several, each is judged by those of the others."""
    known = np.array([[0.2], [0.4], [0.9]])
    assert np.isclose(_items._without(known, 2), 0.3)
    assert _items._without(known[:1], 0) == 0.2
