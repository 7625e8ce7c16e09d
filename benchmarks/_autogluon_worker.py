"""Fit AutoGluon on a table; run by the interpreter of its own environment."""

import json
import sys
import warnings
from pathlib import Path
from statistics import median
from time import perf_counter

import pandas as pd
from autogluon.tabular import TabularPredictor


def run(task):
    """Fit, predict and return times, size and the file of predictions."""
    train = pd.read_csv(task["train"], low_memory=False)
    test = pd.read_csv(task["test"], low_memory=False)
    predictor = TabularPredictor(
        label=task["label"],
        problem_type=task["problem"],
        eval_metric=task["metric"],
        path=task["folder"],
        verbosity=0,
    )
    start = perf_counter()
    predictor.fit(
        train,
        presets=task["preset"],
        time_limit=task["time_limit"],
        num_cpus=task["n_cpus"],
        num_gpus=0,
    )
    fit = perf_counter() - start
    size = predictor.disk_usage()
    predictor.persist()
    regression = task["problem"] == "regression"
    ask = predictor.predict if regression else predictor.predict_proba
    seconds = []
    for _ in range(3):
        start = perf_counter()
        found = ask(test)
        seconds.append(perf_counter() - start)
    pd.DataFrame(found).to_csv(task["answers"], index=False)
    return {
        "fit": fit,
        "predict": median(seconds),
        "size": size,
        "models": len(predictor.model_names()),
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    instructions = json.loads(Path(sys.argv[1]).read_text())
    Path(instructions["report"]).write_text(json.dumps(run(instructions)))
