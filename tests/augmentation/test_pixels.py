"""Changes of one picture, against numpy, scikit-image and Pillow."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mmensemble.augmentation._pixels import erased, patched, recoloured, seen, view


def noise(size=20, seed=0):
    """Return a picture of noise."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (size, size, 3), dtype=np.uint8)


def smooth(size=32):
    """Return a picture without edges."""
    r, c = np.mgrid[:size, :size] / size
    return np.stack([200 * r, 120 + 100 * np.sin(3 * c), 255 * r * c], axis=2).astype(
        np.uint8
    )


def test_no_change_is_the_picture():
    """Of any part."""
    picture = noise()
    assert_array_equal(seen(picture, view()), picture)
    assert_array_equal(seen(picture, view(360)), picture)
    assert_array_equal(recoloured(picture), picture)
    assert_array_equal(erased(picture, 0.0), picture)


@pytest.mark.parametrize("turns", [1, 2, 3, -1])
@pytest.mark.parametrize("size", [20, 17])
def test_right_angles_are_numpys(turns, size):
    """To the pixel."""
    picture = noise(size)
    assert_array_equal(seen(picture, view(90 * turns)), np.rot90(picture, turns))


def test_turning_is_pillows():
    """Away from the edges, beyond which Pillow sees black."""
    Image = pytest.importorskip("PIL.Image")
    picture = smooth()
    own = seen(picture, view(25))
    other = np.asarray(
        Image.fromarray(picture).rotate(25, resample=Image.Resampling.BILINEAR)
    )
    assert_allclose(own[8:-8, 8:-8].astype(float), other[8:-8, 8:-8], atol=2)


def test_windows_are_pillows():
    """A part, enlarged as Pillow enlarges it, but for its edges."""
    Image = pytest.importorskip("PIL.Image")
    picture = smooth()
    own = seen(picture, view(kept=0.5, place=(0.25, 1.0)))
    box = (16, 4, 32, 20)  # left, upper, right, lower
    other = Image.fromarray(picture).resize((32, 32), Image.Resampling.BILINEAR, box)
    other = np.asarray(other).astype(float)
    assert own.shape == picture.shape
    assert_allclose(own[2:-2, 2:-2], other[2:-2, 2:-2], atol=2)
    # a zoom by two is the window of one half in the middle
    assert_array_equal(seen(picture, view(zoom=2.0)), seen(picture, view(kept=0.5)))


def test_perspective_is_scikit_images():
    """The corners of the square come from where they should."""
    transform = pytest.importorskip("skimage.transform")
    rng = np.random.default_rng(0)
    corners = rng.uniform(-0.15, 0.15, (4, 2))
    matrix = view(corners=corners)
    square = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]])
    target = square + 2 * corners
    mapped = np.column_stack([square, np.ones(4)]) @ matrix.T
    assert_allclose(mapped[:, :2] / mapped[:, 2:], target, atol=1e-12)
    picture = smooth()
    # (row, column) from -1 to 1 as (x, y) in pixels
    pixels = np.array([[0, 16, 15.5], [16, 0, 15.5], [0, 0, 1]])
    inverse = pixels @ matrix @ np.linalg.inv(pixels)
    other = transform.warp(
        picture, inverse, order=1, mode="symmetric", preserve_range=True
    )
    assert_allclose(seen(picture, matrix).astype(float), other, atol=1)


@pytest.mark.parametrize("factor", [0.6, 1.3])
def test_colours_are_pillows(factor):
    """Brightness, contrast and saturation, one at a time, to a step of rounding."""
    pytest.importorskip("PIL")
    from PIL import Image, ImageEnhance

    picture = noise()
    for name, enhance in [
        ("brightness", ImageEnhance.Brightness),
        ("contrast", ImageEnhance.Contrast),
        ("saturation", ImageEnhance.Color),
    ]:
        own = recoloured(picture, **{name: factor}).astype(float)
        other = np.asarray(enhance(Image.fromarray(picture)).enhance(factor))
        assert_allclose(own, other, atol=1.01)


@pytest.mark.parametrize(
    ("area", "ratio", "place"),
    [
        (0.25, 1.0, (0, 1)),
        (0.1, 2.0, (0.5, 0.3)),
        (0.9, 0.5, (1, 1)),
        (1e-5, 1, (0, 0)),
    ],
)
def test_erasing_leaves_the_rest(area, ratio, place):
    """One rectangle has the mean colour, no other pixel changes."""
    picture = noise(40)
    new = erased(picture, area, ratio, place)
    changed = (new != picture).any(axis=2)
    assert changed.mean() == pytest.approx(area, abs=0.03)
    rows, columns = np.nonzero(changed)
    if area < 1e-3:
        assert not changed.any()
        return
    box = new[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    mean = np.round(picture.mean(axis=(0, 1)))
    assert_array_equal(box, np.broadcast_to(mean, box.shape))
    assert changed.sum() == box.shape[0] * box.shape[1]


def test_patches_by_brute_force():
    """Each part is cut from its own picture, and shares are counted pixels."""
    greys = [np.full((20, 20, 3), grey, dtype=np.uint8) for grey in range(4)]
    new, shares = patched(greys, (0.3, 0.8), np.full((4, 2), 0.5))
    assert_array_equal(shares, [(new == grey).all(axis=2).mean() for grey in range(4)])
    assert_allclose(shares, [0.24, 0.06, 0.56, 0.14])
    rng = np.random.default_rng(0)
    four = [noise(seed=seed) for seed in range(4)]
    new, _ = patched(four, (0.5, 0.25), rng.random((4, 2)))
    part = new[:10, 5:]  # upper right
    found = [
        (r, c)
        for r in range(11)
        for c in range(6)
        if (four[1][r : r + 10, c : c + 15] == part).all()
    ]
    assert len(found) == 1
    whole, shares = patched(four, (1.0, 1.0), np.zeros((4, 2)))
    assert_array_equal(whole, four[0])
    assert_array_equal(shares, [1, 0, 0, 0])
