"""Moments merge exactly, in any order."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mmensemble.analysis.matrix._moments import ratio
from mmensemble.analysis.matrix._pearson import Matrix, pearson_tiles


def of(X):
    (*_, moments) = next(iter(pearson_tiles(Matrix.of(X))))
    # Rows of different blocks are centred at different means.
    centre = Matrix.of(X).summary.centre
    return moments.moved(centre, np.ones(X.shape[1]))


def close(a, b):
    for name in ("count", "weight", "mean_x", "m2_x", "mean_y", "m2_y", "cross"):
        one = np.broadcast_to(getattr(a, name), a.cross.shape)
        two = np.broadcast_to(getattr(b, name), a.cross.shape)
        np.testing.assert_allclose(one, two, atol=1e-9, err_msg=name)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.3]))
def test_merge_is_associative_and_equals_the_whole(seed, missing):
    rng = np.random.default_rng(seed)
    parts = [rng.normal(size=(rng.integers(1, 9), 3)) for _ in range(3)]
    for part in parts:
        part[rng.random(part.shape) < missing] = np.nan
    a, b, c = map(of, parts)
    close(a.merge(b).merge(c), a.merge(b.merge(c)))
    close(a.merge(b), b.merge(a))
    close(a.merge(b).merge(c), of(np.vstack(parts)))


def test_effective_number_of_rows_is_kishs():
    weight = np.array([1.0, 1.0, 4.0])
    X = np.random.default_rng(0).normal(size=(3, 2))
    (*_, moments) = next(iter(pearson_tiles(Matrix.of(X, weight))))
    np.testing.assert_allclose(moments.effective(), 36 / 18)
    assert (moments.counts() == 3).all()


def test_copy_is_independent():
    moments = of(np.eye(3))
    moments.copy().cross[:] = 7
    assert not (moments.cross == 7).any()


def test_ratio_is_zero_without_denominator():
    np.testing.assert_array_equal(ratio(np.ones(2), np.array([2.0, 0.0])), [0.5, 0])
