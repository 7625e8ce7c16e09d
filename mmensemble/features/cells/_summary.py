"""A series in a few numbers, whatever its length."""

import numpy as np

_QUANTILES = (0, 10, 25, 50, 75, 90, 100)
_LAGS = (1, 2, 3, 4, 6, 8, 12)
_N_BANDS = 8

NAMES = (
    "length",
    "mean",
    "std",
    "skew",
    "kurtosis",
    *(f"q{q}" for q in _QUANTILES),
    "slope",
    "step_mean",
    "step_std",
    "crossings",
    *(f"autocorrelation{lag}" for lag in _LAGS),
    *(f"band{band}" for band in range(_N_BANDS)),
    "frequency_mean",
    "frequency_std",
    "frequency_peak",
    "frequency_entropy",
)


def summary(series):
    """Return moments, quantiles, trend, autocorrelation and spectrum of a series.

    Parameters
    ----------
    series : ndarray of shape (length,)
        Finite, of one step or more.

    Returns
    -------
    numbers : ndarray of shape (len(NAMES),)
        Length, mean, standard deviation, skewness and excess kurtosis; quantiles;
        slope against time from 0 to 1; mean size and deviation of steps; share of
        steps that cross the mean; autocorrelations; share of power in bands of
        frequency, each twice as wide as the one below, and the mean, deviation,
        peak and entropy of the distribution of power over frequency. What a series
        is too short or too flat for is zero.

    Examples
    --------
    >>> import numpy as np
    >>> numbers = dict(zip(NAMES, summary(np.array([0.0, 1, 0, 1])), strict=True))
    >>> float(numbers["mean"]), float(numbers["crossings"])
    (0.5, 1.0)
    """
    size = np.abs(series).max()
    scale = size if size > 0 else 1.0  # no power of it overflows
    unit = series / scale
    centred = unit - unit.mean()
    spread = np.sqrt(np.mean(centred**2))
    flat = spread <= 1e-9
    z = np.zeros_like(centred) if flat else centred / spread
    steps = np.diff(unit) if len(unit) > 1 else np.zeros(1)
    time = np.linspace(-0.5, 0.5, len(unit)) if len(unit) > 1 else np.zeros(1)
    slope = time @ centred / max(time @ time, 1e-300)
    crossings = np.mean(z[1:] * z[:-1] < 0) if len(z) > 1 else 0.0
    return np.array(
        [
            np.log(len(series)),
            unit.mean() * scale,
            spread * scale,
            np.mean(z**3),
            0.0 if flat else np.mean(z**4) - 3,
            *np.percentile(series, _QUANTILES),
            slope * scale,
            np.abs(steps).mean() * scale,
            steps.std() * scale,
            crossings,
            *_autocorrelations(z),
            *_spectrum(z),
        ]
    )


def _autocorrelations(z):
    """Return mean products of a standardised series with itself, later."""
    return [z[lag:] @ z[:-lag] / len(z) if lag < len(z) else 0.0 for lag in _LAGS]


def _spectrum(z):
    power = np.abs(np.fft.rfft(z))[1:] ** 2
    total = power.sum()
    if not total > 0:
        return np.zeros(_N_BANDS + 4)
    share = power / total
    frequency = np.arange(1, len(share) + 1) / len(z)
    edges = np.append(0, 0.5 ** np.arange(_N_BANDS, 0, -1.0))  # up to one half
    band = np.clip(np.searchsorted(edges, frequency, side="left") - 1, 0, _N_BANDS - 1)
    mean = share @ frequency
    deviation = np.sqrt(share @ (frequency - mean) ** 2)
    entropy = -np.sum(share * np.log(np.maximum(share, 1e-300)))
    bands = np.bincount(band, share, minlength=_N_BANDS)
    return [*bands, mean, deviation, frequency[np.argmax(share)], entropy]
