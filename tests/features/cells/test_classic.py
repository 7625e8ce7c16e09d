"""Classic features of pictures against plain counts."""

import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose

from mmensemble.features.cells._classic import classic_features, classic_names


def by_name(picture):
    features = classic_features(picture)
    names = classic_names()
    assert len(names) == len(features)
    assert np.isfinite(features).all()
    return dict(zip(names, features, strict=True))


def group(features, kind):
    return np.array([v for name, v in features.items() if name.startswith(kind)])


def picture(size=64, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (size, size, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [16, 30, 64])
def test_colours_are_shares(size):
    """Squares of roots of shares sum to one, whatever the size."""
    pytest.importorskip("skimage")
    features = by_name(picture(size))
    assert_allclose((group(features, "colour") ** 2).sum(), 1)
    assert_allclose((group(features, "texture")[:10] ** 2).sum(), 1)
    assert_allclose((group(features, "texture")[10:] ** 2).sum(), 1)


def test_one_colour():
    """A red picture is all in one bin, has red places and no edges."""
    pytest.importorskip("skimage")
    red = np.zeros((64, 64, 3), dtype=np.uint8)
    red[:, :, 0] = 255
    features = by_name(red)
    colours = group(features, "colour").reshape(8, 3, 3)
    assert colours[0, 2, 2] == 1  # hue 0, saturated, bright
    assert_allclose(group(features, "place").reshape(4, 4, 3), [[[1, 0, 0]] * 4] * 4)
    assert_allclose(group(features, "edge"), 0)


def test_places_are_means_of_parts():
    """Each is the mean of one channel in one of sixteen parts."""
    pytest.importorskip("skimage")
    pixels = picture()
    places = group(by_name(pixels), "place").reshape(4, 4, 3)
    assert_allclose(places[1, 2], pixels[16:32, 32:48].mean(axis=(0, 1)) / 255)


def test_edges_know_their_direction():
    """Stripes across and along have different histograms, turned into each other."""
    pytest.importorskip("skimage")
    stripes = np.zeros((64, 64, 3), dtype=np.uint8)
    stripes[(np.arange(64) // 4) % 2 == 0] = 255
    along = group(by_name(stripes), "edge").reshape(3, 3, 2, 2, 8)
    across = group(by_name(stripes.transpose(1, 0, 2)), "edge").reshape(3, 3, 2, 2, 8)
    assert np.argmax(along.sum(axis=(0, 1, 2, 3))) == 4
    assert np.argmax(across.sum(axis=(0, 1, 2, 3))) == 0


def test_without_the_library(monkeypatch):
    """The error names the extra."""
    monkeypatch.setitem(sys.modules, "skimage", None)
    match = r"needs the library scikit-image: pip install 'mmensemble\[image\]'"
    with pytest.raises(ImportError, match=match):
        classic_features(picture())
