"""Pictures read from files, bytes, arrays and PIL images, and cut to one size."""

import io
import warnings

import numpy as np

from mmensemble._optional import optional_module
from mmensemble.features.cells._files import file_bytes
from mmensemble.features.cells._values import CellError, shown

#: Pixels of a picture that is read, at most.
MOST_PIXELS = 50_000_000
#: Formats that are read; others may run programs of their own.
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")


class PictureReader:
    """Read cells as pictures of one size, RGB.

    Transparent parts are white, of several frames the first one counts, and
    pictures are turned as their files say.

    Parameters
    ----------
    size : int
        Height and width, in pixels.
    root : str, path or None
        Folder of the files.
    """

    def __init__(self, size, root=None):
        self.size = size
        self.root = root

    def __call__(self, cell):
        """Return an array of uint8 of shape (size, size, 3)."""
        content = file_bytes(cell, self.root)
        if content is not None:
            return self._resized(_decoded(content))
        if type(cell).__module__.startswith("PIL."):
            return self._resized(cell)
        pixels = _pixels(cell)
        if pixels.shape == (self.size, self.size, 3):
            return pixels
        return self._resized(import_pillow().fromarray(pixels))

    def _resized(self, picture):
        Image = import_pillow()
        _check_pixels(*picture.size)
        try:
            if picture.mode != "RGB":
                picture = picture.convert("RGBA")
                ground = Image.new("RGBA", picture.size, "white")
                picture = Image.alpha_composite(ground, picture).convert("RGB")
            picture = picture.resize((self.size, self.size), Image.Resampling.BILINEAR)
        except (OSError, ValueError, SyntaxError) as error:
            raise CellError(f"the picture cannot be decoded: {error}.") from error
        return np.asarray(picture)


#: Who needs the libraries for pictures.
OWNER = "ImageExtractor"


def import_pillow():
    """Return PIL's module of images."""
    return optional_module("PIL.Image", OWNER)


def _decoded(content):
    """Return a PIL image, turned upright; its size is checked before its pixels."""
    Image = import_pillow()
    from PIL import ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = Image.open(io.BytesIO(content), formats=_FORMATS)
            _check_pixels(*picture.size)
            return ImageOps.exif_transpose(picture)
        except CellError:
            raise
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as e:
            known = ", ".join(_FORMATS)
            # without the address of the bytes in memory
            why = str(e).partition(" <_io")[0]
            raise CellError(
                f"it holds no picture that can be read ({known}): {why}."
            ) from e


def _check_pixels(width, height):
    if width * height > MOST_PIXELS:
        raise CellError(
            f"the picture has {width} × {height} pixels, more than {MOST_PIXELS:,}. "
            "Make it smaller."
        )


def _pixels(cell):
    """Return an array of numbers as RGB of uint8."""
    try:
        pixels = np.asarray(cell)
        numbers = pixels.dtype.kind in "uif"
    except ValueError:
        numbers = False
    if not numbers or pixels.ndim not in (2, 3) or 0 in pixels.shape:
        raise CellError(
            f"{shown(cell)} is no picture. Give a path, the bytes of a file, a PIL "
            "image or an array of shape (height, width) or (height, width, 3)."
        )
    _check_pixels(*pixels.shape[1::-1])
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.shape[2] not in (1, 3, 4):
        raise CellError(
            f"an array of shape {pixels.shape} has {pixels.shape[2]} channels; a "
            "picture has 1, 3 or 4, as its last axis."
        )
    if np.isnan(pixels).any():
        raise CellError(
            f"{shown(pixels)} has NaN among its values. Give what is missing a colour."
        )
    low, high = pixels.min(), pixels.max()
    most = 1 if pixels.dtype.kind == "f" else 255
    if not 0 <= low <= high <= most:
        raise CellError(
            f"an array of {pixels.dtype} has values from {low} to {high}; a picture "
            "has whole numbers from 0 to 255, or other numbers from 0 to 1."
        )
    if most == 1:
        pixels = np.round(pixels * 255)
    pixels = pixels.astype(np.uint8)
    if pixels.shape[2] == 4:
        share = pixels[:, :, 3:] / 255
        pixels = np.round(pixels[:, :, :3] * share + 255 * (1 - share))
    return np.broadcast_to(pixels, (*pixels.shape[:2], 3)).astype(np.uint8)
