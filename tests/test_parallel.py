"""Results that come in one by one, whatever joblib's backend can do."""

import gc

import numpy as np
import pandas as pd
import pytest
from ensemble_cases import classifier, make_table
from joblib import parallel_config, register_parallel_backend
from joblib._parallel_backends import ThreadingBackend
from joblib.parallel import BACKENDS, get_active_backend
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.utils.parallel import delayed

from mmensemble import compare_fusions
from mmensemble._parallel import (
    LostWorkersError,
    SizedMixin,
    lost_workers,
    report_progress,
    stays_here,
    stream,
    table_bytes,
)


class ListsOnly(ThreadingBackend):
    """A backend that cannot return generators, as that of ray."""

    supports_return_generator = False


class Cluster(ThreadingBackend):
    """A backend that serves nested work and sends data, as that of dask."""

    supports_sharedmem = False

    def __init__(self, client=None, **options):
        super().__init__(**options)
        self.client, self.data_futures = client, {}

    def get_nested_backend(self):
        """Hand nested work to the cluster too."""
        return Cluster(self.client), None


class Client:
    """Knows what was sent."""

    def __init__(self):
        self.sent = []

    def scatter(self, value, *, broadcast, hash):
        """Send a value."""
        self.sent.append((value, broadcast, hash))
        return f"future {len(self.sent)}"


@pytest.fixture
def cluster():
    """Register the cluster for one test."""
    register_parallel_backend("cluster", Cluster)
    yield "cluster"
    del BACKENDS["cluster"]


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


class KilledWorker(Exception):
    """What dask raises, by name."""


class Dies(LogisticRegression):
    """A learner whose worker is killed so many times."""

    deaths = 0

    def fit(self, X, y, sample_weight=None):
        """Fit, or be killed."""
        if Dies.deaths:
            Dies.deaths -= 1
            raise KilledWorker("out of memory")
        return super().fit(X, y, sample_weight)


def test_what_lost_workers_did_is_done_again(monkeypatch):
    """Once, with a warning; after that the fit says how much is missing."""
    X, y = make_table()
    model = classifier(X, "stacking", estimator=Dies())
    expected = model.fit(X, y).predict_proba(X)
    monkeypatch.setattr(Dies, "deaths", 1)
    with pytest.warns(UserWarning, match=r"lost; \d+ of \d+ fits are done"):
        found = model.fit(X, y).predict_proba(X)
    assert_array_equal(found, expected)
    monkeypatch.setattr(Dies, "deaths", 2)
    with (
        pytest.warns(UserWarning, match="Workers were lost"),
        pytest.raises(LostWorkersError, match="nothing of this fit is kept"),
    ):
        model.fit(X, y)


def test_errors_of_lost_workers_are_known():
    """By the names of their classes and of their bases."""
    heir = type("Heir", (KilledWorker,), {})
    assert all(map(lost_workers, [KilledWorker(), heir(), LostWorkersError()]))
    assert not lost_workers(ValueError("KilledWorker"))


def test_tables_say_their_size():
    """Arrays, sparse matrices and frames; texts are not looked at."""

    class Holder(SizedMixin):
        X = np.zeros((1000, 10))

    assert Holder().__sizeof__() > 80_000
    assert table_bytes(sparse.csr_matrix(np.eye(100))) == 800
    assert table_bytes(pd.DataFrame({"a": ["x"] * 10})) == 80
    assert table_bytes(None) == 0


def where():
    """Return the name of the backend that nested work would use, and its jobs."""
    backend, n_jobs = get_active_backend()
    return type(backend).__name__, n_jobs


def test_nested_work_stays_here(cluster):
    """Only a backend that serves nested work is left for threads."""
    with parallel_config(cluster, n_jobs=2):
        assert where()[0] == "Cluster"
        assert stays_here(where)() == ("ThreadingBackend", 1)
    for backend in ("loky", "threading", "multiprocessing", "sequential"):
        with parallel_config(backend, n_jobs=2):
            assert stays_here(where)() == where()


def test_what_is_shared_is_sent_to_all_workers(cluster):
    """Once each, and only where there is more than one worker."""
    client, data = Client(), np.zeros(3)
    for n_jobs, n_sent in ((1, 0), (2, 1)):
        with parallel_config(cluster, client=client):
            found = list(stream(calls(), n_jobs, shared=[data]))
            futures = get_active_backend()[0].data_futures
        assert found == [0, 1, 4, 9, 16]
        assert client.sent == [(data, True, False)] * n_sent
        assert futures == {id(data): "future 1"} if n_sent else futures == {}


def test_what_was_shared_is_forgotten_with_it(cluster):
    """Else another value, at the same place in memory, would be taken for it."""

    class Forgetful(Client):
        def scatter(self, value, **options):
            return "future"

    with parallel_config(cluster, client=Forgetful()):
        futures = get_active_backend()[0].data_futures
        for _ in range(3):
            data = np.zeros(3)
            assert list(stream(calls(), 2, shared=[data])) == [0, 1, 4, 9, 16]
            assert list(futures) == [id(data)]
            del data
            assert not futures
        X, y = make_table(60)
        model = classifier(X, estimator=LogisticRegression(), cv=2, n_jobs=2)
        model.fit(X, y)
        gc.collect()
        assert not futures


def test_a_fit_shares_its_table(cluster):
    """The training data of a fit travel once."""
    X, y = make_table(60)
    client = Client()
    with parallel_config(cluster, client=client):
        model = classifier(X, estimator=LogisticRegression(), cv=2, n_jobs=2)
        model.fit(X, y)
    assert [type(value).__name__ for value, *_ in client.sent] == ["TrainingData"]
