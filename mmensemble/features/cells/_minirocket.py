"""MiniRocket: shares of positive values of a fixed set of convolutions."""

from itertools import combinations

import numpy as np

#: Steps of a kernel, of which three have weight 2 and six have weight -1.
_LENGTH = 9
_KERNELS = np.array(list(combinations(range(_LENGTH), 3)))
_GOLDEN = (np.sqrt(5) + 1) / 2
#: Cells of one array of convolutions.
_BATCH = 2_000_000


class MiniRocket:
    """Convolve series of one length, and give shares of what exceeds a bias.

    Parameters
    ----------
    n_features : int
        About how many; a multiple of 84 up to it, at least 84.
    max_dilations : int
        Of each kernel.
    seed : int
        Of the training series that biases are quantiles of.

    Attributes
    ----------
    dilations_ : ndarray of int
    per_dilation_ : ndarray of int
        Features of each kernel by dilation.
    biases_ : ndarray of shape (n_features,)

    References
    ----------
    Dempster, A., Schmidt, D. F., & Webb, G. I. (2021). MiniRocket: A very fast
    (almost) deterministic transform for time series classification. ACM SIGKDD
    Conference on Knowledge Discovery and Data Mining.

    Examples
    --------
    >>> import numpy as np
    >>> series = np.sin(np.arange(40) * [[0.1], [0.5]])
    >>> MiniRocket(84, 32, seed=0).fit(series).transform(series).shape
    (2, 84)
    """

    def __init__(self, n_features, max_dilations, seed):
        self.n_features = n_features
        self.max_dilations = max_dilations
        self.seed = seed

    def fit(self, series):
        """Learn from series of shape (n_series, length), of 9 steps or more."""
        series = np.asarray(series, dtype=np.float32)
        self.dilations_, self.per_dilation_ = _dilations(
            series.shape[1], self.n_features, self.max_dilations
        )
        rng = np.random.default_rng(self.seed)
        n_features = len(_KERNELS) * self.per_dilation_.sum()
        quantiles = (np.arange(1, n_features + 1) * _GOLDEN % 1).astype(np.float32)
        biases, start = [], 0
        plan = zip(self.dilations_, self.per_dilation_, strict=True)
        for dilation, count in plan:
            drawn = rng.integers(len(series), size=len(_KERNELS))
            shifted = _shifted(series[drawn], dilation)
            for kernel, _ in enumerate(_KERNELS):
                one = [part[..., kernel, :] for part in shifted]
                values = _convolved(*one, kernel).astype(float)
                biases.append(np.quantile(values, quantiles[start : start + count]))
                start += count
        self.biases_ = np.concatenate(biases).astype(np.float32)
        return self

    def transform(self, series):
        """Return an array of shape (n_series, n_features)."""
        series = np.asarray(series, dtype=np.float32)
        some = max(1, _BATCH // (_LENGTH * series.shape[1]))
        parts = [
            self._shares(series[start : start + some])
            for start in range(0, len(series), some)
        ]
        return np.vstack(parts)

    def _shares(self, series):
        out = np.empty((len(series), len(self.biases_)))
        place = 0
        plan = zip(self.dilations_, self.per_dilation_, strict=True)
        for index, (dilation, count) in enumerate(plan):
            shifted = _shifted(series, dilation)
            margin = (_LENGTH - 1) * dilation // 2
            for kernel in range(len(_KERNELS)):
                values = _convolved(*shifted, kernel)
                if (index + kernel) % 2:  # every other one is not padded
                    values = values[:, margin:-margin]
                for feature in range(place, place + count):
                    out[:, feature] = (values > self.biases_[feature]).mean(axis=1)
                place += count
        return out


def _dilations(length, n_features, most):
    """Return dilations, and the number of features that a kernel has with each."""
    per_kernel = max(1, n_features // len(_KERNELS))
    n_dilations = min(per_kernel, most)
    exponents = np.log2((length - 1) / (_LENGTH - 1))
    spaced = np.logspace(0, exponents, n_dilations, base=2).astype(int)
    dilations, counts = np.unique(spaced, return_counts=True)
    counts = (counts * (per_kernel / n_dilations)).astype(int)
    for i in range(per_kernel - counts.sum()):
        counts[i % len(counts)] += 1
    return dilations, counts


def _shifted(series, dilation):
    """Return minus the sum of nine shifted series, and three times each of them."""
    length = series.shape[-1]
    reach = (_LENGTH - 1) // 2 * dilation
    padded = np.pad(series, [(0, 0), (reach, reach)])
    thrice = np.stack(
        [padded[:, i * dilation : i * dilation + length] for i in range(_LENGTH)]
    )
    total = -thrice[_LENGTH // 2]
    for i in (0, 1, 2, 3, 5, 6, 7, 8):
        total = total - thrice[i]
    return total, 3 * thrice


def _convolved(total, thrice, kernel):
    a, b, c = _KERNELS[kernel]
    return total + thrice[a] + thrice[b] + thrice[c]
