"""Sound read from files, bytes and arrays, and brought to one rate."""

import io
import warnings
from math import gcd

import numpy as np
import scipy  # its parts are loaded when they are first used

from mmensemble.features.cells._files import file_bytes
from mmensemble.features.cells._values import CellError, shown

#: Samples of a clip at most, and samples a second.
MOST_SAMPLES = 100_000_000
_MOST_RATE = 1_000_000


class SoundReader:
    """Read cells as clips: sound of one channel, from -1 to 1.

    Parameters
    ----------
    rate : int or None
        Samples a second, to which clips are brought. Until it is known clips keep
        their own, which they come with.
    root : str, path or None
        Folder of the files.
    """

    def __init__(self, rate, root=None):
        self.rate = rate
        self.root = root

    def __call__(self, cell):
        """Return (rate, clip); a clip is an array of shape (n_samples,)."""
        rate, samples = self._samples(cell)
        clip = _mono(samples, cell)
        wanted = rate if self.rate is None else self.rate
        return wanted, clip if rate == wanted else resampled(clip, rate, wanted)

    def _samples(self, cell):
        content = file_bytes(cell, self.root)
        if content is not None:
            return _decoded(content)
        if _is_pair(cell):
            rate, samples = int(cell[0]), cell[1]
        elif self.rate is None:
            _mono(cell, cell)  # raises for what is no sound
            raise CellError(
                f"{shown(cell)} comes without samples a second. Set 'rate', or give "
                "(rate, samples)."
            )
        else:
            rate, samples = self.rate, cell
        if not 0 < rate <= _MOST_RATE:
            raise CellError(
                f"{rate} samples a second are not from 1 to {_MOST_RATE:,}."
            )
        return rate, samples


def _is_pair(cell):
    return (
        isinstance(cell, tuple | list)
        and len(cell) == 2
        and np.ndim(cell[0]) == 0
        and np.ndim(cell[1]) > 0
    )


def _decoded(content):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of chunks that are no sound
        try:
            rate, samples = scipy.io.wavfile.read(io.BytesIO(content))
        except Exception as error:  # what damaged headers raise is of many kinds
            why = str(error).rstrip(".")
            raise CellError(f"it is no wav file that can be read: {why}.") from error
    if not 0 < rate <= _MOST_RATE:
        raise CellError(f"{rate} samples a second are not from 1 to {_MOST_RATE:,}.")
    return rate, samples


def _mono(samples, cell):
    """Return samples of any type and number of channels as floats of one channel."""
    try:
        samples = np.asarray(samples)
        numbers = samples.dtype.kind in "uif" and samples.ndim in (1, 2)
    except ValueError:
        numbers = False
    if numbers and not samples.size:
        raise CellError("the sound has no samples. Make the cell empty.")
    if not numbers:
        raise CellError(
            f"{shown(cell)} is no sound. Give the path or the bytes of a wav file, an "
            "array of samples, or (rate, samples)."
        )
    if samples.dtype == np.uint8:
        clip = (samples.astype(np.float64) - 128) / 128
    elif samples.dtype.kind == "f":
        clip = samples.astype(np.float64)
    else:
        clip = samples / (np.iinfo(_stored_type(samples)).max + 1.0)
    if not np.isfinite(clip).all():
        raise CellError("the sound contains NaN or infinity.")
    return clip.mean(axis=1) if clip.ndim == 2 else clip


def _stored_type(samples):
    """Return the type of whole numbers that tells how loud they are.

    No file has samples of 64 bits: that is what lists and arithmetic make of those of
    16 bits.
    """
    if samples.dtype.itemsize < 8:
        return samples.dtype
    if samples.min() >= -(2**15) and samples.max() < 2**15:
        return np.int16
    raise CellError(
        f"{shown(samples)} has values from {samples.min()} to {samples.max()}, and "
        "may be as loud as anything. Give it the type that it was read with, as "
        "np.int32, or numbers from -1 to 1."
    )


def resampled(clip, rate, wanted):
    """Return a clip at another rate, by a polyphase filter.

    Examples
    --------
    >>> import numpy as np
    >>> resampled(np.zeros(441), 44_100, 16_000).shape
    (160,)
    """
    if len(clip) * wanted / rate > MOST_SAMPLES:
        raise CellError(
            f"{len(clip)} samples at {rate} a second would be more than "
            f"{MOST_SAMPLES:,} at {wanted}."
        )
    common = gcd(rate, wanted)
    return scipy.signal.resample_poly(clip, wanted // common, rate // common)
