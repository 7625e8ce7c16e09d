"""Inner threads."""

import pytest
from joblib import cpu_count
from threadpoolctl import threadpool_info, threadpool_limits

from mmensemble._threads import inner_threads, threads_for


def _most():
    return max((pool["num_threads"] for pool in threadpool_info()), default=1)


def test_inner_threads_share_the_processors():
    """Two jobs leave half of the processors to each, never none."""
    assert inner_threads(None) == cpu_count()
    assert inner_threads(2) == max(1, cpu_count() // 2)
    assert inner_threads(64) == 1


def test_small_fits_use_one_thread():
    """A small fit is limited to one thread, and the limit ends with it."""
    before = _most()
    with threads_for(100, 10, 4):
        assert _most() == 1
    assert _most() == before


@pytest.mark.skipif(cpu_count() < 2, reason="one processor has no second thread")
def test_large_fits_use_what_is_left():
    """A large fit may use the threads that it was given."""
    with threadpool_limits(2), threads_for(10_000, 1_000, 2):
        assert _most() == 2


def test_a_limit_from_outside_stays():
    """Who allows one thread gets no more, however large the fit."""
    with threadpool_limits(1), threads_for(10_000, 1_000, 4):
        assert _most() == 1
