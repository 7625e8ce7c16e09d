"""Fit the default of whatever revision is on the path; run in a process of its own."""

import pickle
import sys
import warnings
from pathlib import Path
from time import process_time

from sklearn.metrics import get_scorer

from mmensemble import MultimodalClassifier, MultimodalRegressor
from mmensemble.datasets import make_multimodal


def run(task):
    """Return score and processor time of the fit."""
    warm = make_multimodal(n_samples=60, random_state=0)  # libraries start unclocked
    MultimodalClassifier(random_state=0, n_jobs=1).fit(warm.data, warm.target)
    cls = MultimodalRegressor if task["regression"] else MultimodalClassifier
    model = cls(task["modalities"], random_state=0, n_jobs=1)
    X, y, groups = task["train"]
    start = process_time()
    model.fit(X, y, groups=groups)
    spent = process_time() - start
    return get_scorer(task["metric"])(model, *task["test"]), spent


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    asked, answer = map(Path, sys.argv[1:])
    answer.write_bytes(pickle.dumps(run(pickle.loads(asked.read_bytes()))))
