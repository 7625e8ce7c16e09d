"""Few labels, many rows without: what pseudo-labels of modalities gain.

A quarter of the rows is predicted, labels stand in a share of the others
(``StratifiedKFold(round(1 / share))``), over seeds; accuracy (alzheimer: area under
the ROC curve) ± standard error. Gains are on the supervised pool, the same model
without the unlabelled rows, seed by seed. Beside it: equal votes, co-training,
tri-training, and on all features together scikit-learn's label spreading and its
self-training of a logistic regression. All but "guarded" are without guard.

Needs the folder of whole data sets: ``bench_pseudo_labels.py --data FOLDER``. With
``--sets`` the rows of other sets stay in the table. ``--fresh`` takes seeds from 100
on, which no rule was chosen on, and a table of their own, ``pseudo_labels_fresh``.
"""

import argparse
import warnings
from pathlib import Path
from time import process_time

import numpy as np
from _full_sets import load_full
from _timing import show, table
from run import RESULTS, beside, write
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.semi_supervised import LabelSpreading, SelfTrainingClassifier

from mmensemble import (
    CoTraining,
    MultimodalClassifier,
    MultimodalSelfTraining,
    MultimodalTransformer,
    StackingFusion,
)

#: Set, modalities or None for all, share of labels, scorer.
CASES = (
    ("htad", None, 0.05, "accuracy"),
    ("htad", None, 0.1, "accuracy"),
    ("alzheimer", None, 0.2, "roc_auc"),
    ("mfeat", ("fou", "zer", "kar"), 0.05, "accuracy"),
    ("leaf_flavia", None, 0.1, "accuracy"),
)
#: The first of the seeds that nothing was chosen on.
FRESH = 100


def own_ways(modalities, scoring):
    """Return our estimators by name."""
    pool = StackingFusion(concat_member=True)
    base = MultimodalClassifier(modalities, fusion=pool, cv=3, random_state=0)
    given = {"random_state": 0, "scoring": scoring}
    free = given | {"guard": False}
    ways = {
        "supervised pool": base,
        "supervised votes": clone(base).set_params(fusion="voting"),
    }
    for labels in ("pool", "adversarial", "hard", "entropy"):
        ways[labels] = MultimodalSelfTraining(base, labels=labels, **free)
    ways["adversarial, guarded"] = MultimodalSelfTraining(base, **given)
    ways["pool, guarded"] = MultimodalSelfTraining(base, labels="pool", **given)
    ways["co-training"] = CoTraining(base, **free)
    ways["tri-training"] = CoTraining(base, method="tri", **free)
    ways["co-training, guarded"] = CoTraining(base, **given)
    return ways


def others(modalities):
    """Return scikit-learn's estimators on all features side by side."""
    features = MultimodalTransformer(modalities, fusion="concat")
    logistic = SelfTrainingClassifier(LogisticRegression(max_iter=2000), threshold=0.9)
    spreading = LabelSpreading(kernel="knn", n_neighbors=7)
    scaled = (clone(features), StandardScaler())
    return {
        "label spreading": make_pipeline(*scaled, spreading),
        "scikit-learn's self-training": make_pipeline(*scaled, logistic),
    }


def run_seed(data, modalities, share, scorer, seed, limit):
    """Return the score of each way on one seed, and seconds of ours."""
    X, y = data.data, np.unique(data.target, return_inverse=True)[1]
    train, test = train_test_split(
        np.arange(len(y)), test_size=0.25, stratify=y, random_state=seed
    )
    folds = StratifiedKFold(round(1 / share), shuffle=True, random_state=seed)
    labelled = next(folds.split(train, y[train]))[1]
    hidden = np.full(len(train), -1)
    hidden[labelled] = y[train][labelled]
    scorer, found = get_scorer(scorer), {}
    for name, model in own_ways(modalities, scorer).items():
        if limit and name not in limit:
            continue
        start = process_time()
        if "supervised" in name:
            model.fit(X.iloc[train[labelled]], y[train[labelled]])
        else:
            model.set_params(missing_label=-1).fit(X.iloc[train], hidden)
        found[name] = scorer(model, X.iloc[test], y[test]), process_time() - start
    for name, model in others(modalities).items():
        start = process_time()
        model.fit(X.iloc[train], hidden)
        found[name] = scorer(model, X.iloc[test], y[test]), process_time() - start
    return found


def lines_of(name, share, runs):
    """Return the table's rows of one set."""
    lines = []
    base = np.array([run["supervised pool"][0] for run in runs])
    for way in runs[0]:
        scores, seconds = np.array([run[way] for run in runs]).T
        cells = [f"{values.mean():.3f} ± {_error(values):.3f}" for values in (scores,)]
        gain = scores - base
        cells.append(f"{gain.mean():+.3f} ± {_error(gain):.3f}")
        lines.append([name, share, way, *cells, len(runs), f"{seconds.mean():.1f}"])
        print(lines[-1], flush=True)
    return lines


def _error(values):
    return values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan


def main(options):
    """Return the table."""
    warnings.simplefilter("ignore")
    lines, first = [], FRESH if options.fresh else 0
    for name, wanted, share, scorer in CASES:
        if options.sets and name not in options.sets:
            continue
        data = load_full(name, options.data)
        known = data.modalities
        modalities = known if wanted is None else [m for m in known if m[0] in wanted]
        runs = [
            run_seed(data, modalities, share, scorer, seed, options.ways)
            for seed in range(first, first + options.seeds)
        ]
        lines += lines_of(name, share, runs)
    head = ["set", "labels", "way", "score", "gain on the supervised pool", "seeds"]
    return table(lines, [*head, "fit (s)"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of whole data sets")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sets", nargs="+")
    parser.add_argument("--ways", nargs="+", help="only these of ours")
    parser.add_argument("--fresh", action="store_true", help="seeds from 100 on")
    parser.add_argument("--folder", type=Path, default=RESULTS)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = main(options)
    show(found)
    if options.write:
        key = "fresh" if options.fresh else ""
        name = f"pseudo_labels_{key}".removesuffix("_")
        whole = beside(name, found, ["set", "labels", "way"], options.folder)
        write("pseudo_labels", {key: whole}, options.folder)
