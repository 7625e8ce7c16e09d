"""The fresh learner of a code's origin."""

import numpy as np
import pytest

from mmensemble.representation import LinearSpace
from mmensemble.representation._origin import origin_score


class Given:
    """A space that places rows at given codes."""

    def __init__(self, codes):
        self.codes = codes
        self.slices_ = tuple(slice(m, m + 1) for m in range(codes.shape[1]))
        self.n_components_ = codes.shape[2]

    def place(self, matrix, presence):
        """Return the codes of the block that is present."""
        return self.codes[matrix[:, 0].astype(int), presence.argmax(axis=1)]


def score_of(codes, presence=None):
    """Score codes of shape (n_samples, n_blocks, n_components)."""
    n_samples, n_blocks, _ = codes.shape
    matrix = np.tile(np.arange(n_samples)[:, None], (1, n_blocks))
    if presence is None:
        presence = np.ones((n_samples, n_blocks), dtype=bool)
    return origin_score(Given(codes), matrix, presence, 0)


@pytest.mark.parametrize("n_blocks", [2, 3])
def test_chance_and_certainty(n_blocks):
    """Alike codes leave a guess; codes that lie apart are told."""
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(600, n_blocks, 2))
    assert abs(score_of(codes) - 1 / n_blocks) < 0.07
    apart = codes + 20 * np.arange(n_blocks)[None, :, None]
    assert score_of(apart) == 1


def test_bends_are_seen():
    """A ring around a point has the same mean, and is told all the same."""
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(600, 2, 2))
    codes[:, 1] *= 5 / np.linalg.norm(codes[:, 1], axis=1, keepdims=True)
    assert score_of(codes) > 0.9


def test_common_blocks_count_no_more():
    """The mean over blocks does not ask how often each is there."""
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(800, 2, 2))
    presence = np.ones((800, 2), dtype=bool)
    presence[:, 1] = rng.random(800) < 0.3
    assert abs(score_of(codes, presence) - 0.5) < 0.1


def test_one_block_has_no_origin_to_tell():
    """NaN where there are fewer than two blocks in both halves."""
    blocks, present = [np.random.default_rng(0).normal(size=(30, 3))], np.ones((30, 1))
    space = LinearSpace("pca", 2).fit(blocks, present.astype(bool))
    matrix = space.reduce(blocks, present.astype(bool))
    assert np.isnan(origin_score(space, matrix, present.astype(bool), 0))
    assert np.isnan(score_of(np.zeros((1, 2, 2))))
