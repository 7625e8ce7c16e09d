"""Changes of one picture: an array of uint8 of shape (size, size, 3)."""

import numpy as np
from scipy import ndimage

#: Shares of red, green and blue in brightness (ITU-R BT.601).
_LUMA = np.array([0.299, 0.587, 0.114])
#: Corners of the square from -1 to 1, (row, column).
_CORNERS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, 1.0], [1.0, -1.0]])


def view(angle=0.0, zoom=1.0, corners=None, kept=1.0, place=(0.5, 0.5)):
    """Return where the points of a changed picture lie in the picture.

    Parameters
    ----------
    angle : float, default=0.0
        Degrees by which the picture is turned to the left.
    zoom : float, default=1.0
        Factor by which it is enlarged.
    corners : array of shape (4, 2), default=None
        Where the corners come from, (row, column), as shares of the side by which
        they lie apart from their own places: upper left, upper right, lower right,
        lower left.
    kept : float, default=1.0
        Share of height and width that a window shows.
    place : pair of float, default=(0.5, 0.5)
        Where the window lies, 0 at the upper left and 1 at the lower right.

    Returns
    -------
    matrix : ndarray of shape (3, 3)
        Projective, of (row, column, 1) from -1 to 1.
    """
    turn = np.deg2rad(angle)
    cos, sin = np.cos(turn) / zoom, np.sin(turn) / zoom
    turned = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
    window = np.diag([kept, kept, 1.0])
    window[:2, 2] = (1 - kept) * (2 * np.asarray(place) - 1)
    if corners is None or not np.any(corners):
        return turned @ window
    return turned @ _homography(_CORNERS + 2 * np.asarray(corners)) @ window


def _homography(targets):
    """Return the projective matrix that takes the square's corners to others."""
    rows, values = [], []
    for (r, c), target in zip(_CORNERS, targets, strict=True):
        for axis in range(2):
            own = [[r, c, 1.0], [0.0, 0.0, 0.0]][:: 1 - 2 * axis]
            rows.append([*own[0], *own[1], -target[axis] * r, -target[axis] * c])
            values.append(target[axis])
    return np.append(np.linalg.solve(rows, values), 1.0).reshape(3, 3)


def seen(picture, matrix):
    """Return a picture as `view` sees it; beyond its edges it is mirrored."""
    if np.array_equal(matrix, np.eye(3)):
        return picture
    size = len(picture)
    centres = (2 * np.arange(size) + 1) / size - 1
    points = np.stack(
        [
            *np.meshgrid(centres, centres, indexing="ij"),
            np.ones((size, size)),
        ]
    )
    row, column, depth = np.tensordot(matrix, points, axes=1)
    places = (np.stack([row, column]) / depth + 1) * size / 2 - 0.5
    channels = [
        ndimage.map_coordinates(
            picture[:, :, c].astype(float), places, order=1, mode="reflect"
        )
        for c in range(3)
    ]
    return _as_bytes(np.stack(channels, axis=2))


def recoloured(picture, brightness=1.0, contrast=1.0, saturation=1.0):
    """Return a picture with other colours.

    Parameters
    ----------
    picture : ndarray of uint8 of shape (size, size, 3)
    brightness, contrast, saturation : float, default=1.0
        Factors of values, of their distance from the mean grey, and of their
        distance from each pixel's grey.
    """
    values = picture * float(brightness)
    if contrast != 1:
        mean = (values @ _LUMA).mean()
        values = mean + contrast * (values - mean)
    if saturation != 1:
        grey = (values @ _LUMA)[:, :, None]
        values = grey + saturation * (values - grey)
    return _as_bytes(values)


def _as_bytes(values):
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def erased(picture, area, ratio=1.0, place=(0.5, 0.5)):
    """Return a picture in which a rectangle has the mean colour of the whole.

    Parameters
    ----------
    picture : ndarray of uint8 of shape (size, size, 3)
    area : float
        Share of the rectangle.
    ratio : float, default=1.0
        Height over width.
    place : pair of float, default=(0.5, 0.5)
        Where it lies, 0 at the upper left and 1 at the lower right.
    """
    size = len(picture)
    ratio = np.clip(ratio, area, 1 / max(area, 1e-9))  # so that both sides fit
    height, width = np.round(np.sqrt([area * ratio, area / ratio]) * size).astype(int)
    if not height * width:
        return picture
    top = round(place[0] * (size - height))
    left = round(place[1] * (size - width))
    new = picture.copy()
    new[top : top + height, left : left + width] = _as_bytes(picture.mean(axis=(0, 1)))
    return new


def patched(pictures, cut, places):
    """Return one picture of four, each a part of its own around a common corner.

    Parameters
    ----------
    pictures : list of 4 ndarrays of uint8 of shape (size, size, 3)
        For upper left, upper right, lower left, lower right.
    cut : pair of float
        Height and width of the upper left part, as shares of the side.
    places : array of shape (4, 2)
        From where in each picture its part is cut, 0 at the upper left and 1 at the
        lower right.

    Returns
    -------
    picture : ndarray of uint8 of shape (size, size, 3)
    shares : ndarray of shape (4,)
        Of the area.
    """
    size = len(pictures[0])
    row, column = np.round(np.asarray(cut) * size).astype(int)
    new = np.empty_like(pictures[0])
    shares = np.empty(4)
    for part, (picture, place) in enumerate(zip(pictures, places, strict=True)):
        top, bottom = (0, row) if part < 2 else (row, size)
        left, right = (0, column) if part % 2 == 0 else (column, size)
        height, width = bottom - top, right - left
        r = round(place[0] * (size - height))
        c = round(place[1] * (size - width))
        new[top:bottom, left:right] = picture[r : r + height, c : c + width]
        shares[part] = height * width / size**2
    return new, shares
