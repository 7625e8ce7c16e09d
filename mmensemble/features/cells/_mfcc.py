"""Mel-frequency cepstral coefficients and their changes."""

import numpy as np
import scipy  # its parts are loaded when they are first used
from scipy import fft

#: Where Slaney's scale turns from linear to logarithmic, in Hz and mel.
_TURN_HZ, _TURN_MEL = 1000.0, 15.0
_LOG_STEP = np.log(6.4) / 27
#: Power that counts as silence, and decibels below the loudest that are kept.
_SILENCE, _RANGE = 1e-10, 80.0


def mfcc(clip, rate, *, n_coefficients, window, hop, n_bands):
    """Return cepstral coefficients of a clip, frame by frame.

    Parameters
    ----------
    clip : ndarray of shape (n_samples,)
        From -1 to 1.
    rate : float
        Samples a second.
    n_coefficients : int
    window, hop : int
        Length of a frame and step between frames, in samples.
    n_bands : int
        Bands of the mel scale.

    Returns
    -------
    coefficients : ndarray of shape (n_coefficients, n_frames)

    References
    ----------
    Davis, S. B., & Mermelstein, P. (1980). Comparison of parametric representations
    for monosyllabic word recognition in continuously spoken sentences. IEEE
    Transactions on Acoustics, Speech, and Signal Processing, 28(4), 357-366.

    Examples
    --------
    >>> import numpy as np
    >>> clip = np.sin(np.arange(4000) * 0.5)
    >>> options = dict(n_coefficients=13, window=256, hop=128, n_bands=40)
    >>> mfcc(clip, 8000, **options).shape
    (13, 32)
    """
    padded = np.pad(clip, window // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    shape = scipy.signal.get_window("hann", window, fftbins=True)
    power = np.abs(fft.rfft(frames * shape, axis=1)) ** 2
    mel = mel_filters(rate, window, n_bands) @ power.T
    loudness = 10 * np.log10(np.maximum(mel, _SILENCE))
    loudness = np.maximum(loudness, loudness.max() - _RANGE)
    return fft.dct(loudness, axis=0, norm="ortho")[:n_coefficients]


def mel_filters(rate, window, n_bands):
    """Return triangular filters, each of one area, on Slaney's mel scale.

    Parameters
    ----------
    rate : float
    window, n_bands : int

    Returns
    -------
    filters : ndarray of shape (n_bands, window // 2 + 1)
    """
    frequency = np.linspace(0, rate / 2, window // 2 + 1)
    edges = _to_hz(np.linspace(0, _to_mel(rate / 2), n_bands + 2))[:, None]
    rising = (frequency - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - frequency) / (edges[2:] - edges[1:-1])
    area = (edges[2:] - edges[:-2]) / 2
    return np.maximum(0, np.minimum(rising, falling)) / area


def _to_mel(hz):
    if hz < _TURN_HZ:
        return hz * _TURN_MEL / _TURN_HZ
    return _TURN_MEL + np.log(hz / _TURN_HZ) / _LOG_STEP


def _to_hz(mel):
    straight = mel * _TURN_HZ / _TURN_MEL
    curved = _TURN_HZ * np.exp(_LOG_STEP * (mel - _TURN_MEL))
    return np.where(mel < _TURN_MEL, straight, curved)


def deltas(coefficients, width=9):
    """Return slopes of coefficients over `width` frames, fewer in short clips.

    Parameters
    ----------
    coefficients : ndarray of shape (n_coefficients, n_frames)
    width : int, default=9
        Odd.

    Returns
    -------
    slopes : ndarray of shape (n_coefficients, n_frames)
        Of a line by least squares; zero where there are fewer than three frames.
    """
    n_frames = coefficients.shape[1]
    width = min(width, n_frames - 1 + n_frames % 2)
    if width < 3:
        return np.zeros_like(coefficients)
    return scipy.signal.savgol_filter(coefficients, width, 1, deriv=1, axis=1)
