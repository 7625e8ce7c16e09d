"""Augmentation beside mere repetition of rows, and decisions for rare classes.

``steps``: forests of 200 trees on few rows, accuracy, mean and standard error over
seeds: as they are, with each row repeated, and with changed copies. ``gain`` is
against repetition, row sets paired. ``decisions``: logistic regression, balanced
accuracy and log loss; alzheimer thinned to a twelfth of positives, ten times 2 folds;
leaf_flavia, 30 rows a class to learn from, but 3 of every other one. ``auto``: what
``augmenter="auto"`` chooses on 100 rows of each bundled set (of half of the days or
subjects, where there are few; half of nutrimouse and ischemic_stroke), linear learner,
the set's own score.
"""

import argparse
import warnings

import numpy as np
import pandas as pd
from _full_sets import load_full
from _sets import NAMES, load
from _thinned import rare_classes, rare_positives
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import balanced_accuracy_score, get_scorer, log_loss
from sklearn.model_selection import StratifiedShuffleSplit

from mmensemble import MultimodalClassifier, MultimodalRegressor
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
TABLES = ("decisions", "auto", "steps")
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
#: Rows to learn from for "auto", and to be scored on at most.
N_TRAIN, N_TEST = 100, 1000


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
    return np.std(values, axis=0, ddof=1) / np.sqrt(len(values))


def decisions_table(seeds):
    """Return the table of decisions."""
    table = []
    for name, drawn in (("alzheimer", rare_positives), ("leaf_flavia", rare_classes)):
        data = load(name)
        y = np.unique(np.asarray(data.target), return_inverse=True)[1]
        found = {}
        for seed in range(seeds):
            for train, test in drawn(y, seed):
                for label, options in DECISIONS.items():
                    scores = decided(data, y, train, test, options, seed)
                    found.setdefault(label, []).append(scores)
        for label, scores in found.items():
            cells = np.transpose([np.mean(scores, axis=0), _error(scores)])
            table.append((name, label, *cells.ravel()))
            print(*table[-1], flush=True)
    columns = ["balanced accuracy", "error", "log loss", "log loss, error"]
    return pd.DataFrame(table, columns=["set", "decision", *columns]).round(4)


def decided(data, y, train, test, options, seed):
    """Return balanced accuracy and log loss of one way to decide."""
    options = dict(options)
    weight = options.pop("class_weight", None)
    steps = options.pop("steps", None)
    model = MultimodalClassifier(
        data.modalities,
        fusion="concat",
        estimator=LogisticRegression(max_iter=2000, class_weight=weight),
        augmenter=None if steps is None else MultimodalAugmenter(steps),
        random_state=seed,
        **options,
    ).fit(data.data.iloc[train], y[train])
    rows = data.data.iloc[test]
    score = balanced_accuracy_score(y[test], model.predict(rows))
    return score, log_loss(y[test], model.predict_proba(rows), labels=model.classes_)


def few_rows(data, seed):
    """Return rows to learn from and to be scored on, of different groups."""
    rng = np.random.default_rng(seed)
    n = len(data.target)
    if data.groups is not None and len(np.unique(data.groups)) < n / 100:
        groups = np.asarray(data.groups)
        named = rng.permutation(np.unique(groups))
        half = np.isin(groups, named[: len(named) // 2])
        pools = np.flatnonzero(half), np.flatnonzero(~half)
        train, test = (rng.permutation(pool) for pool in pools)
        return train[:N_TRAIN], test[:N_TEST]
    if data.task == "regression":
        order = rng.permutation(n)
        return order[:N_TRAIN], order[N_TRAIN:][:N_TEST]
    splitter = StratifiedShuffleSplit(
        1,
        train_size=min(N_TRAIN, n // 2),
        test_size=min(N_TEST, n - min(N_TRAIN, n // 2)),
        random_state=seed,
    )
    return next(splitter.split(data.data, data.target))


def auto_table(seeds, names=NAMES):
    """Return the table of what is chosen."""
    rows = []
    for name in names:
        data = load(name)
        X, y = data.data, np.asarray(data.target)
        regression = data.task == "regression"
        cls = MultimodalRegressor if regression else MultimodalClassifier
        learner = Ridge() if regression else LogisticRegression(max_iter=2000)
        found, taken = {}, []
        for seed in range(seeds):
            train, test = few_rows(data, seed)
            for augmenter in (None, "auto"):
                model = cls(
                    data.modalities,
                    fusion="concat",
                    estimator=clone(learner),
                    augmenter=augmenter,
                    random_state=seed,
                ).fit(X.iloc[train], y[train])
                score = get_scorer(data.metric)(model, X.iloc[test], y[test])
                found.setdefault(augmenter, []).append(score)
            taken.append(model.augmenter_ is not None)
        gain = np.subtract(found["auto"], found[None])
        scores = np.mean(found[None]), np.mean(found["auto"])
        cells = [*scores, gain.mean(), _error(gain), gain.min(), np.mean(taken)]
        rows.append((name, data.metric, len(train), *cells))
        print(*rows[-1], flush=True)
    columns = ["set", "metric", "rows", "none", "auto", "gain", "error", "worst"]
    return pd.DataFrame(rows, columns=[*columns, "taken"]).round(4)


def main(quick=False, seeds=10, folder=None, sets=NAMES, tables=TABLES):
    """Return the tables."""
    seeds = 2 if quick else seeds
    last = 1 if quick else None
    cases = [case for case in CASES if case[0] in sets]
    makers = {
        "decisions": lambda: decisions_table(seeds),
        "auto": lambda: auto_table(seeds, sets[:last]),
        "steps": lambda: steps_table(seeds, cases[:last], folder),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: makers[name]() for name in tables}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--data", help="folder of whole sets")
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=TABLES)
    parser.add_argument("--sets", nargs="+", default=NAMES, help="other rows stay")
    options = parser.parse_args()
    given = options.quick, options.seeds, options.data, options.sets, options.tables
    found = main(*given)
    for frame in found.values():
        print(frame.to_string())
    if not options.quick:
        from run import beside, write

        for key in set(found) & {"auto", "steps"}:
            found[key] = beside(f"augmentation_{key}", found[key], ["set"])
        write("augmentation", found)
