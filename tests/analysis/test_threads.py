"""Blocks on threads give the results of a loop, in its order."""

from threadpoolctl import threadpool_limits

from mmensemble.analysis._threads import n_threads, shares, threaded


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
