"""Weighted means that share strength, against their limits."""

import numpy as np
import pytest
from fusion_cases import random_probabilities, view
from numpy.testing import assert_allclose

from mmensemble.fusion._partial_pooling import VOTE_ROWS, Sample
from mmensemble.fusion._shared_mixture import SharedMixture, filled, mixed
from mmensemble.fusion._weights import simplex_log_loss


def classes(n_samples=300, holes=0.0, seed=0, strengths=(0.6, 0.4, 0.1)):
    """Draw a view whose members know the labels by different strengths."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n_samples)
    drawn = random_probabilities(rng, n_samples, 3, 2)
    known = np.asarray(strengths)[:, None]
    predictions = (1 - known) * drawn + known * np.eye(2)[y][:, None]
    absent = rng.random((n_samples, 3)) < holes
    absent[np.arange(n_samples), rng.integers(0, 3, n_samples)] = False
    predictions[absent] = np.nan
    return view(predictions, y, classes=np.arange(2))


def solver(data):
    """Return the function that optimises the mean's log loss."""

    def solve(predictions, rows, inside):
        if len(rows) < 2:
            return None
        return simplex_log_loss(predictions, np.eye(2)[data.y[rows]])

    return solve


def test_one_pattern_is_the_plain_optimum():
    """Where nothing lacks each pattern has what its rows say."""
    data = classes()
    shared = SharedMixture(Sample.of(data), solver(data))
    for inside in [(0, 1, 2), (0, 2)]:
        own = simplex_log_loss(data.predictions[:, inside], np.eye(2)[data.y])
        assert_allclose(shared.model(inside), own, atol=1e-6)


def test_many_rows_are_on_their_own():
    """With many rows a pattern's weights are those of its rows."""
    data = classes(50_000, holes=0.3)
    shared = SharedMixture(Sample.of(data), solver(data), 10.0)
    rows = ~np.isnan(data.predictions[:, :2, 0]).any(axis=1)
    own = simplex_log_loss(data.predictions[rows][:, :2], np.eye(2)[data.y[rows]])
    assert_allclose(shared.model((0, 1)), own, atol=1e-3)


def test_no_rows_have_what_all_say():
    """Its members' pooled weights, and an even share of the rest."""
    data = classes(holes=0.4)
    has = ~np.isnan(data.predictions[:, :, 0])
    data = data.take(np.flatnonzero(~has[:, :2].all(axis=1)))
    shared = SharedMixture(Sample.of(data), solver(data))
    expected = shared.pooled[:2] + shared.pooled[2] / 2
    assert_allclose(shared.model((0, 1)), expected)
    assert_allclose(shared.model((2,)), [1.0])


def test_pooled_weights():
    """The optimum where an absent member votes like the mean of the others."""
    data = classes(holes=0.4)
    shared = SharedMixture(Sample.of(data), solver(data))
    whole = np.array(data.predictions)
    for row, has in enumerate(~np.isnan(whole[:, :, 0])):
        whole[row, ~has] = whole[row, has].mean(axis=0)
    best = simplex_log_loss(whole, np.eye(2)[data.y])
    expected = (300 * best + VOTE_ROWS / 3) / (300 + VOTE_ROWS)
    assert_allclose(shared.pooled, expected, atol=1e-8)
    fused = np.einsum("imk,m->ik", whole, shared.pooled)
    inside = np.flatnonzero(~np.isnan(data.predictions[0, :, 0]))
    part = shared.model(inside, own=False)
    assert_allclose(part @ data.predictions[0, inside], fused[0])


def test_rows_that_teach_nothing():
    """Where nothing can be solved, all weigh the same."""
    data = classes(2, holes=0.4)
    shared = SharedMixture(Sample.of(data.take([0])), lambda *_: None)
    assert_allclose(shared.model((0, 1)), [0.5, 0.5])
    data = classes(holes=0.4)
    shared = SharedMixture(Sample.of(data), lambda *_: None, 100.0)
    assert_allclose(shared.model((0, 1)), [0.5, 0.5])


def test_strength_is_chosen():
    """Members that are alike are held together."""
    data = classes(holes=0.4, seed=1, strengths=(0.2, 0.2, 0.2))
    assert SharedMixture(Sample.of(data), solver(data)).strength == 1000.0


def test_filled():
    """Complete predictions stay what they are."""
    predictions = classes(5).predictions
    assert filled(predictions) is predictions


def test_mixed():
    """A mean that counts rows."""
    assert mixed(1.0, 4.0, 2, 1) == pytest.approx(2.0)
