"""Distance and direction between points on the globe."""

import numpy as np

#: Mean radius of the earth, km (IUGG).
RADIUS = 6371.0088


def haversine(lat1, lon1, lat2, lon2):
    """Return great-circle distances in km, by the haversine formula.

    Parameters
    ----------
    lat1, lon1, lat2, lon2 : float or ndarray
        Degrees.

    References
    ----------
    Sinnott, R. W. (1984). Virtues of the haversine. Sky and Telescope 68, 159.

    Examples
    --------
    >>> round(float(haversine(40.64, -73.78, 51.47, -0.45)))
    5541
    """
    lat1, lon1, lat2, lon2 = (np.radians(v) for v in (lat1, lon1, lat2, lon2))
    half = np.sin((lat2 - lat1) / 2) ** 2
    half = half + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * RADIUS * np.arcsin(np.sqrt(np.minimum(half, 1)))


def bearing(lat1, lon1, lat2, lon2):
    """Return the direction in which the way begins, in radians clockwise from north.

    Parameters
    ----------
    lat1, lon1, lat2, lon2 : float or ndarray
        Degrees.
    """
    lat1, lon1, lat2, lon2 = (np.radians(v) for v in (lat1, lon1, lat2, lon2))
    east = np.sin(lon2 - lon1) * np.cos(lat2)
    north = np.cos(lat1) * np.sin(lat2)
    north = north - np.sin(lat1) * np.cos(lat2) * np.cos(lon2 - lon1)
    return np.arctan2(east, north)


def on_unit_sphere(lat, lon):
    """Return points in degrees as unit vectors of shape (n_points, 3)."""
    lat, lon = np.radians(lat), np.radians(lon)
    flat = np.cos(lat)
    return np.column_stack([flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)])


def check_latitude(lat, name):
    """Raise ValueError where a latitude is none."""
    if np.any(np.abs(lat[~np.isnan(lat)]) > 90):
        raise ValueError(
            f"{name} must hold degrees of latitude from -90 to 90, got "
            f"{lat[np.abs(lat) > 90][0]:g}. Latitude comes first, longitude second."
        )
