"""MiniRocket against a published implementation and plain convolutions."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from mmensemble.features.cells._minirocket import _KERNELS, MiniRocket

#: Every 48th feature by aeon 1.6.0, MiniRocket(n_kernels=336) fitted on the first.
PUBLISHED = [
    [0.375, 0.7, 0.05, 0.4, 0.75, 0.0416667, 0.4],
    [0.425, 0.8, 0.05, 0.4, 0.6666667, 0.1666667, 0.225],
    [0.075, 0.575, 0.0, 0.525, 0.7916667, 0.1666667, 0.325],
]
PUBLISHED_BIASES = [
    2.478268,
    -1.779506,
    5.28321,
    1.182276,
    -1.554804,
    3.211062,
    1.303179,
]
PUBLISHED_SUMS = [168.53542, 166.12291, 167.43124]


def three_series():
    t = np.arange(40)
    return np.array(
        [
            np.sin(0.5 * t) + 0.1 * ((t * 7) % 11),
            np.cos(0.3 * t) * (1 + 0.02 * t),
            ((t * 5) % 13) / 6.0 - 1.0,
        ]
    )


def test_equals_a_published_implementation():
    """Fitted on one series there is nothing random: features and biases agree."""
    series = three_series()
    rocket = MiniRocket(336, 32, seed=0).fit(series[:1])
    features = rocket.transform(series)
    assert_array_equal(rocket.dilations_, [1, 2, 4])
    assert_array_equal(rocket.per_dilation_, [2, 1, 1])
    assert_allclose(rocket.biases_[::48], PUBLISHED_BIASES, atol=1e-5)
    assert_allclose(features[:, ::48], PUBLISHED, atol=1e-6)
    assert_allclose(features.sum(axis=1), PUBLISHED_SUMS, atol=1e-4)


def test_equals_plain_convolutions():
    """Each feature is the share of a padded or valid convolution above its bias."""
    series = np.random.default_rng(0).normal(size=(3, 40))
    rocket = MiniRocket(168, 32, seed=1).fit(series)
    features = rocket.transform(series)
    place = 0
    for index, dilation in enumerate(rocket.dilations_):
        for number, kernel in enumerate(_KERNELS):
            weights = np.full(9, -1.0)
            weights[kernel] = 2
            wide = np.zeros(8 * dilation + 1)
            wide[::dilation] = weights
            mode = "valid" if (index + number) % 2 else "same"
            rows = [np.convolve(row, wide[::-1], mode) for row in series]
            bias = rocket.biases_[place]
            expected = [(row > bias).mean() for row in np.asarray(rows, np.float32)]
            assert_allclose(features[:, place], expected, atol=0.03)
            place += rocket.per_dilation_[index]


def test_seed_draws_the_series_of_biases():
    """One seed gives one set of biases, another one others."""
    series = three_series()
    biases = [MiniRocket(84, 32, seed).fit(series).biases_ for seed in (0, 0, 1)]
    assert_array_equal(biases[0], biases[1])
    assert (biases[0] != biases[2]).any()


def test_shortest_series():
    """Nine steps are enough for a kernel without dilation."""
    rocket = MiniRocket(500, 32, seed=0).fit(np.eye(3, 9))
    assert_array_equal(rocket.dilations_, [1])
    assert rocket.transform(np.eye(3, 9)).shape == (3, 84 * 5)
