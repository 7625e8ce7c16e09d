"""Results that come in one by one, whatever joblib's backend can do."""

import numpy as np
import pytest
from ensemble_cases import classifier, make_table
from joblib import parallel_config, register_parallel_backend
from joblib._parallel_backends import ThreadingBackend
from joblib.parallel import BACKENDS
from numpy.testing import assert_array_equal
from sklearn.utils.parallel import delayed

from mmensemble import compare_fusions
from mmensemble._parallel import report_progress, stream


class ListsOnly(ThreadingBackend):
    """A backend that cannot return generators, as that of ray."""

    supports_return_generator = False


@pytest.fixture
def lists_only():
    """Register the backend for one test."""
    register_parallel_backend("lists only", ListsOnly)
    yield "lists only"
    del BACKENDS["lists only"]


def calls():
    """List some calls."""
    return [delayed(pow)(k, 2) for k in range(5)]


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_stream(n_jobs, ordered):
    """All results come, in order where that is wanted."""
    found = list(stream(calls(), n_jobs, ordered=ordered))
    assert sorted(found) == [0, 1, 4, 9, 16]
    assert not ordered or found == sorted(found)


def test_stream_is_lazy():
    """The first result is there before the last call is made."""
    made = []

    def called():
        for call in calls():
            made.append(call)
            yield call

    results = stream(called(), 1)
    assert next(results) == 0
    assert len(made) < 5
    assert list(results) == [1, 4, 9, 16]


@pytest.mark.parametrize("ordered", [True, False])
def test_backend_without_generators(lists_only, ordered):
    """There results come as a list, in order."""
    with parallel_config(lists_only, n_jobs=2):
        assert list(stream(calls(), None, ordered=ordered)) == [0, 1, 4, 9, 16]


def test_fits_and_comparisons_on_such_backends(lists_only):
    """Estimators and comparisons give the same there."""
    X, y = make_table()
    model = classifier(X, "stacking")
    expected = model.fit(X, y).predict_proba(X)
    alone = compare_fusions(model, X, y, fusions=["voting"], cv=2).frame()
    for backend in (lists_only, "multiprocessing"):
        with parallel_config(backend, n_jobs=2):
            found = model.fit(X, y).predict_proba(X)
            compared = compare_fusions(model, X, y, fusions=["voting"], cv=2).frame()
        assert_array_equal(found, expected)
        scores = "mean_test_score"
        assert_array_equal(compared[scores], alone[scores])
    assert np.isfinite(expected).all()


def test_progress(capsys):
    """A call, a line, or nothing."""
    calls = []
    report_progress(lambda *given: calls.append(given), "try_it", 1, 2, "folds")
    report_progress(1, "try_it", 1, 2, "folds")
    report_progress(0, "try_it", 2, 2, "folds")
    assert calls == [(1, 2, "folds")]
    assert capsys.readouterr().out == "[try_it] 1/2 folds\n"
