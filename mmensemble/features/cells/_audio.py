"""Sound in cells as features."""

from numbers import Integral
from os import PathLike

import numpy as np

from mmensemble._compat import Interval
from mmensemble.features.cells._codes import Encoded, as_encoder
from mmensemble.features.cells._extractor import CellExtractor
from mmensemble.features.cells._mfcc import deltas, mfcc
from mmensemble.features.cells._scaled import ScaledCells
from mmensemble.features.cells._sound import SoundReader

_N_COEFFICIENTS, _N_BANDS = 13, 40
#: Length of a frame, in seconds, before it is rounded to a power of two of samples.
_FRAME = 0.032


class AudioExtractor(CellExtractor):
    """Turn sound into features: cepstral coefficients, or an encoder's codes.

    A cell is the path or the bytes of a wav file, an array of samples (of shape
    (n_samples,) or (n_samples, n_channels)), or a pair (rate, samples). Samples are
    from -1 to 1, or whole numbers of 8, 16 or 32 bits. Channels are
    averaged, and all clips are brought to one rate. Features are standardised over
    the training rows. An empty cell is missing and gets mean features.

    Parameters
    ----------
    rate : int or None, default=None
        Samples a second, to which clips are brought, and which arrays have. None
        takes the rate of the first training clip of each column.
    kind : {"mfcc"}, callable, str or path, default="mfcc"
        ``"mfcc"``: means and standard deviations over a clip of 13 mel-frequency
        cepstral coefficients and of their slopes (deltas), its loudness and its
        length. Or a pretrained encoder: a function from a list of clips (arrays of
        float of shape (n_samples,), from -1 to 1) to an array of shape (n_clips,
        n_codes), which can be imported by its name, or the path of an ONNX file.
    n_components : int or None, default=None
        How many principal components stand for the features of a column, fewer
        where their rank is smaller. None gives the features themselves.
    root : str, path or None, default=None
        Folder in which paths must lie, links followed; relative paths begin there.
        None reads any path.
    cache : str, path or None, default=None
        Folder in which an encoder's codes are kept, by a hash of the clip and of
        the ONNX file or the name of the function.
    random_state : int, RandomState instance or None, default=None
        Seed of the components of large tables.

    Attributes
    ----------
    encoders_ : list of encoder
        One a column.
    n_features_in_ : int
        Number of input columns.
    feature_names_in_ : ndarray of str of shape (`n_features_in_`,)
        Names of the input columns, if they are all strings.

    See Also
    --------
    SeriesExtractor : Series of other numbers.
    FrozenEncoder : Cells of any kind through a pretrained encoder.

    References
    ----------
    Davis, S. B., & Mermelstein, P. (1980). Comparison of parametric representations
    for monosyllabic word recognition in continuously spoken sentences. IEEE
    Transactions on Acoustics, Speech, and Signal Processing, 28(4), 357-366.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from mmensemble.features import AudioExtractor
    >>> t = np.arange(4000) / 8000
    >>> clips = [np.sin(2800 * t), 0.1 * np.sin(2800 * t), np.sin(9000 * t)]
    >>> X = pd.DataFrame({"call": clips})
    >>> extractor = AudioExtractor(rate=8000).set_output(transform="pandas").fit(X)
    >>> extractor.transform(X)["call_loudness"].round(2).tolist()
    [0.71, -1.41, 0.71]
    """

    _parameter_constraints = {
        "rate": [Interval(Integral, 1, 1_000_000, closed="both"), None],
        "kind": [callable, str, PathLike],
        "n_components": [Interval(Integral, 1, None, closed="left"), None],
        "root": [str, PathLike, None],
        "cache": [str, PathLike, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        rate=None,
        *,
        kind="mfcc",
        n_components=None,
        root=None,
        cache=None,
        random_state=None,
    ):
        self.rate = rate
        self.kind = kind
        self.n_components = n_components
        self.root = root
        self.cache = cache
        self.random_state = random_state

    def _encoder(self, seed):
        reader = SoundReader(self.rate, self.root)
        if isinstance(self.kind, str) and self.kind == "mfcc":
            featurizer = _Cepstral(reader)
        else:
            encode = as_encoder(self.kind, type(self).__name__, "kind", "mfcc")
            featurizer = _EncodedClips(encode, reader, self.cache)
        return ScaledCells(featurizer, self.n_components, seed)


class _Cepstral:
    """Features of what a reader of sound reads."""

    def __init__(self, reader):
        self.reader = reader

    def learn(self, values, weight):
        """Take the rate of the first clip where none is set."""
        self.reader.rate, _ = next(iter(values))

    def read(self, cell):
        return self.reader(cell)

    def features(self, values):
        return [cepstral_features(clip, rate) for rate, clip in values]

    def names(self, n_features):
        kinds = ("mfcc_mean", "mfcc_std", "delta_mean", "delta_std")
        names = [f"{kind}{i}" for kind in kinds for i in range(_N_COEFFICIENTS)]
        return [*names, "loudness", "length"]


class _EncodedClips(Encoded):
    """Codes of clips, all of one rate."""

    def learn(self, values, weight):
        """Take the rate of the first clip where none is set."""
        self.reader.rate, _ = next(iter(values))

    def key(self, value):
        return super().key(value[1])

    def features(self, values):
        return super().features([clip for _, clip in values])


def cepstral_features(clip, rate):
    """Return what the coefficients of a clip, and their slopes, are like.

    Parameters
    ----------
    clip : ndarray of shape (n_samples,)
    rate : int

    Returns
    -------
    features : ndarray of shape (54,)
        Means and deviations of coefficients, and of slopes; the logarithms of the
        root mean square and of the seconds.
    """
    window = 2 ** max(int(np.round(np.log2(_FRAME * rate))), 4)
    coefficients = mfcc(
        clip,
        rate,
        n_coefficients=_N_COEFFICIENTS,
        window=window,
        hop=window // 2,
        n_bands=_N_BANDS,
    )
    slopes = deltas(coefficients)
    loudness = np.log10(np.sqrt(np.mean(clip**2)) + 1e-5)
    return np.concatenate(
        [
            coefficients.mean(axis=1),
            coefficients.std(axis=1),
            slopes.mean(axis=1),
            slopes.std(axis=1),
            [loudness, np.log(len(clip) / rate)],
        ]
    )
