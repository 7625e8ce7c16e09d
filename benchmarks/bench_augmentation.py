"""Augmentation beside mere repetition of rows, and decisions for rare classes.

``steps``: forests of 200 trees on few rows, accuracy, mean and standard error over
seeds: as they are, with each row repeated, and with changed copies. ``gain`` is
against repetition, row sets paired. ``decisions``: alzheimer thinned to a twelfth of
positives, logistic regression, 5 times 2 folds: balanced accuracy and log loss.
"""

import argparse
import warnings

import numpy as np
import pandas as pd
from _full_sets import load_full
from _sets import load
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, log_loss
from sklearn.model_selection import RepeatedStratifiedKFold

from mmensemble import MultimodalClassifier
from mmensemble.augmentation import (
    CutMixModality,
    DropModality,
    Jitter,
    MixUp,
    MultimodalAugmenter,
    Oversample,
    SwapModality,
)

STEPS = {
    "repeat": [],
    "jitter": [Jitter(0.1)],
    "mix": [MixUp(0.4)],
    "jitter, mix": [Jitter(0.1), MixUp(0.4)],
    "mix in class": [MixUp(0.4, pairs="class")],
    "mix near": [MixUp(0.4, pairs="near")],
    "swap": [SwapModality(0.5)],
    "cut": [CutMixModality(1.0)],
    "drop": [DropModality(0.2)],
}
COPIES = 2
#: Set, share of its rows (or number of its groups) to learn from.
CASES = [("htad", 0.1), ("watch", 4), ("leaf_flavia", 0.1), ("mfeat", 0.05)]
DECISIONS = {
    "none": {},
    "class weights": {"class_weight": "balanced"},
    "oversample": {"steps": [Oversample("smote")]},
    "oversample by modality": {"steps": [Oversample(neighbours="modality")]},
    "repeat rare rows": {"steps": [Oversample("repeat")]},
    "threshold at the prior": {"decision": "prior"},
}
POSITIVES = 0.09


def draw(data, share, seed):
    """Return rows to learn from and to be scored on."""
    rng = np.random.default_rng(seed)
    y = np.asarray(data.target)
    if isinstance(share, int):
        groups = np.asarray(data.groups)
        chosen = rng.permutation(np.unique(groups))[:share]
        inside = np.isin(groups, chosen)
        return np.flatnonzero(inside), np.flatnonzero(~inside)
    train = []
    for label in np.unique(y):
        own = rng.permutation(np.flatnonzero(y == label))
        train += own[: max(3, round(share * len(own)))].tolist()
    return np.array(train), np.setdiff1d(np.arange(len(y)), train)


def steps_table(seeds, sets, folder):
    """Return the table of forests."""
    rows = []
    for name, share in sets:
        data = load(name) if folder is None else load_full(name, folder)
        X, y = data.data, np.asarray(data.target)
        found = {}
        for seed in range(seeds):
            train, test = draw(data, share, seed)
            for trees in (RandomForestClassifier, ExtraTreesClassifier):
                learner = trees(200, random_state=seed, n_jobs=1)
                for label, steps in {"none": None, **STEPS}.items():
                    augmenter = steps
                    if steps is not None:
                        augmenter = MultimodalAugmenter(steps, n_copies=COPIES)
                    model = MultimodalClassifier(
                        data.modalities,
                        fusion="concat",
                        estimator=learner,
                        augmenter=augmenter,
                        random_state=seed,
                    ).fit(X.iloc[train], y[train])
                    score = model.score(X.iloc[test], y[test])
                    found.setdefault((trees.__name__, label), []).append(score)
        for (trees, label), scores in found.items():
            gain = np.subtract(scores, found[trees, "repeat"])
            cells = [np.mean(scores), _error(scores), gain.mean(), _error(gain)]
            rows.append((name, len(train), trees, label, *cells))
            print(*rows[-1], flush=True)
    columns = ["set", "rows", "trees", "steps", "accuracy", "error", "gain"]
    return pd.DataFrame(rows, columns=[*columns, "gain, error"]).round(4)


def _error(values):
    return np.std(values, ddof=1) / np.sqrt(len(values))


def decisions_table(seeds):
    """Return the table of decisions."""
    data = load("alzheimer")
    X, y = data.data, np.asarray(data.target)
    y = (y == np.unique(y)[1]).astype(int)
    rows = {}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        rare = rng.permutation(np.flatnonzero(y == 1))
        n_rare = round(POSITIVES / (1 - POSITIVES) * (y == 0).sum())
        kept = np.sort(np.concatenate([np.flatnonzero(y == 0), rare[:n_rare]]))
        splitter = RepeatedStratifiedKFold(n_splits=2, n_repeats=1, random_state=seed)
        for train, test in splitter.split(kept, y[kept]):
            train, test = kept[train], kept[test]
            for label, options in DECISIONS.items():
                options = dict(options)
                weight = options.pop("class_weight", None)
                steps = options.pop("steps", None)
                learner = LogisticRegression(max_iter=2000, class_weight=weight)
                augmenter = None if steps is None else MultimodalAugmenter(steps)
                model = MultimodalClassifier(
                    data.modalities,
                    fusion="concat",
                    estimator=clone(learner),
                    augmenter=augmenter,
                    random_state=seed,
                    **options,
                ).fit(X.iloc[train], y[train])
                p = model.predict_proba(X.iloc[test])
                score = balanced_accuracy_score(y[test], model.predict(X.iloc[test]))
                rows.setdefault(label, []).append((score, log_loss(y[test], p)))
    table = []
    for label, found in rows.items():
        mean = np.mean(found, axis=0)
        error = np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
        table.append((label, mean[0], error[0], mean[1], error[1]))
    columns = ["decision", "balanced accuracy", "error", "log loss", "log loss, error"]
    return pd.DataFrame(table, columns=columns).round(4)


def main(quick=False, seeds=10, folder=None, sets=CASES):
    """Return the tables."""
    seeds = 2 if quick else seeds
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        decisions = decisions_table(seeds)
        steps = steps_table(seeds, sets[:1] if quick else sets, folder)
    return {"decisions": decisions, "steps": steps}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--data", help="folder of whole sets")
    options = parser.parse_args()
    found = main(options.quick, options.seeds, options.data)
    for frame in found.values():
        print(frame.to_string())
    if not options.quick:
        from run import write

        write("augmentation", found)
