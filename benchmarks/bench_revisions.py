"""The default now and at another revision: scores, and processor time of `fit`.

Both fit the same rows of the bundled sets in turn, each in a process of its own, with
one job and one thread. Differences are of the mean over folds, with standard errors;
times are means.

    git worktree add ../before REVISION
    python benchmarks/bench_revisions.py --before ../before [--folds 3]
"""

import argparse
import os
import pickle
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from _sets import NAMES, load
from _timing import show, table
from bench_fusions import differences, parts

HERE = Path(__file__).resolve().parent


def run(checkout, data, train, test):
    """Return the score of a checkout's default on rows, and seconds of its fit."""
    y = np.asarray(data.target)
    groups = None if data.groups is None else np.asarray(data.groups)[train]
    task = {
        "regression": data.task == "regression",
        "metric": data.metric,
        "modalities": data.modalities,
        "train": (data.data.iloc[train], y[train], groups),
        "test": (data.data.iloc[test], y[test]),
    }
    with tempfile.TemporaryDirectory() as folder:
        asked, answer = Path(folder) / "asked.pickle", Path(folder) / "answer.pickle"
        asked.write_bytes(pickle.dumps(task))
        environment = os.environ | {"PYTHONPATH": str(checkout), "OMP_NUM_THREADS": "1"}
        worker = [sys.executable, str(HERE / "_revision_worker.py"), asked, answer]
        subprocess.run(worker, env=environment, check=True, cwd=folder)
        return pickle.loads(answer.read_bytes())


def row(name, options):
    """Return one row of the table."""
    data, found = load(name), []
    for train, test in parts(data, name, options.folds):
        checkouts = options.before.resolve(), HERE.parent
        found.append([run(checkout, data, train, test) for checkout in checkouts])
    scores, seconds = np.moveaxis(np.array(found), 2, 0)
    line = [name, data.metric, len(found), *(f"{s:.4f}" for s in scores.mean(axis=0))]
    line += [differences(scores[:, 1], scores[:, 0])]
    line += [f"{s:.1f}" for s in seconds.mean(axis=0)]
    line += [f"{seconds[:, 0].sum() / seconds[:, 1].sum():.2f}"]
    print("|", " | ".join(map(str, line)), "|", flush=True)
    return line


def main(options):
    """Return the table."""
    warnings.filterwarnings("ignore", "The least populated class")
    head = ["set", "score", "folds", "before", "now", "difference"]
    head += ["fit before (s)", "fit now (s)", "times faster"]
    return table([row(name, options) for name in options.sets], head)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--sets", nargs="+", default=list(NAMES))
    show(main(parser.parse_args()))
