"""Fits on a local ray: the same numbers, and workers that are killed."""

import os
import sys

import numpy as np
import pytest
from cluster_cases import PATHS, ROUTES, FatalOnce, numbers_of
from ensemble_cases import make_table
from joblib import parallel_config

from mmensemble import MultimodalClassifier

ray = pytest.importorskip("ray", reason="ray is not installed (pip install '.[ray]')")
pytestmark = pytest.mark.filterwarnings("default")  # those of ray are its own


@pytest.fixture(scope="module")
def cluster():
    """Start a local ray with two workers, which find what tests define."""
    from ray.util.joblib import register_ray

    paths = os.pathsep.join([*PATHS, *filter(None, sys.path)])
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        object_store_memory=200_000_000,
        runtime_env={"env_vars": {"PYTHONPATH": paths}},
    )
    register_ray()
    yield
    ray.shutdown()


@pytest.mark.parametrize("route", ROUTES)
def test_equal_to_sequential(cluster, route):
    """What ray computes is what one process computes."""
    expected = numbers_of(route)
    with parallel_config("ray", n_jobs=2):
        found = numbers_of(route)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_a_worker_is_killed_and_the_fit_completes(cluster, tmp_path):
    """The pool is lost with it; another one does everything again."""
    X, y = make_table(60)
    learner = FatalOnce(str(tmp_path / "mark"), os.getpid())
    model = MultimodalClassifier(fusion="stacking", estimator=learner, cv=3)
    (tmp_path / "mark").touch()
    expected = model.fit(X, y).predict_proba(X)
    (tmp_path / "mark").unlink()
    with (
        parallel_config("ray", n_jobs=2),
        pytest.warns(UserWarning, match=r"Workers were lost; .* are done again"),
    ):
        found = model.fit(X, y).predict_proba(X)
    assert (tmp_path / "mark").exists()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
