"""Inner threads."""

import pytest
from joblib import cpu_count
from threadpoolctl import threadpool_info, threadpool_limits

from mmensemble import MultimodalRegressor
from mmensemble._threads import inner_threads, threads_for
from mmensemble.datasets import make_multimodal
from mmensemble.fusion import BaseFusion


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


def test_small_fusions_use_one_thread():
    """What a fusion does itself is limited as the fits of its members are."""

    class Noting(BaseFusion):
        def _fit(self, data):
            self.most_ = _most()

        def _predict(self, data):
            return data.predictions[:, 0]

    data = make_multimodal(60, task="regression", random_state=0)
    with threadpool_limits(2):
        model = MultimodalRegressor(fusion=Noting()).fit(data.data, data.target)
    assert model.fusion_.most_ == 1
