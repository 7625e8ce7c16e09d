"""EasyMKL against its quadratic program, solved by another solver."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from sklearn.metrics.pairwise import rbf_kernel

from mmensemble.fusion.feature.kernel._easymkl import easymkl, margin_distribution


def draw(n_samples=24, n_classes=2, seed=0):
    """Draw three kernels, the first of which knows the class, and indicators."""
    rng = np.random.default_rng(seed)
    targets = np.eye(n_classes)[np.arange(n_samples) % n_classes]
    grams = []
    for level in (2.0, 0.5, 0.0):
        x = level * targets + rng.normal(size=(n_samples, n_classes))
        grams.append(rbf_kernel(x, gamma=0.3))
    return grams, targets


def by_slsqp(gram, signs, trade_off):
    """Solve the program in g with a general solver."""
    signed = signs[:, None] * gram * signs
    quadratic = (1 - trade_off) * signed + trade_off * np.eye(len(gram))
    rules = [
        {"type": "eq", "fun": lambda g, s=s: g[signs == s].sum() - 1} for s in (-1, 1)
    ]
    start = np.where(signs > 0, 1 / (signs > 0).sum(), 1 / (signs < 0).sum())
    found = minimize(
        lambda g: g @ quadratic @ g,
        start,
        jac=lambda g: 2 * quadratic @ g,
        bounds=[(0, None)] * len(gram),
        constraints=rules,
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    return found.x, found.fun


@pytest.mark.parametrize("trade_off", [0.0, 0.1, 0.5])
def test_distribution(trade_off):
    """The distributions are feasible, and as good as a general solver's."""
    grams, targets = draw()
    total, signs = sum(grams), 2 * targets[:, 1] - 1
    g = margin_distribution(total, signs, np.ones(24), trade_off, max_iter=20_000)
    assert (g >= 0).all()
    assert_allclose([g[signs > 0].sum(), g[signs < 0].sum()], 1)
    signed = g * signs
    value = (1 - trade_off) * signed @ total @ signed + trade_off * g @ g
    expected = by_slsqp(total, signs, trade_off)
    assert value == pytest.approx(expected[1], rel=1e-5)
    if trade_off:
        assert_allclose(g, expected[0], atol=1e-3)


def test_distance_of_means():
    """At 1 every row of a class counts the same: the distance of the means."""
    grams, targets = draw()
    signs = 2 * targets[:, 1] - 1
    g = margin_distribution(sum(grams), signs, np.ones(24), 1.0)
    assert_allclose(g, 1 / 12, atol=1e-8)
    parts = [signs @ gram @ signs for gram in grams]
    got = easymkl(grams, np.ones((24, 3), bool), targets, np.ones(24), 1.0)
    assert_allclose(got, parts / np.sum(parts))


def test_classes_are_averaged():
    """With three classes the weights are the mean of one against the rest."""
    grams, targets = draw(n_classes=3)
    presence, weight = np.ones((24, 3), bool), np.ones(24)
    parts = [
        easymkl(grams, presence, np.column_stack([1 - side, side]), weight)
        for side in targets.T
    ]
    got = easymkl(grams, presence, targets, weight)
    assert_allclose(got, np.mean(parts, axis=0))
    assert got[0] > got[2]


def test_weights_are_copies():
    """Weights of two are two copies that share their part."""
    grams, targets = draw()
    weight = np.random.default_rng(0).integers(1, 3, 24)
    rows = np.repeat(np.arange(24), weight)
    got = easymkl(grams, np.ones((24, 3), bool), targets, weight * 1.0)
    copies = [gram[np.ix_(rows, rows)] for gram in grams]
    present = np.ones((len(rows), 3), bool)
    other = easymkl(copies, present, targets[rows], np.ones(len(rows)))
    assert_allclose(got, other, atol=1e-3)


def test_one_class():
    """Without a second class there is no margin: equal weights."""
    grams, _ = draw()
    targets = np.column_stack([np.ones(24), np.zeros(24)])
    got = easymkl(grams, np.ones((24, 3), bool), targets, np.ones(24))
    assert_allclose(got, 1 / 3)
