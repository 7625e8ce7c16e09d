"""One fit on a local dask cluster of one worker and of two: seconds and predictions."""

import argparse
from time import perf_counter

import numpy as np
from _timing import show, table
from joblib import parallel_config
from run import write
from sklearn.ensemble import RandomForestClassifier

from mmensemble import MultimodalClassifier
from mmensemble.datasets import make_multimodal


def make_model(n_trees):
    """Return a stack of forests, each on one core."""
    forest = RandomForestClassifier(n_trees, min_samples_leaf=5, n_jobs=1)
    return MultimodalClassifier(
        fusion="stacking", estimator=forest, cv=5, random_state=0
    )


def fit_on(n_workers, model, X, y):
    """Return the seconds of a fit on so many workers, and its probabilities."""
    from distributed import Client, LocalCluster

    options = {"threads_per_worker": 1, "dashboard_address": None}
    with (
        LocalCluster(n_workers=n_workers, **options) as cluster,
        Client(cluster) as client,
    ):
        client.wait_for_workers(n_workers)
        client.run(lambda: __import__("mmensemble").MultimodalClassifier)
        start = perf_counter()
        with parallel_config("dask"):
            model.fit(X, y)
        return perf_counter() - start, model.predict_proba(X)


def main(quick=False, n_rows=4000, n_trees=200):
    """Return the seconds, and the largest difference to the fit without a cluster."""
    n_rows, n_trees = (300, 5) if quick else (n_rows, n_trees)
    data = make_multimodal(n_rows, random_state=0)
    X, y = data.data, data.target
    model = make_model(n_trees)
    start = perf_counter()
    expected = model.fit(X, y).predict_proba(X)
    rows = [("no cluster", f"{perf_counter() - start:.1f}", "")]
    for n_workers in (1, 2):
        seconds, found = fit_on(n_workers, model, X, y)
        largest = np.abs(found - expected).max()
        rows.append((f"dask, {n_workers}", f"{seconds:.1f}", f"{largest:.1g}"))
    return table(rows, ["workers", "seconds", "largest difference"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--trees", type=int, default=200)
    parser.add_argument("--quick", action="store_true", help="small; prints only")
    options = parser.parse_args()
    found = main(options.quick, options.rows, options.trees)
    show(found)
    if not options.quick:
        write("cluster", found)
