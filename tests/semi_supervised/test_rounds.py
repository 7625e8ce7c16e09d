"""Rounds of self-training."""

import numpy as np
import pytest
from semi_cases import base, make_table

from mmensemble.semi_supervised._chains import Chain, Problem
from mmensemble.semi_supervised._rounds import Opinions, Plan, gather, label, run_round

X, Y = make_table()
CLASSES = np.array(["u", "v"])
PROBLEM = Problem(X, Y, base(), np.arange(40), np.arange(40, 240), CLASSES)


def make_chains():
    """Return a chain of all labelled rows, and two of halves."""
    model, _ = PROBLEM.fit(np.arange(40))
    halves = np.arange(0, 40, 2), np.arange(1, 40, 2)
    first = Chain(PROBLEM, np.arange(40), np.arange(0), model.fusion_, model)
    pairs = (halves, halves[::-1])
    return [first, *(Chain(PROBLEM, a, b, model.fusion_) for a, b in pairs)]


def test_opinions_are_on_rows_that_chains_hold_out():
    """Each labelled row once; a chain learns from the others' rows only."""
    chains = make_chains()
    said = [chain.ask_test() for chain in chains[1:]]
    opinions = gather(PROBLEM, chains[1:], said)
    rows = np.concatenate([np.arange(1, 40, 2), np.arange(0, 40, 2)])
    np.testing.assert_array_equal(opinions.targets.argmax(axis=1), Y[rows] == "v")
    np.testing.assert_array_equal(opinions.without(0).shares, said[1].fused)
    assert 0 <= opinions.auc() <= 1
    alone = Opinions(
        *(getattr(opinions, k) for k in ("features", "targets")),
        opinions.shares,
        opinions.weight,
        np.zeros(40, int),
    )
    assert alone.splits() == []
    assert len(alone.without(0).fold) == 40


@pytest.mark.parametrize("kind", ["pool", "adversarial", "entropy"])
def test_labels_keep_the_class_frequencies(kind):
    """Before they are sharpened; hard labels are as the pool says."""
    chains = make_chains()
    said = [chain.ask_test() for chain in chains[1:]]
    opinions = gather(PROBLEM, chains[1:], said)
    plan = Plan(kind, 1.0, 2, 1.0)
    labels, weight = label(chains[0], opinions, plan, 2)
    prior = (np.array([(Y[:40] == c).sum() for c in CLASSES]) + 0.5) / 41
    np.testing.assert_allclose(labels.mean(axis=0), prior, atol=0.03)
    assert (weight > 0).all()


def test_hard_labels_are_those_of_the_pool():
    """Nothing is matched."""
    chain = make_chains()[0]
    labels, _ = label(chain, None, Plan("hard", 0.5, 1, 1.0), 1)
    fused = chain.ask_unlabelled().fused
    np.testing.assert_array_equal(labels.argmax(axis=1), fused.argmax(axis=1))


def test_a_round_refits_every_chain():
    """The labels returned are those of the first."""
    chains = make_chains()
    models = [chain.model for chain in chains]
    plan = Plan("pool", 0.5, 1, 1.0)
    wanted, _ = label(chains[0], None, plan, 1)
    chains, labels, weight = run_round(chains, None, plan, 1)
    assert all(c.model is not m for c, m in zip(chains, models, strict=True))
    np.testing.assert_array_equal(labels, wanted)
    assert weight.shape == (200,)
