"""Prune bundled real sets inside cross-validation: score and columns, before, after.

python benchmarks/correlation/bench_pruning.py [--thresholds 0.8 0.9 0.95] [--sets ...]
"""

import argparse
import time
import warnings

import numpy as np
from sklearn.base import clone
from sklearn.metrics import get_scorer
from sklearn.pipeline import make_pipeline

from mmensemble import MultimodalClassifier
from mmensemble.analysis import CorrelationPruner
from mmensemble.datasets import (
    load_leaf_flavia,
    load_mfeat,
    load_nycflights,
    load_watch,
    load_womens_clothing,
)

SETS = {"mfeat": load_mfeat, "watch": load_watch, "leaf_flavia": load_leaf_flavia}
#: Sets whose columns of categories are compared, too.
CATEGORIES = {"nycflights": load_nycflights, "womens_clothing": load_womens_clothing}
SETS |= CATEGORIES


def evaluate(model, data):
    """Return scores by fold, columns by fold, dropped modalities, and seconds."""
    scores, widths, dropped, start = [], [], [], time.perf_counter()
    for train, test in data.splitter.split(data.data, data.target, data.groups):
        X, y = data.data.iloc[train], data.target.iloc[train]
        fitted = clone(model).fit(X, y)
        X, y = data.data.iloc[test], data.target.iloc[test]
        scores.append(get_scorer(data.metric)(fitted, X, y))
        pruner = fitted[0]
        if isinstance(pruner, CorrelationPruner):
            widths.append(int(pruner.get_support().sum()))
            report = pruner.report_
            dropped += report.loc[report["level"] == "modality", "dropped"].tolist()
        else:
            widths.append(X.shape[1])
    seconds = time.perf_counter() - start
    return np.array(scores), np.array(widths), dropped, seconds


def main():
    """Print one table a set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--thresholds", type=float, nargs="+", default=[0.8, 0.9, 0.95])
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    levels = ["modality", "feature", "both"]
    parser.add_argument("--levels", nargs="+", default=levels, choices=levels)
    parser.add_argument("--quick", action="store_true", help="one set, one threshold")
    options = parser.parse_args()
    if options.quick:
        options.sets, options.thresholds = ["watch"], [0.9]
    warnings.simplefilter("ignore")
    for name in options.sets:
        data = SETS[name]()
        learner = MultimodalClassifier(fusion="concat", random_state=0)
        models = {"all columns": make_pipeline("passthrough", learner)}
        for level in options.levels:
            for threshold in options.thresholds:
                pruner = CorrelationPruner(level=level, threshold=threshold)
                models[f"{level}, {threshold}"] = make_pipeline(pruner, learner)
        for threshold in options.thresholds * (name in CATEGORIES):
            pruner = CorrelationPruner(
                level="feature", threshold=threshold, categories=True
            )
            models[f"feature, categories, {threshold}"] = make_pipeline(pruner, learner)
        print(f"\n### {name}, {data.metric}\n")
        print("| pruned | score | change by fold | columns | modalities | s |")
        print("|---|---|---|---|---|---|")
        base = None
        for label, model in models.items():
            scores, widths, dropped, seconds = evaluate(model, data)
            base = scores if base is None else base
            change = scores - base
            gone = ", ".join(f"{m} ×{dropped.count(m)}" for m in sorted(set(dropped)))
            print(
                f"| {label} | {scores.mean():.3f} | {change.mean():+.3f} ± "
                f"{change.std(ddof=1):.3f} | {widths.mean():.0f} of "
                f"{data.data.shape[1]} | {gone or '-'} | {seconds:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
