"""Arrays of middling size, sent to worker processes as plain bytes."""

import numpy as np

#: joblib maps arrays beyond this many bytes from disk by default.
_MAPPED = 1_000_000
#: Bytes from which mapping pays.
_LARGE = 8_000_000


class Packed:
    """An array that travels as bytes, so that joblib does not map it from disk.

    Mapping costs files and, at the end, a tenth of a second to remove them: dear
    for a fit that takes less. In this process nothing is copied.

    Parameters
    ----------
    array : ndarray
    """

    def __init__(self, array):
        self.array = array

    def __reduce__(self):
        array = np.ascontiguousarray(self.array)
        return _unpacked, (array.tobytes(), array.dtype.str, array.shape)


def _unpacked(data, dtype, shape):
    return Packed(np.frombuffer(data, dtype=dtype).reshape(shape))


def pack(X):
    """Return `X` packed if it is a numeric array of middling size, else as it is."""
    plain = isinstance(X, np.ndarray) and X.dtype.kind in "biuf"
    return Packed(X) if plain and _MAPPED < X.nbytes < _LARGE else X


def unpack(X):
    """Return what was packed."""
    return X.array if isinstance(X, Packed) else X
