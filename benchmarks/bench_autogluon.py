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
from _timing import show, table
from bench_fusions import parts
from sklearn.metrics import get_scorer

from mmensemble import AutoFusion
from mmensemble.learners._scoring import KnownClassifier, KnownRegressor

LABEL = "the target"
METRICS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced_accuracy",
    "roc_auc": "roc_auc",
    "r2": "r2",
}
N_CPUS = 2
METHODS = ("AutoFusion", "AutoGluon, medium", "AutoGluon, best")


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
        model = KnownRegressor(values[:, 0])
    else:
        classes = np.unique(np.asarray(data.target))
        order = [list(answers.columns).index(str(label)) for label in classes]
        model = KnownClassifier(values[:, order], classes)
    return get_scorer(data.metric)(model, np.arange(len(truth))[:, None], truth)


def contestants(options):
    """Return each method's name, and how it is run on one fold."""

    def ask(preset, factor, least):
        def run(data, train, test, spent):
            limit = max(least, factor * spent)
            name = f"{preset}_quality"
            return theirs(data, train, test, name, limit, options.autogluon)

        return run

    runs = (
        lambda data, train, test, spent: ours(data, train, test),
        ask("medium", options.medium, options.least_medium),
        ask("best", options.best, options.least_best),
    )
    return dict(zip(METHODS, runs, strict=True))


def run_fold(name, fold, options, log):
    """Run all on one fold of one set, in turn, unless `log` holds it already."""
    data = load(name)
    train, test = parts(data, name, fold + 1)[fold]
    if options.rows:
        train = train[:: max(1, len(train) // options.rows)]
    for method, run in contestants(options).items():
        if (name, fold, method) in log:
            continue
        spent = log.get((name, fold, "AutoFusion"), (None, 0.0))[1]
        found = run(data, train, test, spent)
        log[name, fold, method] = found
        if options.log:
            with Path(options.log).open("a") as file:
                file.write(json.dumps([name, fold, method, found]) + "\n")


def read_log(options):
    """Return what an interrupted run has measured."""
    if not options.log or not Path(options.log).exists():
        return {}
    lines = map(json.loads, Path(options.log).read_text().splitlines())
    return {(name, fold, method): found for name, fold, method, found in lines}


def lines_of(name, log):
    """Return one line of the table for each method."""
    lines = []
    for method in METHODS:
        keys = [key for key in log if key[0] == name and key[2] == method]
        runs = np.array([log[key] for key in keys if log[key] is not None])
        if len(runs) == 0:
            lines.append((name, "", method, "no model", "", "", ""))
            continue
        scores, spent, predict, size = runs.T
        spread = f" ± {np.std(scores, ddof=1):.3f}" if len(scores) > 1 else ""
        value = f"{np.mean(scores):.3f}{spread}"
        line = (name, load(name).metric, method, value, f"{np.mean(spent):.1f}")
        lines.append((*line, f"{np.mean(predict) * 1e3:.0f}", f"{np.mean(size):.1f}"))
    return lines


def main(quick=False, options=None):
    """Return the table."""
    if options is None:
        raise SystemExit("Run this file itself: it needs --autogluon PYTHON.")
    if quick:
        options.sets, options.rows, options.least_best = ["alzheimer"], 100, 10
    warnings.filterwarnings("ignore", "The least populated class")
    small = load("nutrimouse")  # workers and libraries start before the clock
    ours(small, *parts(small, "nutrimouse", 1)[0])
    log = read_log(options)
    for fold in range(options.folds):
        for name in options.sets:
            run_fold(name, fold, options, log)
            print(*lines_of(name, log), sep="\n", flush=True)
    lines = [line for name in options.sets for line in lines_of(name, log)]
    head = ("set", "score", "method", "its value", "fit (s)", "predict (ms)")
    return table(lines, (*head, "size (MB)"))


def parse():
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--autogluon", required=True, metavar="PYTHON")
    parser.add_argument("--folds", type=int, default=1)
    parser.add_argument("--log", metavar="FILE", help="to take up a run again")
    parser.add_argument("--sets", nargs="+", default=list(NAMES))
    parser.add_argument("--rows", type=int, help="learn from about so many")
    help_ = "time limit as a multiple of ours"
    parser.add_argument("--medium", type=float, default=2.0, help=help_)
    parser.add_argument("--best", type=float, default=4.0, help=help_)
    help_ = "least limit, seconds"
    parser.add_argument("--least-medium", type=float, default=15.0, help=help_)
    parser.add_argument("--least-best", type=float, default=60.0, help=help_)
    return parser.parse_args()


if __name__ == "__main__":
    chosen = parse()
    show(main(chosen.quick, chosen))
