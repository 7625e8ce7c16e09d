"""What training draws."""

import numpy as np
import pytest
from code_cases import make_batch, make_rows
from numpy.testing import assert_allclose, assert_array_equal

from mmensemble.representation._code_batches import BatchMaker, draw_coalitions


@pytest.mark.parametrize(("n_blocks", "n_coalitions"), [(1, 1), (2, 3), (3, 5), (6, 8)])
def test_coalitions(n_blocks, n_coalitions):
    """All together, each alone, and a random one between, never twice the same kind."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        found = draw_coalitions(n_blocks, rng)
        assert found.shape == (n_coalitions, n_blocks)
        assert found[0].all()
        if n_blocks > 1:
            assert_array_equal(found[1 : 1 + n_blocks], np.eye(n_blocks))
        for some in found[1 + n_blocks :]:
            assert 2 <= some.sum() < n_blocks


def test_shares():
    """A row's weight is spread over the coalitions that see any of it."""
    rows = make_rows()
    batch = make_batch(rows)
    assert_allclose(batch.share.sum(axis=0)[2:], rows.weight[2:] / 12)
    assert_allclose(batch.share[:, 1], 0)  # has nothing
    assert (batch.share[~batch.seen.any(axis=2)] == 0).all()
    assert_allclose(batch.seen[0], rows.presence)


def test_epoch_has_each_row_once():
    """Batches part the rows, in another order each epoch, and ramp up."""
    rows = make_rows(n_samples=50, missing=0.0)
    maker = BatchMaker(rows, 16, 0, 0.0, np.random.default_rng(0))
    first, last = maker.epoch(0.0), maker.epoch(1.0)
    assert [len(batch.weight) for batch in first] == [17, 17, 16]
    orders = [np.concatenate([b.goals[0] for b in epoch]) for epoch in (first, last)]
    assert not np.array_equal(*orders)
    for order in orders:
        assert_array_equal(np.sort(order[:, 0]), np.sort(rows.blocks[0][:, 0]))
    assert first[0].ramp == 0
    assert_allclose(last[0].ramp, 1, atol=1e-4)
    assert first[0].noise.shape == (5, 17, 0)


def test_swaps_are_among_rows_that_have_the_block():
    """A made-up row takes the block from another row that has it."""
    rows = make_rows(n_samples=40)
    for seed in range(5):
        batch = make_batch(rows, seed=seed)
        block, source = batch.swap
        has = rows.presence[:, block] == 1
        assert (rows.presence[source[has], block] == 1).all()
        assert (source[has] != np.flatnonzero(has)).all()
        assert_array_equal(np.sort(source), np.arange(40))


def test_noise_is_on_inputs_alone():
    """Inputs lose cells, goals do not; absent rows stay zero."""
    rows = make_rows(missing=0.2)
    batch = make_batch(rows, noise=0.5)
    assert (batch.inputs[1] == 0).mean() > (batch.goals[1] == 0).mean()
    assert_array_equal(batch.goals[1], rows.blocks[1])
    assert (batch.inputs[1][rows.presence[:, 1] == 0] == 0).all()
