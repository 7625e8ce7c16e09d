"""The walk along penalties on tables of losses made by hand."""

import numpy as np

from mmensemble.numerics._penalty_search import (
    HeldOut,
    choose_by_folds,
    search_by_folds,
)


def choose(levels, noise=0.0, n_rows=40, splits=None, **options):
    """Choose among candidates 0, 1, … whose rows have these losses and noise."""
    rng = np.random.default_rng(0)
    table = np.array(levels)[:, None] + noise * rng.normal(size=(len(levels), n_rows))
    walked = []

    def fit(rows, candidate, start):
        assert start == (candidate - 1 if candidate else None)
        walked.append(candidate)
        return candidate

    if splits is None:
        halves = np.arange(n_rows // 2), np.arange(n_rows // 2, n_rows)
        splits = [halves, halves[::-1]]
    chosen = choose_by_folds(
        list(range(len(levels))),
        splits,
        fit,
        lambda theta, rows: table[theta, rows],
        options.pop("weight", np.ones(n_rows)),
        **options,
    )
    return chosen, walked


def test_least_loss_is_chosen_and_the_walk_stops():
    """The walk ends once the loss has risen twice, each fit warm."""
    chosen, walked = choose([3.0, 2.0, 1.0, 1.5, 1.6, 0.0])
    assert chosen == 2
    assert walked == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_patience():
    """An impatient walk ends at the first rise."""
    chosen, walked = choose([3.0, 2.0, 2.5, 1.0], patience=1)
    assert chosen == 1
    assert walked == [0, 0, 1, 1, 2, 2]


def test_one_standard_error():
    """A gain within its own error is none; a steady one counts."""
    noisy = choose([1.01, 1.0], noise=1.0, one_error=True)[0]
    steady = choose([1.01, 1.0], noise=0.001, one_error=True)[0]
    assert (noisy, steady) == (0, 1)


def test_groups_widen_the_standard_error():
    """Rows that repeat one another are no evidence."""
    steps = np.random.default_rng(1).normal(size=10)
    gain = np.repeat(0.06 + 0.3 * (steps - steps.mean()) / steps.std(), 40)
    table = np.stack([gain, np.zeros(400)])

    def run(groups):
        rows = np.arange(400)
        return choose_by_folds(
            [0, 1],
            [(rows[200:], rows[:200]), (rows[:200], rows[200:])],
            lambda rows, candidate, start: candidate,
            lambda theta, rows: table[theta, rows],
            np.ones(400),
            groups=groups,
            one_error=True,
        )

    # the error of the mean gain 0.06 is 0.015 by rows, 0.1 by groups
    assert run(None) == 1
    assert run(np.repeat(np.arange(10), 40)) == 0


def test_weights_of_held_out_rows_count():
    """Only rows with a weight say which candidate is best."""
    table = np.stack([np.arange(40) < 20, np.arange(40) >= 20]).astype(float)
    weight = np.where(np.arange(40) < 20, 1.0, 0.1)
    rows = np.arange(40)
    chosen = choose_by_folds(
        [0, 1],
        [(rows[20:], rows[:20]), (rows[:20], rows[20:])],
        lambda rows, candidate, start: candidate,
        lambda theta, rows: table[theta, rows],
        weight,
    )
    assert chosen == 1


def test_without_folds_the_strongest_penalty_is_kept():
    """Nothing can be learnt about candidates where no fold can be made."""
    assert choose([3.0, 1.0], splits=[]) == (0, [])


def test_what_was_held_out_comes_along():
    """The losses of the chosen candidate, row by row, with what each counts."""
    table = np.arange(12.0).reshape(3, 4)[::-1]
    halves = np.arange(2), np.arange(2, 4)
    found = search_by_folds(
        [10, 20, 30],
        [halves, halves[::-1]],
        lambda rows, candidate, start: candidate // 10 - 1,
        lambda theta, rows: table[theta, rows],
        np.array([1.0, 1.0, 1.0, 3.0]),
        groups=np.array([7, 7, 8, 8]),
    )
    assert found.chosen == 30
    np.testing.assert_array_equal(found.losses, [2, 3, 0, 1])
    np.testing.assert_allclose(found.share, np.array([1, 3, 1, 1]) / 6)
    np.testing.assert_array_equal(found.clusters, [8, 8, 7, 7])
    assert found.loss == (2 + 9 + 0 + 1) / 6


def test_a_clear_gain_beats():
    """By more than the error of the paired difference; nothing held out never does."""
    share, common = np.full(50, 0.02), np.random.default_rng(0).normal(size=50)
    one = HeldOut("one", common, share)
    steady = HeldOut("steady", common - 0.01, share)
    noisy = HeldOut("noisy", common - 0.01 + np.tile([1.0, -1.0], 25), share)
    assert steady.beats(one)
    assert not noisy.beats(one)
    assert not one.beats(one)
    assert not HeldOut("none").beats(HeldOut("other"))
    assert HeldOut("none").loss == np.inf
