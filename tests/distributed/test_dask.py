"""Fits on a local dask cluster: the same numbers, data sent once, workers killed."""

import os

import numpy as np
import pandas as pd
import pytest
from cluster_cases import ROUTES, FatalOnce, numbers_of
from ensemble_cases import make_table
from joblib import parallel_config
from sklearn.linear_model import LogisticRegression

from mmensemble import MultimodalClassifier, compare_fusions, correlation_report

distributed = pytest.importorskip(
    "distributed", reason="dask is not installed (pip install '.[dask]')"
)
pytestmark = pytest.mark.filterwarnings("default")  # those of dask are its own


@pytest.fixture(scope="module")
def client():
    """Return the client of two workers, each a process with one thread."""
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            memory_limit=None,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        client.wait_for_workers(2)
        yield client


@pytest.mark.parametrize("route", ROUTES)
def test_equal_to_sequential(client, route):
    """What a cluster computes is what one process computes."""
    expected = numbers_of(route)
    with parallel_config("dask"):
        found = numbers_of(route, n_jobs=-1)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def received(dask_worker):
    """Return the bytes that a worker has got from other workers."""
    return sum(entry["total"] for entry in dask_worker.transfer_incoming_log)


def test_the_table_is_sent_once(client, monkeypatch):
    """It leaves the client once, and goes on from worker to worker."""
    from distributed.protocol import pickle

    X, y = make_table(50_000, sizes={"a": 10, "b": 10, "c": 10})
    model = MultimodalClassifier(
        fusion="stacking", estimator=LogisticRegression(max_iter=5, tol=1.0), cv=5
    )
    pickled, dumps = [], pickle.dumps

    def counting(obj, *, buffer_callback=None, **options):
        beside = []

        def kept(buffer):
            beside.append(buffer.raw().nbytes)
            return buffer_callback(buffer)

        own = kept if buffer_callback is not None else None
        data = dumps(obj, buffer_callback=own, **options)
        pickled.append((type(obj).__name__, len(data) + sum(beside)))
        return data

    monkeypatch.setattr(pickle, "dumps", counting)
    before = sum(client.run(received).values())
    size = X.memory_usage(index=False).sum()
    with parallel_config("dask"):
        model.fit(X, y)
    tables = [n_bytes for _, n_bytes in pickled if n_bytes > size / 2]
    others = sum(n_bytes for _, n_bytes in pickled) - sum(tables)
    shared = sum(client.run(received).values()) - before
    print(
        f"table {size / 1e6:.1f} MB; from the client {sum(tables) / 1e6:.1f} MB of it "
        f"and {others / 1e6:.1f} MB of rows and models, between workers "
        f"{shared / 1e6:.1f} MB"
    )
    assert len(tables) == 1
    assert tables[0] < 1.1 * size
    assert shared < 3 * size  # dask drops copies that no task waits for


def test_folds_are_spread_without_copies(client, monkeypatch):
    """A comparison hands its table to the cluster once, for all of its folds."""
    from distributed.protocol import pickle

    X, y = make_table(20_000, sizes={"a": 10, "b": 10, "c": 10})
    learner = LogisticRegression(max_iter=5, tol=1.0)
    model = MultimodalClassifier(fusion="voting", estimator=learner)
    names, dumps = [], pickle.dumps

    def naming(obj, **options):
        names.append(type(obj).__name__)
        return dumps(obj, **options)

    monkeypatch.setattr(pickle, "dumps", naming)
    with parallel_config("dask"):
        compare_fusions(model, X, y, fusions=["voting"], cv=3)
    assert names.count("Job") == 1


def test_a_worker_is_killed_and_the_fit_completes(client, tmp_path):
    """Dask does again what it did, by others, which have the table already."""
    X, y = make_table(200)
    learner = FatalOnce(str(tmp_path / "mark"), os.getpid())
    model = MultimodalClassifier(fusion="stacking", estimator=learner, cv=3)
    (tmp_path / "mark").touch()
    expected = model.fit(X, y).predict_proba(X)
    (tmp_path / "mark").unlink()
    client.wait_for_workers(2)
    with parallel_config("dask"):
        found = model.fit(X, y).predict_proba(X)
    assert (tmp_path / "mark").exists()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    client.wait_for_workers(2)


def test_correlations_of_a_dask_frame(client):
    """Partitions are correlated where they are; the report is that of the table."""
    frames = pytest.importorskip("dask.dataframe")
    X, y = make_table(120)
    X.loc[:20, ["b__0", "b__1", "b__2"]] = np.nan
    X = X.assign(y=y)
    found = correlation_report(
        frames.from_pandas(X, npartitions=3), "y", random_state=0
    )
    known = correlation_report(X.drop(columns="y"), X["y"], random_state=0)
    pd.testing.assert_frame_equal(found.pairs_, known.pairs_)
    one, two = (report.correlations_["pearson"] for report in (found, known))
    np.testing.assert_allclose(one.to_numpy(), two.to_numpy(), rtol=0, atol=1e-12)
    with pytest.raises(TypeError, match=r"got a dask frame.*X\.compute\(\)"):
        MultimodalClassifier().fit(frames.from_pandas(X, npartitions=3), y)
