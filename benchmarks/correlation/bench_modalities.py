"""What a study of modalities costs, in matrix products of the same table.

Processor seconds of `ModalityCorrelation` on 20,000 rows of four modalities of 100
columns with two classes, over those of one product of the table's columns with as
many others, both with one thread; and with as many threads as the machine offers.
"""

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parents[1]))

from _timing import show, table
from run import write

from mmensemble.analysis import ModalityCorrelation


def data(n_rows, width=100, n_modalities=4):
    """Return a table of modalities that share ten factors, and two classes."""
    rng = np.random.default_rng(0)
    common = rng.normal(size=(n_rows, 10))
    parts = [
        common @ rng.normal(size=(10, width)) + 2 * rng.normal(size=(n_rows, width))
        for _ in range(n_modalities)
    ]
    y = common[:, 0] + rng.normal(size=n_rows) > 0
    modalities = [
        (f"m{k}", "passthrough", slice(width * k, width * (k + 1)))
        for k in range(n_modalities)
    ]
    return np.hstack(parts), y.astype(int), modalities


def spent(action):
    """Return processor seconds, those of all threads."""
    start = process_time()
    action()
    return process_time() - start


def main(quick=False):
    """Return the table."""
    n_rows, repeats = (2_000, 1) if quick else (20_000, 5)
    X, y, modalities = data(n_rows)
    other = np.random.default_rng(1).normal(size=X.shape)
    products, studies = [], {"1": [], "default": []}
    for _ in range(repeats):
        with threadpool_limits(1):
            products += [spent(lambda: X.T @ other) for _ in range(5)]
        for threads, found in studies.items():
            with threadpool_limits(1) if threads == "1" else nullcontext():
                model = ModalityCorrelation(modalities=modalities, random_state=0)
                found.append(spent(lambda model=model: model.fit(X, y)))
    product = median(products)
    rows = [
        (threads, f"{product * 1e3:.0f}", f"{median(found) / product:.1f}")
        for threads, found in studies.items()
    ]
    return table(rows, ["threads", "one product (ms)", "products"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    found = main(given.quick)
    show(found)
    if not given.quick:
        write("correlation_modalities", found)
