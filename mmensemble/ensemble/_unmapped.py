"""Arrays of middling size, sent to worker processes as plain bytes."""

import numpy as np

#: joblib maps arrays beyond this many bytes from disk by default.
_MAPPED = 1_000_000
#: Bytes from which mapping pays.
_LARGE = 8_000_000


class UnmappedArray:
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
        return _from_bytes, (array.tobytes(), array.dtype.str, array.shape)


def _from_bytes(data, dtype, shape):
    return UnmappedArray(np.frombuffer(data, dtype=dtype).reshape(shape))


def unmapped(X):
    """Return `X` as it travels best: a numeric array of middling size as bytes."""
    plain = isinstance(X, np.ndarray) and X.dtype.kind in "biuf"
    return UnmappedArray(X) if plain and _MAPPED < X.nbytes < _LARGE else X


def arrived(X):
    """Return the table that `unmapped` was given."""
    return X.array if isinstance(X, UnmappedArray) else X
