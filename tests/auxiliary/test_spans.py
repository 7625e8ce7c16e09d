"""Spans of sorted rows against loops."""

import numpy as np
import pytest

from mmensemble._instants import Instants
from mmensemble.auxiliary._spans import RowIndex


@pytest.mark.parametrize("inclusive", [False, True])
@pytest.mark.parametrize(
    "bounds", [(True, True), (True, False), (False, True), (False,) * 2]
)
def test_spans_equal_a_loop(bounds, inclusive, global_random_seed):
    """Rows of the key between two times, in order of time, ties as they stand."""
    rng = np.random.default_rng(global_random_seed)
    codes, ticks = rng.integers(-1, 4, 60), rng.integers(0, 20, 60)
    times = Instants(ticks, rng.random(60) < 0.1, "us")
    index = RowIndex(codes, times)
    wanted = rng.integers(-1, 5, 30)
    since, before = rng.integers(-5, 25, (2, 30))
    start, stop = index.spans(
        wanted,
        (before, "us") if bounds[1] else None,
        (since, "us") if bounds[0] else None,
        inclusive,
    )
    for k in range(30):
        rows = [r for r in range(60) if codes[r] == wanted[k] >= 0]
        rows = [r for r in rows if not times.missing[r]]
        rows = [r for r in rows if not bounds[0] or ticks[r] >= since[k]]
        if bounds[1]:
            end = before[k] + inclusive
            rows = [r for r in rows if ticks[r] < end]
        rows.sort(key=lambda r: (ticks[r], r))
        assert index.order_[start[k] : stop[k]].tolist() == rows


def test_without_times():
    """Rows of the key as they stand."""
    index = RowIndex(np.array([1, 0, 1, -1]))
    start, stop = index.spans(np.array([1, -1, 0, 7]))
    assert [index.order_[a:b].tolist() for a, b in zip(start, stop, strict=True)] == [
        [0, 2],
        [],
        [1],
        [],
    ]
