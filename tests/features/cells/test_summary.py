"""Numbers of a series against scipy's and closed forms."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from mmensemble.features.cells._summary import NAMES, summary


def named(series):
    return dict(zip(NAMES, summary(np.asarray(series, dtype=float)), strict=True))


def test_moments_and_quantiles():
    """They are scipy's and numpy's."""
    series = np.random.default_rng(0).gamma(2, size=101)
    numbers = named(series)
    assert_allclose(numbers["mean"], series.mean())
    assert_allclose(numbers["std"], series.std())
    assert_allclose(numbers["skew"], stats.skew(series))
    assert_allclose(numbers["kurtosis"], stats.kurtosis(series))
    assert_allclose(numbers["q25"], np.quantile(series, 0.25))
    assert_allclose(numbers["length"], np.log(101))
    assert_allclose(numbers["step_mean"], np.abs(np.diff(series)).mean())


def test_slope():
    """A line rises by its slope over the whole length."""
    assert_allclose(named(3 * np.linspace(0, 1, 50) + 7)["slope"], 3)
    series = np.random.default_rng(1).normal(size=30)
    fitted = stats.linregress(np.linspace(0, 1, 30), series).slope
    assert_allclose(named(series)["slope"], fitted)


def test_spectrum_of_a_sine():
    """All power of a sine is in its band, at its frequency."""
    numbers = named(np.sin(2 * np.pi * 0.1 * np.arange(200)))
    assert_allclose(numbers["frequency_peak"], 0.1)
    assert_allclose(numbers["frequency_mean"], 0.1)
    assert_allclose(numbers["band5"], 1)  # from 1/16 to 1/8
    assert_allclose(numbers["frequency_entropy"], 0, atol=1e-9)
    bands = [numbers[f"band{i}"] for i in range(8)]
    assert_allclose(sum(bands), 1)


def test_autocorrelation():
    """It is the mean product of standardised steps, lag by lag."""
    series = np.random.default_rng(2).normal(size=60).cumsum()
    z = (series - series.mean()) / series.std()
    expected = np.correlate(z, z, "full")[59:] / 60
    assert_allclose(named(series)["autocorrelation3"], expected[3])


@pytest.mark.parametrize("series", [[5.0], [5.0] * 20, [0.0] * 3, [1.0, 2.0]])
def test_short_and_flat_series(series):
    """Whatever a series is too short for is zero."""
    assert np.isfinite(summary(np.array(series))).all()


def test_large_numbers():
    """Powers do not overflow, and shapes do not depend on the unit."""
    series = np.random.default_rng(3).normal(size=40)
    small, large = named(series), named(series * 1e150)
    assert_allclose(large["kurtosis"], small["kurtosis"])
    assert_allclose(large["std"], small["std"] * 1e150)
