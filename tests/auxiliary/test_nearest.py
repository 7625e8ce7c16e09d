"""The order in which places are offered, against sorting."""

import numpy as np
import pytest

from mmensemble.auxiliary._nearest import Places
from mmensemble.auxiliary._sphere import haversine


class Refuse:
    """Serves nobody, and writes down what is offered."""

    def __init__(self):
        self.offers = {}

    def __call__(self, rows, places):
        for row, place in zip(rows, places, strict=True):
            self.offers.setdefault(int(row), []).append(int(place))
        return np.zeros(len(rows), dtype=bool)


@pytest.mark.parametrize("limit", [np.inf, 2.0])
def test_numbers_in_order_of_distance(limit, global_random_seed):
    """All places of the key, the nearest first, the smaller of two equally near."""
    rng = np.random.default_rng(global_random_seed)
    codes, points = rng.integers(-1, 3, 40), rng.integers(0, 30, (40, 1)).astype(float)
    points[rng.random(40) < 0.1] = np.nan
    places = Places(codes, points, False)
    ours, wanted = rng.integers(0, 60, (20, 1)) / 2, rng.integers(-1, 4, 20)
    ours[3] = np.nan
    refuse = Refuse()
    places.visit(wanted, ours, limit, refuse)
    for k in range(20):
        known = {
            (abs(p - ours[k, 0]), p)
            for c, (p,) in zip(codes, points, strict=True)
            if c == wanted[k] >= 0 and abs(p - ours[k, 0]) <= limit
        }
        offered = [places.places[at, 1] for at in refuse.offers.get(k, [])]
        assert offered == [p for _, p in sorted(known)]


def test_places_on_the_globe(global_random_seed):
    """By great circles, up to a limit in km."""
    rng = np.random.default_rng(global_random_seed)
    points = np.column_stack([rng.uniform(-90, 90, 30), rng.uniform(-180, 180, 30)])
    ours = np.column_stack([rng.uniform(-90, 90, 5), rng.uniform(-180, 180, 5)])
    places, refuse = Places(np.zeros(30, dtype=int), points, True), Refuse()
    places.visit(np.zeros(5, dtype=int), ours, 8_000.0, refuse)
    for k in range(5):
        far = haversine(*ours[k], *places.places[:, 1:].T)
        order = np.argsort(far)
        assert refuse.offers.get(k, []) == order[far[order] <= 8_000].tolist()


def test_who_is_served_asks_no_more():
    """The first that serves is the last that is offered."""
    places = Places(np.zeros(3, dtype=int), np.array([[1.0], [2.0], [4.0]]), False)
    asked = []

    def serve(rows, at):
        asked.extend(zip(rows.tolist(), at.tolist(), strict=True))
        return at == 1

    places.visit(np.zeros(2, dtype=int), np.array([[0.0], [2.1]]), np.inf, serve)
    assert asked == [(0, 0), (1, 1), (0, 1)]


def test_rows_know_their_place():
    """Equal coordinates are one place; missing ones are none."""
    points = np.array([[0.0], [-0.0], [np.nan], [1.0]])
    places = Places(np.array([0, 0, 0, -1]), points, False)
    assert places.codes_.tolist() == [0, 0, -1, -1]
