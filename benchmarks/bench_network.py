"""What training the networks of a shared space costs: an epoch, and growth.

An epoch of 2,000 rows, two views of 500 columns and 32 codes, one thread, beside
the same network in torch where `--torch` names an interpreter that has it, in turn;
torch gets the blocks as our networks see them, reduced to 64 columns, and must find
the same loss and gradient. Then whole fits, reduction included, of ever more rows.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
import pandas as pd
from _timing import show
from run import write
from threadpoolctl import threadpool_limits

from mmensemble import SharedSpace
from mmensemble.representation._code_batches import BatchMaker, CodeRows
from mmensemble.representation._network_space import NetworkOptions, NetworkSpace

N_COMPONENTS = 32
#: What the networks of both are trained with.
BATCH_SIZE, NOISE = 200, 0.2
#: Torch and NumPy add in different orders, in float32.
CLOSE = 1e-5


def views(n_rows, n_columns=500):
    """Return two views of 40 common factors with noise, side by side."""
    rng = np.random.default_rng(0)
    common = rng.normal(size=(n_rows, 40))
    values = [common @ rng.normal(size=(40, n_columns)) for _ in range(2)]
    return np.hstack([part + rng.normal(size=part.shape) for part in values])


def fit_seconds(values, n_epochs):
    """Return processor seconds of a fit."""
    width = values.shape[1] // 2
    modalities = [
        (name, "passthrough", slice(width * k, width * (k + 1)))
        for k, name in enumerate("ab")
    ]
    space = SharedSpace(
        modalities=modalities,
        n_components=N_COMPONENTS,
        max_iter=n_epochs,
        tol=0,
        random_state=0,
    )
    start = process_time()
    space.fit(values)
    return process_time() - start


def time_epoch(values, n_epochs=20):
    """Return processor seconds of an epoch, by two fits of different length."""
    return (fit_seconds(values, n_epochs + 5) - fit_seconds(values, 5)) / n_epochs


def task(values):
    """Return a network with its parameters, rows and one batch, as torch gets them."""
    blocks = np.split(values, 2, axis=1)
    present = np.ones((len(values), 2), dtype=bool)
    options = NetworkOptions(max_iter=1, noise=NOISE, batch_size=BATCH_SIZE)
    space = NetworkSpace("autoencoder", N_COMPONENTS, options=options)
    space.fit(blocks, present)
    own = space._inputs(space.reduce(blocks, present), present)
    ones = np.ones(len(values), dtype=np.float32)
    rows = CodeRows(own, present.astype(np.float32), ones)
    maker = BatchMaker(rows, BATCH_SIZE, 0, NOISE, np.random.default_rng(0))
    return space, own, maker.batch(np.arange(BATCH_SIZE))


def beside_torch(values, interpreter, n_epochs=20):
    """Return torch's version, and seconds of an epoch in torch, checked for equality.

    Raises
    ------
    AssertionError
        If loss or gradient are not those of our network.
    """
    space, own, batch = task(values)
    net, theta = space.net_, space.theta_
    given = {f"parameter {n}": v for n, v in net.layout.views(theta).items()}
    for m in range(2):
        given |= {f"block {m}": own[m], f"input {m}": batch.inputs[m]}
        given[f"goal {m}"] = batch.goals[m]
    given["seen"] = batch.seen[:, 0]
    options = {"n_epochs": n_epochs, "batch_size": BATCH_SIZE, "noise": NOISE}
    with tempfile.TemporaryDirectory() as folder:
        source, answer = Path(folder, "task.npz"), Path(folder, "answer.npz")
        np.savez(source, **given)
        worker = Path(__file__).with_name("_torch_worker.py")
        alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        subprocess.run(
            [interpreter, worker, source, answer, json.dumps(options)],
            env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | alone,
            check=True,
        )
        found = dict(np.load(answer))
    losses, flat = net.objective(theta, batch)
    np.testing.assert_allclose(found["loss"], losses["loss"], rtol=CLOSE)
    for name, slope in net.layout.views(flat).items():
        atol = CLOSE * np.abs(flat).max()
        np.testing.assert_allclose(found[name], slope, atol=atol, err_msg=name)
    return str(found["version"]), float(found["seconds"])


def epochs(interpreter, repeats):
    """Return the table of an epoch."""
    values, ours, theirs, version = views(2_000), [], [], ""
    for _ in range(repeats):
        ours.append(time_epoch(values))
        if interpreter is not None:
            version, seconds = beside_torch(values, interpreter)
            theirs.append(seconds)
    rows = [("mmensemble", median(ours))]
    if theirs:
        rows.append((f"torch {version}", median(theirs)))
    frame = pd.DataFrame(rows, columns=["network", "an epoch (s)"])
    frame["of ours"] = (frame["an epoch (s)"] / rows[0][1]).round(2)
    return frame.round(4)


def growth(sizes, repeats):
    """Return seconds of fits of 20 epochs by rows; two views of 50 columns."""
    spent = {n: [] for n in sizes}
    tables = {n: views(n, 50) for n in sizes}
    for _ in range(repeats):
        for n, values in tables.items():
            spent[n].append(fit_seconds(values, 20))
    rows = [(n, median(own), median(own) / n * 1e6) for n, own in spent.items()]
    columns = ["rows", "fit (s)", "a row (microseconds)"]
    return pd.DataFrame(rows, columns=columns).round(2)


def main(quick=False, interpreter=None):
    """Return the tables."""
    sizes = (1_000, 2_000) if quick else (1_000, 3_000, 10_000, 30_000, 100_000)
    with threadpool_limits(1):
        return {
            "epoch": epochs(interpreter, 1 if quick else 7),
            "growth": growth(sizes, 1 if quick else 3),
        }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--torch", help="an interpreter that has torch")
    given = parser.parse_args()
    tables = main(given.quick, given.torch)
    show(tables)
    if not given.quick:
        write("network", tables)
