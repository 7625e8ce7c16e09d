"""Attention that starts from other subjects' attention, for a subject with few labels.

watch, a subject at a time, three and ten labels a class of theirs to learn from, and
the rest of their rows to be scored on; accuracy and log loss, means over subjects,
gains on the source as it is with standard errors. "source": fitted on the others'
rows; "pooled": on these and the labelled ones; "target only": on the labelled ones;
"warm": from the source on the labelled ones, how far chosen by inner folds.
"""

import argparse
import warnings

import numpy as np
from _sets import load
from _timing import show, table
from bench_sources import draw
from sklearn.metrics import accuracy_score, log_loss

from mmensemble import AttentionFusion, MultimodalClassifier

LABELS = (3, 10)


def run(data, target, n_labels, number):
    """Return accuracy and log loss of each way for one subject."""
    X, y = data.data, np.asarray(data.target)
    rng = np.random.default_rng([number, n_labels])
    rows = np.flatnonzero(data.groups == target)
    few = draw(y, rows, n_labels, rng)
    others, test = np.flatnonzero(data.groups != target), np.setdiff1d(rows, few)
    modalities = [(m, "passthrough", columns) for m, _, columns in data.modalities]

    def fit(rows, origin=None):
        fusion = AttentionFusion(warm_start_from=origin)
        model = MultimodalClassifier(modalities, fusion=fusion, random_state=0)
        return model.fit(X.iloc[rows], y[rows])

    source = fit(others)
    models = {
        "source": source,
        "pooled": fit(np.append(others, few)),
        "target only": fit(few),
        "warm": fit(few, source.fusion_.model_),
    }
    found = []
    for model in models.values():
        known = model.predict_proba(X.iloc[test])
        labels = model.classes_[known.argmax(axis=1)]
        loss = log_loss(y[test], known, labels=model.classes_)
        found.append((accuracy_score(y[test], labels), loss))
    return list(models), found


def main(quick=False, draws=2):
    """Return the table."""
    warnings.simplefilter("ignore")
    data, lines = load("watch"), []
    targets = np.unique(data.groups)[: 1 if quick else None]
    for n_labels in LABELS[: 1 if quick else None]:
        runs = []
        for target in targets:
            many = [run(data, target, n_labels, number) for number in range(draws)]
            runs.append(np.mean([found for _, found in many], axis=0))
        runs, ways = np.array(runs), many[0][0]
        for k, way in enumerate(ways):
            gain = runs[:, k] - runs[:, 0]
            error = (
                gain.std(axis=0, ddof=1) / np.sqrt(len(gain)) if len(gain) > 1 else 0
            )
            mean, gains = runs[:, k].mean(axis=0), gain.mean(axis=0)
            own = [f"{m:.3f}" for m in mean]
            more = [
                f"{g:+.3f} ± {e:.3f}"
                for g, e in zip(gains, error * np.ones(2), strict=True)
            ]
            lines.append(("watch", n_labels, way, *own, *more))
            print(*lines[-1], flush=True)
    head = ["set", "labels a class", "way", "accuracy", "log loss"]
    return table(lines, [*head, "accuracy, gain", "log loss, gain"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
