"""Blocks on threads give the results of a loop, in its order."""

import pytest
from threadpoolctl import threadpool_limits

from mmensemble.analysis.matrix._threads import n_threads, shares, streamed, threaded


def test_results_keep_their_order():
    assert threaded(lambda k: k * k, list(range(50))) == [k * k for k in range(50)]
    assert threaded(abs, []) == []


def test_one_blas_thread_means_a_loop():
    with threadpool_limits(1, user_api="blas"):
        assert n_threads() == 1
        assert shares(list(range(9))) == [list(range(9))]
        assert threaded(abs, [-1, -2]) == [1, 2]


def test_shares_keep_every_item():
    parts = shares(list(range(11)))
    assert sorted(k for part in parts for k in part) == list(range(11))
    assert shares([1, 2]) == [[1, 2]]


def test_blas_threads_are_put_back():
    before = n_threads()
    threaded(abs, [1, 2, 3])
    assert n_threads() == before


@pytest.mark.parametrize("threads", [1, 3])
def test_streams_keep_their_order_and_their_buffers(threads):
    """Every thread calls a function of its own, and results come in order."""
    made = []

    def make():
        made.append(object())
        return lambda k: (k, n_threads())

    with threadpool_limits(threads, user_api="blas"):
        allowed = n_threads()
        results = list(streamed(make, list(range(20))))
        assert n_threads() == allowed
    assert results == [(k, 1) for k in range(20)]
    assert 1 <= len(made) <= allowed
    assert list(streamed(make, [])) == []


def test_an_error_in_a_stream_is_raised_and_blas_put_back():
    """The consumer sees what a thread raised."""
    before = n_threads()
    with pytest.raises(ZeroDivisionError):
        list(streamed(lambda: lambda k: 1 // (3 - k), list(range(9))))
    assert n_threads() == before
