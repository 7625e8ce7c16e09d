"""Errors of rebuilding, against sums by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from mmensemble.representation import LinearSpace
from mmensemble.representation._network_space import NetworkOptions, NetworkSpace
from mmensemble.representation._reconstruction import (
    coalition_errors,
    error_table,
    squared_errors,
)


def setting(method="pca"):
    """Return a fitted space, reduced rows and presence with holes."""
    rng = np.random.default_rng(0)
    common = rng.normal(size=(50, 2))
    blocks = [
        common @ rng.normal(size=(2, w)) + rng.normal(size=(50, w)) for w in (3, 4)
    ]
    presence = rng.random((50, 2)) < 0.7
    presence[0], presence[1] = False, [True, False]
    parts = [b[presence[:, m]] for m, b in enumerate(blocks)]
    space = (
        LinearSpace(method, 2)
        if method != "vae"
        else NetworkSpace(method, 2, options=NetworkOptions(max_iter=2))
    )
    space.fit(parts, presence)
    return space, space.reduce(parts, presence), presence


@pytest.mark.parametrize("method", ["pca", "factor", "gcca", "vae"])
def test_errors_by_hand(method):
    """The squared distance of what is present, over the block's variance."""
    space, matrix, presence = setting(method)
    errors = squared_errors(space, matrix, presence)
    rebuilt = space.decode(space.place(matrix, presence))
    own = space.slices_[1]
    for row in np.flatnonzero(presence[:, 1])[:5]:
        wrong = ((matrix[row, own] - rebuilt[row, own]) ** 2).sum()
        total = space.reducers_[1].variances_.sum()
        assert_allclose(errors[row, 1], wrong / total)
    assert np.isnan(errors[~presence]).all()


def test_complete_space_leaves_nothing():
    """With as many components as columns, complete rows are rebuilt exactly."""
    rng = np.random.default_rng(0)
    blocks, presence = [rng.normal(size=(40, 3))] * 2, np.ones((40, 2), dtype=bool)
    space = LinearSpace("pca", 6).fit(blocks, presence)
    errors = squared_errors(space, space.reduce(blocks, presence), presence)
    assert_allclose(errors, 0, atol=1e-12)


def test_what_is_dropped_counts():
    """Variance beyond the reducer's components is not told."""
    rng = np.random.default_rng(0)
    blocks, presence = [rng.normal(size=(200, 80))], np.ones((200, 1), dtype=bool)
    options = NetworkOptions(max_iter=1)
    space = NetworkSpace("autoencoder", 64, options=options).fit(blocks, presence)
    reducer = space.reducers_[0]
    share = reducer.dropped_ / (reducer.dropped_ + reducer.variances_.sum())
    errors = squared_errors(space, space.reduce(blocks, presence), presence)
    assert share > 0.05
    assert (errors > share - 1e-9).all()


def test_table_and_means():
    """The table holds weighted means by source; coalitions are averaged by row."""
    space, matrix, presence = setting()
    weight = np.random.default_rng(1).random(50)
    table = error_table(space, matrix, presence, weight)
    both = presence.all(axis=1)
    crossed = squared_errors(space, matrix, presence, np.array([True, False]))
    assert_allclose(table[1, 1], np.average(crossed[both, 1], weights=weight[both]))
    everything = [
        squared_errors(space, matrix, presence, np.array(c, dtype=bool))
        for c in ([1, 1], [1, 0], [0, 1])
    ]
    got = coalition_errors(space, matrix, presence)
    row = np.flatnonzero(both)[0]
    assert_allclose(got[row], np.mean([e[row] for e in everything]))
    assert_allclose(got[1], everything[0][1, 0])  # its two sources are the same
    assert np.isnan(got[0])


def test_table_of_blocks_that_never_meet():
    """Where no row has both blocks there is no number."""
    rng = np.random.default_rng(0)
    presence = np.zeros((40, 2), dtype=bool)
    presence[:20, 0] = presence[20:, 1] = True
    blocks = [rng.normal(size=(20, 3)) for _ in range(2)]
    space = LinearSpace("pca", 2).fit(blocks, presence)
    matrix = space.reduce(blocks, presence)
    table = error_table(space, matrix, presence, np.ones(40))
    assert np.isnan(table[0, 2])
    assert np.isnan(table[1, 1])
    assert np.isfinite(table[:, 0]).all()
