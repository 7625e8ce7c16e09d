"""Combination of masses by hand and over all subsets; gradients by differences."""

from itertools import chain, combinations, product

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import approx_fprime

from mmensemble.fusion.decision._mass_functions import (
    MOST_RELIABLE,
    RULES,
    conflicting_mass,
    discount,
    learn_reliabilities,
    log_loss_slope,
    pignistic,
)

EVERY = pytest.mark.parametrize("rule", sorted(RULES))
CLASSES = range(3)
FRAME = frozenset(CLASSES)
SUBSETS = [
    frozenset(s)
    for s in chain.from_iterable(combinations(CLASSES, size) for size in range(4))
]

#: Two sources on three classes: masses 0.6 and 0.1, and 0.2 and 0.5; the rest unknown.
HAND = np.array([[[6 / 7, 1 / 7, 0], [2 / 7, 5 / 7, 0]]])
RESULTS = {
    "dempster": ([0.36 / 0.68, 0.23 / 0.68, 0], 0.09 / 0.68),
    "yager": ([0.36, 0.23, 0], 0.09 + 0.32),
    "cautious": ([3 / 7, 5 / 14, 0], 3 / 14),
}


def draw(n_samples=20, n_members=3, seed=0):
    """Draw probabilities with some absent, targets, shares and reliabilities."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(3), size=(n_samples, n_members))
    p[rng.random((n_samples, n_members)) < 0.2] = np.nan
    targets = np.eye(3)[rng.integers(0, 3, n_samples)]
    share = rng.dirichlet(np.ones(n_samples))
    return p, targets, share, rng.uniform(0.1, 0.95, size=(n_members, 3))


def as_subsets(singles, frame):
    """Write one row's masses as one dict of subsets a member."""
    members = []
    for mass, rest in zip(singles, frame, strict=True):
        sets = {frozenset([k]): value for k, value in enumerate(mass)}
        members.append({**sets, FRAME: rest})
    return members


def conjunction(one, other):
    """Multiply the masses of all pairs of subsets; their intersection gets it."""
    out = dict.fromkeys(SUBSETS, 0.0)
    for (a, x), (b, z) in product(one.items(), other.items()):
        out[a & b] += x * z
    return out


def conjoined(members):
    """Combine all members conjunctively."""
    out = {FRAME: 1.0}
    for member in members:
        out = conjunction(out, member)
    return out


def canonical_weights(mass):
    """Weights of the canonical decomposition, from commonalities."""
    q = {a: sum(x for b, x in mass.items() if a <= b) for a in SUBSETS}
    return {
        a: np.prod([q[b] ** (-1.0) ** (len(b) - len(a) + 1) for b in SUBSETS if a <= b])
        for a in SUBSETS
        if a != FRAME
    }


def brute_force(rule, members):
    """Each rule as its paper defines it, over all subsets."""
    if rule == "cautious":
        weights = [canonical_weights(member) for member in members]
        simple = []
        for a in SUBSETS:
            if a and a != FRAME:
                least = min(w[a] for w in weights)
                simple.append({a: 1 - least, FRAME: least})
        members = simple
    out = conjoined(members)
    conflict = out.pop(frozenset())
    if rule == "yager":
        out[FRAME] += conflict
        return out
    return {a: x / (1 - conflict) for a, x in out.items()}


@EVERY
def test_by_hand(rule):
    """Two sources on three classes, worked by hand."""
    masses = discount(HAND, np.full((2, 3), 0.7))
    assert_allclose(masses[0], [[[0.6, 0.1, 0], [0.2, 0.5, 0]]])
    assert_allclose(masses[1], [[0.3, 0.3]])
    singles, frame = RULES[rule](*masses)
    classes, rest = RESULTS[rule]
    assert_allclose(singles, [classes], atol=1e-15)
    assert_allclose(frame, [rest])
    chance = np.add(classes, rest / 3)
    assert_allclose(pignistic(singles, frame), [chance])
    assert_allclose(conflicting_mass(*masses), [0.6 * 0.5 + 0.1 * 0.2])


@EVERY
def test_all_subsets(rule):
    """Every rule is its definition over all subsets of the classes."""
    p, _, _, r = draw()
    masses = discount(p, r)
    singles, frame = RULES[rule](*masses)
    conflicts = conflicting_mass(*masses)
    for i in range(len(p)):
        members = as_subsets(masses[0][i], masses[1][i])
        expected = brute_force(rule, members)
        got = {FRAME: frame[i], **{frozenset([k]): singles[i, k] for k in CLASSES}}
        for subset in SUBSETS[1:]:
            assert got.get(subset, 0) == pytest.approx(expected[subset], abs=1e-12)
        assert conflicts[i] == pytest.approx(conjoined(members)[frozenset()], abs=1e-12)


