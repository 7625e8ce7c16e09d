"""AutoFusion and AutoGluon side by side, in turn, on the bundled sets.

AutoGluon lives in an environment of its own, whose interpreter `--autogluon`
names; it gets the same rows as one flat table.
"""

import argparse
import json
import os
import pickle
import subprocess
import tempfile
import warnings
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import pandas as pd
from _sets import NAMES, fit, load, make_model
from _timing import table
from bench_fusions import parts
from sklearn.metrics import get_scorer

from mmensemble import AutoFusion
from mmensemble.fusion._objectives import FixedClassifier, FixedRegressor

LABEL = "the target"
METRICS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced_accuracy",
    "roc_auc": "roc_auc",
    "r2": "r2",
}
N_CPUS = 2


def ours(data, train, test):
    """Return score, seconds of fit and predict, and megabytes of AutoFusion."""
    model = make_model(data, data.modalities, AutoFusion()).set_params(n_jobs=N_CPUS)
    start = perf_counter()
    fit(model, data, data.data, train)
    spent = perf_counter() - start
    X = data.data.iloc[test]
    ask = model.predict if data.task == "regression" else model.predict_proba
    seconds = []
    for _ in range(3):
        start = perf_counter()
        ask(X)
        seconds.append(perf_counter() - start)
    score = get_scorer(data.metric)(model, X, np.asarray(data.target)[test])
    return score, spent, median(seconds), len(pickle.dumps(model)) / 1e6


def theirs(data, train, test, preset, time_limit, interpreter):
    """Return the same of AutoGluon; None where it ends without a model."""
    X, y = data.data.copy(), np.asarray(data.target)
    X[LABEL] = y
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        X.iloc[train].to_csv(at / "train.csv", index=False)
        X.iloc[test].drop(columns=LABEL).to_csv(at / "test.csv", index=False)
        task = {
            "label": LABEL,
            "problem": problem(data),
            "metric": METRICS[data.metric],
            "preset": preset,
            "time_limit": time_limit,
            "n_cpus": N_CPUS,
            "folder": str(at / "models"),
        }
        files = ("train.csv", "test.csv", "answers.csv", "report.json")
        task |= {name.split(".")[0]: str(at / name) for name in files}
        (at / "task.json").write_text(json.dumps(task))
        worker = Path(__file__).with_name("_autogluon_worker.py")
        done = subprocess.run(
            [interpreter, str(worker), str(at / "task.json")],
            env=clean_environment(),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            print(f"  {preset}: {done.stderr.strip()[-300:]}", flush=True)
            return None
        report = json.loads((at / "report.json").read_text())
        answers = pd.read_csv(at / "answers.csv")
    score = score_answers(data, answers, y[test])
    return score, report["fit"], report["predict"], report["size"] / 1e6


def problem(data):
    """Return AutoGluon's word for the task."""
    if data.task == "regression":
        return "regression"
    return "binary" if len(np.unique(data.target)) == 2 else "multiclass"


def clean_environment():
    """Return the environment without what concerns this interpreter only."""
    ours = ("PYTHONPATH", "OMP_NUM_THREADS", "VIRTUAL_ENV", "PYTHONHOME")
    return {key: value for key, value in os.environ.items() if key not in ours}


def score_answers(data, answers, truth):
    """Return the set's own score of predictions read from a file."""
    values = answers.to_numpy(dtype=float)
    if data.task == "regression":
        model = FixedRegressor(values[:, 0])
    else:
        classes = np.unique(np.asarray(data.target))
        order = [list(answers.columns).index(str(label)) for label in classes]
        model = FixedClassifier(values[:, order], classes)
    return get_scorer(data.metric)(model, np.arange(len(truth))[:, None], truth)


def row(name, options):
    """Run all on the folds of one set, in turn; return lines of the table."""
    data, found = load(name), {}
    for train, test in parts(data, name, options.folds):
        if options.rows:
            train = train[:: max(1, len(train) // options.rows)]
        mine = ours(data, train, test)
        found.setdefault("AutoFusion", []).append(mine)
        for preset, factor in (("medium", options.medium), ("best", options.best)):
            limit = max(options.least, factor * mine[1])
            done = theirs(
                data, train, test, f"{preset}_quality", limit, options.autogluon
            )
            found.setdefault(f"AutoGluon, {preset}", []).append(done)
    lines = []
    for method, runs in found.items():
        runs = [run for run in runs if run is not None]
        means = np.mean(runs, axis=0) if runs else np.full(4, np.nan)
        score, spent, predict, size = means
        line = (name, data.metric, method, f"{score:.3f}", f"{spent:.1f}")
        line += (f"{predict * 1e3:.0f}", f"{size:.1f}")
        print("|", " | ".join(line), "|", flush=True)
        lines.append(line)
    return lines


def main(quick=False, options=None):
    """Return the table as Markdown."""
    if options is None:
        raise SystemExit("Run this file itself: it needs --autogluon PYTHON.")
    if quick:
        options.sets, options.rows, options.least = ["alzheimer"], 100, 10
    warnings.filterwarnings("ignore", "The least populated class")
    small = load("nutrimouse")  # workers and libraries start before the clock
    ours(small, *parts(small, "nutrimouse", 1)[0])
    lines = [line for name in options.sets for line in row(name, options)]
    head = ("set", "score", "method", "its value", "fit (s)", "predict (ms)")
    return table(lines, (*head, "size (MB)"))


def parse():
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--autogluon", required=True, metavar="PYTHON")
    parser.add_argument("--folds", type=int, default=1)
    parser.add_argument("--sets", nargs="+", default=list(NAMES))
    parser.add_argument("--rows", type=int, help="learn from about so many")
    help_ = "time limit as a multiple of ours"
    parser.add_argument("--medium", type=float, default=2.0, help=help_)
    parser.add_argument("--best", type=float, default=4.0, help=help_)
    parser.add_argument("--least", type=float, default=20.0, help="least limit (s)")
    return parser.parse_args()


if __name__ == "__main__":
    chosen = parse()
    print(main(chosen.quick, chosen))
