"""Distances and directions against vectors and known ways."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from mmensemble.auxiliary._sphere import (
    RADIUS,
    bearing,
    check_latitude,
    haversine,
    on_unit_sphere,
)


def places(seed, n=200):
    rng = np.random.default_rng(seed)
    return rng.uniform(-90, 90, n), rng.uniform(-180, 180, n)


def test_haversine_is_the_angle_between_vectors(global_random_seed):
    """The arc between two unit vectors, times the radius."""
    one, other = places(global_random_seed), places(global_random_seed + 1)
    a, b = on_unit_sphere(*one), on_unit_sphere(*other)
    assert_allclose(np.linalg.norm(a, axis=1), 1)
    angle = np.arctan2(np.linalg.norm(np.cross(a, b), axis=1), (a * b).sum(axis=1))
    assert_allclose(haversine(*one, *other), RADIUS * angle)


def test_small_and_large_distances():
    """A metre is not lost, and opposite points do not overflow."""
    metre = 1e-3 / RADIUS * 180 / np.pi
    assert_allclose(haversine(50.0, 8.0, 50.0 + metre, 8.0), 1e-3, rtol=1e-6)
    assert_allclose(haversine(0.0, 0.0, 0.0, 180.0), np.pi * RADIUS)


def test_bearing_leads_to_the_other_place(global_random_seed):
    """Who starts in this direction and goes that far arrives."""
    one, other = places(global_random_seed), places(global_random_seed + 1)
    way, turn = haversine(*one, *other) / RADIUS, bearing(*one, *other)
    lat = np.radians(one[0])
    arrived = np.arcsin(
        np.sin(lat) * np.cos(way) + np.cos(lat) * np.sin(way) * np.cos(turn)
    )
    assert_allclose(np.degrees(arrived), other[0], atol=1e-6)


def test_latitudes():
    """What is none is refused with a hint."""
    check_latitude(np.array([90.0, -90.0, np.nan]), "here")
    with pytest.raises(
        ValueError, match=r"here must hold degrees of latitude .* got 91"
    ):
        check_latitude(np.array([1.0, 91.0]), "here")
