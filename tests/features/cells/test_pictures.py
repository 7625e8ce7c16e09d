"""Pictures from files, bytes, arrays and PIL images."""

import io
import struct
import sys
import zlib

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mmensemble.features.cells import _pictures
from mmensemble.features.cells._pictures import PictureReader
from mmensemble.features.cells._values import CellError

Image = pytest.importorskip("PIL.Image")


def noise(height=32, width=32, channels=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (height, width, channels), dtype=np.uint8)


def encoded(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def test_the_same_picture_from_everywhere(tmp_path):
    """Paths, bytes, PIL images, arrays and lists give the same pixels."""
    pixels = noise()
    picture = Image.fromarray(pixels)
    (tmp_path / "a.png").write_bytes(encoded(picture))
    reader = PictureReader(32, tmp_path)
    cells = ["a.png", encoded(picture), picture, pixels, pixels.tolist(), pixels / 255]
    for cell in cells:
        read = reader(cell)
        assert read.dtype == np.uint8
        assert_array_equal(read, pixels)


def test_pictures_are_brought_to_one_size():
    """Shrinking averages, so that a fine pattern becomes its mean."""
    pixels = np.zeros((64, 128, 3), dtype=np.uint8)
    pixels[::2] = 200
    read = PictureReader(16)(pixels)
    assert read.shape == (16, 16, 3)
    assert_allclose(read, 100, atol=8)


@pytest.mark.parametrize("shape", [(20, 20), (20, 20, 1)])
def test_grey_pictures(shape):
    """One channel becomes three."""
    pixels = noise(20, 20, 1).reshape(shape)
    read = PictureReader(20)(pixels)
    assert_array_equal(read, np.repeat(pixels.reshape(20, 20, 1), 3, axis=2))


def test_transparent_is_white():
    """In arrays and in files."""
    pixels = np.zeros((16, 16, 4), dtype=np.uint8)
    pixels[:8, :, 3] = 255
    for cell in (pixels, encoded(Image.fromarray(pixels))):
        read = PictureReader(16)(cell)
        assert_array_equal(read[:8], 0)
        assert_array_equal(read[8:], 255)


def test_palettes_and_bits():
    """Other modes are turned into RGB."""
    picture = Image.fromarray(noise())
    for mode in ("P", "1", "L", "CMYK"):
        kind = "TIFF" if mode == "CMYK" else "PNG"
        read = PictureReader(32)(encoded(picture.convert(mode), kind))
        assert read.shape == (32, 32, 3)


def test_pictures_are_turned_as_files_say():
    """A photo that was taken upside down stands upright."""
    pixels = np.zeros((32, 32, 3), dtype=np.uint8)
    pixels[:16] = 255
    exif = Image.Exif()
    exif[0x0112] = 3  # turned by half
    content = encoded(Image.fromarray(pixels), "JPEG", exif=exif)
    assert PictureReader(32)(content)[31].mean() > 200


def bomb(width, height):
    """Return a PNG file of a few bytes that says that it is large."""

    def chunk(name, content):
        check = zlib.crc32(name + content)
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body)


@pytest.mark.parametrize(
    ("cell", "match"),
    [
        (bomb(10_000, 10_000), "has 10000 × 10000 pixels, more than 50,000,000"),
        (
            bomb(60_000, 60_000),
            "it holds no picture that can be read|has 60000 × 60000",
        ),
        (bomb(64, 64), "the picture cannot be decoded|holds no picture that can be"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "it holds no picture"),
        (b"<svg></svg>", r"it holds no picture that can be read \(PNG, JPEG"),
        (b"junk", r"cannot identify image file\.$"),
        (np.full((4, 4), np.nan), r"of shape \(4, 4, 1\) has NaN among its values"),
        (7, "7 is no picture. Give a path, the bytes of a file"),
        ([[1, 2], [3]], "is no picture"),
        (np.zeros((2, 2, 2, 2)), "is no picture"),
        (np.zeros((4, 4, 2)), r"\(4, 4, 2\) has 2 channels"),
        (np.full((4, 4), 300), "an array of int64 has values from 300 to 300"),
        (np.full((4, 4), 1.5), r"an array of float64 has values from 1\.5 to 1\.5"),
    ],
)
def test_what_is_no_picture(cell, match):
    """Bombs, other formats and other arrays are refused, with what is wrong."""
    with pytest.raises(CellError, match=match):
        PictureReader(16)(cell)


def test_large_arrays(monkeypatch):
    """The limit holds for arrays and PIL images too."""
    monkeypatch.setattr(_pictures, "MOST_PIXELS", 100)
    for cell in (noise(), Image.fromarray(noise())):
        with pytest.raises(CellError, match="has 32 × 32 pixels, more than 100"):
            PictureReader(16)(cell)


def test_without_the_library(monkeypatch):
    """The error names the extra; arrays of the right size need no library."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert_array_equal(PictureReader(32)(noise()), noise())
    with pytest.raises(ImportError, match=r"needs the library Pillow: pip install 'mm"):
        PictureReader(16)(noise())
