"""Sound from wav files, bytes and arrays."""

import io

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.io import wavfile

from mmensemble.features.cells import _sound
from mmensemble.features.cells._sound import SoundReader, resampled
from mmensemble.features.cells._values import CellError


def tone(rate=8000, seconds=0.5, pitch=440):
    return 0.5 * np.sin(2 * np.pi * pitch * np.arange(int(rate * seconds)) / rate)


def wav(samples, rate=8000):
    file = io.BytesIO()
    wavfile.write(file, rate, samples)
    return file.getvalue()


@pytest.mark.parametrize(
    ("dtype", "offset", "scale", "error"),
    [
        (np.uint8, 128, 127, 0.02),
        (np.int16, 0, 2**15 - 1, 1e-4),
        (np.int32, 0, 2**31 - 1, 1e-8),
        (np.float32, 0, 1, 1e-6),
    ],
)
def test_all_types_of_samples(dtype, offset, scale, error):
    """Whatever the type, samples are from -1 to 1."""
    samples = (tone() * scale + offset).astype(dtype)
    rate, clip = SoundReader(None)(wav(samples))
    assert rate == 8000
    assert_allclose(clip, tone(), atol=error)


def test_paths_bytes_arrays_and_pairs_agree(tmp_path):
    """The same sound is the same clip from everywhere."""
    samples = (tone() * 2**15).astype(np.int16)
    (tmp_path / "a.wav").write_bytes(wav(samples))
    reader = SoundReader(8000, tmp_path)
    expected = samples / 2**15
    cells = ["a.wav", wav(samples), samples, (8000, samples), tone().astype(float)]
    cells += [[8000, samples], samples.tolist(), samples.astype(np.int64)]
    for cell in cells:
        assert_allclose(reader(cell)[1], expected, atol=1e-4)


def test_channels_are_averaged():
    """Stereo becomes one channel."""
    both = np.column_stack([tone(), np.zeros(4000)]).astype(np.float32)
    assert_allclose(SoundReader(None)(wav(both))[1], tone() / 2, atol=1e-6)


def test_resampling_keeps_the_tone():
    """At another rate the tone has the same pitch."""
    clip = resampled(tone(44_100), 44_100, 16_000)
    inner = slice(500, 7500)
    assert_allclose(clip[inner], tone(16_000)[inner], atol=1e-2)
    rate, read = SoundReader(16_000)(wav(tone(44_100).astype(np.float32), 44_100))
    assert rate == 16_000
    assert_allclose(read, clip, atol=1e-6)


@pytest.mark.parametrize(
    ("rate", "cell", "match"),
    [
        (8000, b"RIFFnothing", "it is no wav file that can be read"),
        (8000, wav(np.zeros(9, np.int16))[:30], "it is no wav file that can be read"),
        (
            None,
            np.zeros(9),
            r"shape \(9,\) comes without samples a second\. Set 'rate'",
        ),
        (None, 7, "7 is no sound"),
        (None, np.zeros(0), "the sound has no samples"),
        (8000, wav(np.zeros(0, np.int16)), "the sound has no samples"),
        (8000, [0, 2**15], "has values from 0 to 32768, and may be as loud"),
        (8000, b"ID3", r"'RF64' supported\.$"),
        (8000, np.array(["a"]), "is no sound"),
        (8000, np.zeros((2, 2, 2)), "is no sound"),
        (8000, [[1, 2], [3]], "is no sound"),
        (8000, 7, "7 is no sound"),
        (8000, np.array([0.0, np.nan]), "contains NaN or infinity"),
        (None, (0, np.zeros(9)), "0 samples a second are not from 1 to 1,000,000"),
        (8000, (10**7, np.zeros(9)), "10000000 samples a second are not from 1"),
        (8000, wav(np.zeros(9, np.int16), 2_000_000), "2000000 samples a second are"),
    ],
)
def test_what_is_no_sound(rate, cell, match):
    """The error says what came and what is wanted."""
    with pytest.raises(CellError, match=match):
        SoundReader(rate)(cell)


def test_resampling_cannot_explode(monkeypatch):
    """A slow rate in a small file does not fill the memory."""
    monkeypatch.setattr(_sound, "MOST_SAMPLES", 1000)
    with pytest.raises(CellError, match="100 samples at 1 a second would be more than"):
        SoundReader(16_000)((1, np.zeros(100)))
