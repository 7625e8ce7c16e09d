"""From shares to labels and weights."""

import numpy as np
import pytest

from mmensemble.semi_supervised._pseudo_labels import (
    answer,
    match_prior,
    pseudo_labels,
    sharpen,
)

RNG = np.random.default_rng(0)
SHARES = RNG.dirichlet(np.ones(3), size=200)


def test_sharpening_raises_to_a_power():
    """One leaves shares as they are; near zero makes them labels."""
    np.testing.assert_allclose(sharpen(SHARES, 1.0), SHARES)
    squares = SHARES**2 / (SHARES**2).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(sharpen(SHARES, 0.5), squares)
    hard = sharpen(SHARES, 1e-4)
    assert (hard.max(axis=1) > 0.99).mean() > 0.95
    assert np.isfinite(sharpen(np.array([[1.0, 0.0]]), 0.1)).all()


def test_the_answer_to_the_best_discriminator_is_the_truth():
    """With D = p / (p + q) one step gives p, whatever q; with D = 1/2 it gives q."""
    truth = RNG.dirichlet(np.full(3, 5.0), size=200)
    drawn = (truth + 1) / 4
    best = truth / (truth + drawn)
    np.testing.assert_allclose(answer(drawn, best, bound=1e3), truth)
    np.testing.assert_allclose(answer(SHARES, np.full((200, 3), 0.5)), SHARES)


def test_the_ratio_is_clipped():
    """One certain discriminator does not decide alone."""
    raised = answer(np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]]), bound=2.0)
    np.testing.assert_allclose(raised, [[0.8, 0.2]])


def test_class_frequencies_are_matched():
    """Means over the rows are the prior; rows sum to one."""
    prior = np.array([0.2, 0.3, 0.5])
    found = match_prior(SHARES, prior)
    np.testing.assert_allclose(found.mean(axis=0), prior, atol=1e-3)
    np.testing.assert_allclose(found.sum(axis=1), 1)


@pytest.mark.parametrize("kind", ["pool", "adversarial"])
def test_a_growing_share_of_the_most_certain_rows(kind):
    """Weighted by the square of their greatest share."""
    labels, weight = pseudo_labels(kind, SHARES, power=0.5, progress=0.5, share=0.8)
    assert (weight > 0).sum() == 80
    certain = SHARES.max(axis=1)
    kept = weight > 0
    assert certain[kept].min() >= certain[~kept].max()
    np.testing.assert_allclose(weight[kept], certain[kept] ** 2)
    np.testing.assert_allclose(labels, sharpen(SHARES, 0.5))


def test_hard_labels_from_a_threshold_on():
    """Of the likeliest class, with weight one."""
    labels, weight = pseudo_labels("hard", SHARES, power=0.5, progress=0.2, share=1.0)
    np.testing.assert_array_equal(weight, SHARES.max(axis=1) >= 0.9)
    np.testing.assert_array_equal(labels.argmax(axis=1), SHARES.argmax(axis=1))
    assert set(labels.ravel()) == {0, 1}


def test_entropy_sharpens_more_and_more():
    """All rows from the start."""
    given = {"power": 0.5, "share": 1.0}
    first, weight = pseudo_labels("entropy", SHARES, progress=0.5, **given)
    last, _ = pseudo_labels("entropy", SHARES, progress=1.0, **given)
    np.testing.assert_allclose(first, sharpen(SHARES, 0.75))
    np.testing.assert_allclose(last, sharpen(SHARES, 0.5))
    assert weight.all()
