"""Classic features of pictures: colours, edges and textures."""

import numpy as np

from mmensemble._optional import optional_module
from mmensemble.features.cells._pictures import OWNER

_HUES, _SATURATIONS, _BRIGHTNESSES = 8, 3, 3
_PARTS = 4  # a side, for colours by place and for edges
_ORIENTATIONS = 8
#: (points, radius) of local binary patterns.
_PATTERNS = ((8, 1), (16, 2))


def classic_features(picture):
    """Return colour histogram, colours by place, edges and textures of a picture.

    Parameters
    ----------
    picture : ndarray of uint8 of shape (size, size, 3)

    Returns
    -------
    features : ndarray of shape (n_features,)
        Roots of shares of pixels by hue, saturation and brightness; mean colours of
        4 × 4 parts; histograms of oriented gradients of these parts (Dalal &
        Triggs 2005); roots of shares of uniform local binary patterns (Ojala et al.
        2002). The root makes distances those of Hellinger.
    """
    skimage = _library()
    size = picture.shape[0]
    bright = picture / 255
    grey = skimage.color.rgb2gray(bright)
    cell = size // _PARTS
    edges = skimage.feature.hog(
        grey,
        orientations=_ORIENTATIONS,
        pixels_per_cell=(cell, cell),
        cells_per_block=(2, 2),
    )
    inner = bright[: cell * _PARTS, : cell * _PARTS]
    places = inner.reshape(_PARTS, cell, _PARTS, cell, 3).mean(axis=(1, 3))
    return np.concatenate(
        [_colours(skimage, bright), places.ravel(), edges, _textures(skimage, grey)]
    )


def classic_names():
    """Return the names of the features, in order."""
    n_edges = (_PARTS - 1) ** 2 * 4 * _ORIENTATIONS
    return [
        *(f"colour{i}" for i in range(_HUES * _SATURATIONS * _BRIGHTNESSES)),
        *(f"place{i}" for i in range(_PARTS**2 * 3)),
        *(f"edge{i}" for i in range(n_edges)),
        *(f"texture{i}" for i in range(sum(points + 2 for points, _ in _PATTERNS))),
    ]


def _library():
    for part in ("color", "feature"):
        optional_module(f"skimage.{part}", OWNER)
    return optional_module("skimage", OWNER)


def _colours(skimage, bright):
    hsv = skimage.color.rgb2hsv(bright).reshape(-1, 3)
    bins = (_HUES, _SATURATIONS, _BRIGHTNESSES)
    counts, _ = np.histogramdd(hsv, bins=bins, range=[(0, 1)] * 3)
    return np.sqrt(counts.ravel() / len(hsv))


def _textures(skimage, grey):
    shades = np.round(grey * 255).astype(np.uint8)
    shares = []
    for points, radius in _PATTERNS:
        codes = skimage.feature.local_binary_pattern(
            shades, points, radius, method="uniform"
        )
        counts = np.bincount(codes.astype(int).ravel(), minlength=points + 2)
        shares.append(np.sqrt(counts / codes.size))
    return np.concatenate(shares)