@EVERY
def test_vacuous_mass_changes_nothing(rule):
    """An absent member leaves the others' combination as it is."""
    p, _, _, r = draw()
    p = np.where(np.isnan(p), 1 / 3, p)
    absent = np.concatenate([p, np.full((20, 1, 3), np.nan)], axis=1)
    more = np.vstack([r, np.full(3, 0.9)])
    for got, expected in zip(
        RULES[rule](*discount(absent, more)), RULES[rule](*discount(p, r)), strict=True
    ):
        assert_allclose(got, expected)
    alone = RULES[rule](*discount(p[:, :1], r[:1]))
    assert_allclose(alone[0], p[:, 0] * r[0])


def test_cautious_is_idempotent():
    """The same evidence twice counts once; for Dempster it counts twice."""
    p, _, _, r = draw(n_members=1)
    p = np.where(np.isnan(p), 1 / 3, p)
    once, twice = discount(p, r), discount(np.repeat(p, 2, 1), np.repeat(r, 2, 0))
    assert_allclose(RULES["cautious"](*twice)[0], RULES["cautious"](*once)[0])
    gap = RULES["dempster"](*twice)[0] - RULES["dempster"](*once)[0]
    assert np.abs(gap).max() > 0.01


@EVERY
@pytest.mark.parametrize("level", [None, MOST_RELIABLE], ids=["inside", "at the bound"])
def test_gradient(rule, level):
    """The analytic gradient is that of finite differences."""
    p, targets, share, r = draw()
    known = np.nan_to_num(p)
    r = r if level is None else np.full_like(r, 0.98)

    def loss(flat):
        return log_loss_slope(known, targets, share, rule, flat.reshape(3, 3))[0]

    value, got = log_loss_slope(known, targets, share, rule, r)
    chance = pignistic(*RULES[rule](*discount(p, r)))
    assert value == pytest.approx(-share @ np.log((chance * targets).sum(axis=1)))
    assert_allclose(got.ravel(), approx_fprime(r.ravel(), loss, 1e-7), atol=2e-5)


@EVERY
def test_many_certain_members(rule):
    """Certain members that contradict each other give finite chances and slopes."""
    p = np.tile(np.eye(3), (1, 60, 1))[:, :60].reshape(1, 60, 3)
    r = np.full((60, 3), MOST_RELIABLE)
    masses = discount(p, r)
    assert_allclose(pignistic(*RULES[rule](*masses)), [[1 / 3] * 3])
    value, slope = log_loss_slope(p, np.eye(3)[:1], np.ones(1), rule, r)
    assert value == pytest.approx(np.log(3))
    assert np.isfinite(slope).all()


@EVERY
@pytest.mark.parametrize("by_class", [False, True])
def test_learnt_is_optimal(rule, by_class):
    """No step along any reliability, within bounds, lowers the loss."""
    p, targets, share, _ = draw(200, 2, seed=1)
    p = 0.5 * p + 0.5 * targets[:, None]
    found = learn_reliabilities(p, targets, share, rule, by_class=by_class)
    known = np.nan_to_num(p)
    best = log_loss_slope(known, targets, share, rule, found)[0]
    moves = np.eye(6).reshape(6, 2, 3) if by_class else np.eye(2)[:, :, None]
    for move, size in product(moves, (-0.1, -0.01, 0.01, 0.1)):
        other = np.clip(found + size * move, 0, MOST_RELIABLE)
        value = log_loss_slope(known, targets, share, rule, other)[0]
        assert value >= best - (1e-3 if rule == "cautious" else 1e-7)  # kinks
    if not by_class:
        assert np.ptp(found, axis=1).max() == 0


def test_learnt_by_hand():
    """One member that is right three times in four when it says it is certain."""
    p = np.tile([[[1.0, 0.0]]], (4, 1, 1))
    targets = np.eye(2)[[0, 0, 0, 1]]
    found = learn_reliabilities(p, targets, np.ones(4), "dempster", by_class=False)
    assert_allclose(found, [[0.5, 0.5]], atol=1e-5)
    heavy = np.array([1.0, 1, 1, 6])
    found = learn_reliabilities(p, targets, heavy, "dempster", by_class=False)
    assert_allclose(found, [[0, 0]], atol=1e-5)
