"""Cepstral coefficients against librosa's values."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from mmensemble.features.cells._mfcc import deltas, mel_filters, mfcc

OPTIONS = {"n_coefficients": 13, "window": 256, "hop": 128, "n_bands": 40}
#: By librosa 0.11.0: feature.mfcc(n_fft=256, hop_length=128, n_mels=40)[:, 5].
FRAME = [
    -297.55054,
    19.92799,
    -5.94255,
    19.56737,
    -2.19205,
    -107.17022,
    -72.05754,
    35.5852,
    -47.22392,
    17.36546,
    23.78818,
    51.72076,
    -14.92152,
]
#: The same, coefficient 2 of all frames.
COEFFICIENT = [
    *(-1.5863, -18.1966, -18.7353, -9.6239, -5.0778, -5.9425, -0.9552, 6.6297),
    *(6.9247, 8.6335, 14.9843, 20.1124, 20.4071, 24.1441, 30.2209, -4.4326),
]
#: The same, feature.delta of coefficient 1.
DELTA = [
    *[-3.186667] * 5,
    *(-2.257976, -2.161545, -1.890946, -1.813562, -1.732918, -1.562948),
    *[1.001629] * 5,
]


def chirp():
    s = np.arange(2000) / 8000
    return (
        0.5 * np.sin(2 * np.pi * 440 * s)
        + 0.3 * np.sin(2 * np.pi * 1250 * s * (1 + s))
        + 0.05 * np.cos(2 * np.pi * 3000 * s)
    )


def test_equals_librosa():
    """Coefficients and deltas are those of the published implementation."""
    coefficients = mfcc(chirp(), 8000, **OPTIONS)
    assert coefficients.shape == (13, 16)
    assert_allclose(coefficients[:, 5], FRAME, atol=2e-4)
    assert_allclose(coefficients[2], COEFFICIENT, atol=2e-4)
    assert_allclose(deltas(coefficients)[1], DELTA, atol=2e-5)


def test_filters_are_triangles_of_one_area():
    """Each filter integrates to about one, and neighbours meet at their peaks."""
    filters = mel_filters(16_000, 4096, 20)
    step = 16_000 / 4096
    assert_allclose(filters.sum(axis=1) * step, 1, rtol=0.01)
    peaks = np.argmax(filters, axis=1)
    assert (np.diff(peaks) > 0).all()


def test_deltas_are_slopes():
    """Inside they are slopes of lines through nine frames."""
    rows = np.random.default_rng(0).normal(size=(2, 20))
    expected = stats.linregress(np.arange(9), rows[1, 3:12]).slope
    assert_allclose(deltas(rows)[1, 7], expected)


@pytest.mark.parametrize(("n_frames", "is_zero"), [(1, True), (2, True), (4, False)])
def test_deltas_of_short_clips(n_frames, is_zero):
    """Fewer frames take a shorter line; two have none."""
    rows = np.arange(2 * n_frames, dtype=float).reshape(2, -1)
    slopes = deltas(rows)
    if is_zero:
        assert_array_equal(slopes, 0)
    else:
        assert_allclose(slopes, 1)


def test_silence():
    """A clip of zeros has one loudness, and no shape."""
    coefficients = mfcc(np.zeros(1000), 8000, **OPTIONS)
    assert_allclose(coefficients[0], -100 * np.sqrt(40))
    assert_allclose(coefficients[1:], 0, atol=1e-9)
