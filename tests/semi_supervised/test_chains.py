"""Models that learn from pseudo-labels, one a fold."""

import numpy as np
from semi_cases import base, make_table

from mmensemble.semi_supervised._chains import Chain, Problem, ask

X, Y = make_table()
CLASSES = np.array(["u", "v"])
FORTY = np.arange(40)


def problem(**options):
    """Return a problem of forty labelled rows."""
    y = options.pop("y", Y)
    rows = np.arange(40), np.arange(40, 240)
    return Problem(X, y, base(), *rows, CLASSES, **options)


def first(own, rows=FORTY):
    """Return a chain of some rows."""
    model, _ = own.fit(rows)
    return Chain(own, rows, np.setdiff1d(np.arange(40), rows), model.fusion_, model)


def test_a_chain_starts_as_the_supervised_model():
    """And is one whose fusion is kept, its members fitted again."""
    own = problem()
    wanted = base().fit(X.iloc[:40], Y[:40])
    chain = first(own)
    np.testing.assert_array_equal(
        ask(chain.model, own, np.arange(240)).fused, wanted.predict_proba(X)
    )
    again = Chain(own, np.arange(40), np.arange(0), chain.fusion)
    np.testing.assert_array_equal(
        again.ask_unlabelled().fused, chain.ask_unlabelled().fused
    )


def test_members_learn_from_copies():
    """As a model of all rows does, copies and weights given; the fusion stays."""
    own = problem()
    chain = first(own)
    shares = np.tile([0.75, 0.25], (200, 1))
    weight = np.where(np.arange(200) < 10, 0.5, 0.0)
    chain.learn(shares, weight)
    rows = np.concatenate([np.arange(40), np.repeat(np.arange(40, 50), 2)])
    y = np.concatenate([Y[:40], np.tile(CLASSES, 10)])
    share = np.concatenate([np.ones(40), np.tile([0.375, 0.125], 10)])
    model = base(fusion="voting").fit(X.iloc[rows], y, sample_weight=share)
    found = ask(chain.model, own, np.arange(240)).members[:, :2]
    wanted = model.predict_modalities(X).to_numpy().reshape(240, 2, 2)
    np.testing.assert_allclose(found, wanted, atol=1e-6)
    assert chain.model.fusion_ is chain.fusion


def test_labels_held_out_change_nothing():
    """Neither those of a chain's test rows, nor what stands for a missing one."""
    rows = np.arange(0, 40, 2)
    other = np.array(Y)
    other[1:40:2] = np.where(Y[1:40:2] == "u", "v", "u")
    other[40:] = "u"
    found = []
    for y in (Y, other):
        own = problem(y=y)
        chain = first(own, rows)
        said = chain.ask_unlabelled().fused
        chain.learn(said, np.ones(200))
        found.append(chain.ask_test().fused)
    np.testing.assert_array_equal(*found)


def test_groups_held_out_stay_away():
    """Unlabelled rows of the groups of test rows teach nothing."""
    groups = np.arange(240) % 8
    own = problem(groups=groups, params={"groups": groups})
    rows = np.flatnonzero(np.arange(40) % 8 < 4)
    chain = first(own, rows)
    np.testing.assert_array_equal(chain.known, groups[40:] < 4)
    before = chain.model
    chain.learn(chain.ask_unlabelled().fused, 1.0 * ~chain.known)
    assert chain.model is before  # nothing is left to learn


def test_weights_of_unlabelled_rows_count():
    """They multiply those of the pseudo-labels."""
    weight = np.where(np.arange(240) < 140, 1.0, 1e-9)
    own = problem(weight=weight)
    chain = first(own).learn(np.tile([1.0, 0.0], (200, 1)), np.ones(200))
    half = np.where(np.arange(200) < 100, 1.0, 0.0)
    other = first(problem()).learn(np.tile([1.0, 0.0], (200, 1)), half)
    np.testing.assert_allclose(
        chain.ask_unlabelled().fused, other.ask_unlabelled().fused, atol=1e-4
    )
