"""A new source with few labels, beside many rows of others: what their weight gains.

Each domain in turn is the target: some of its rows are labelled, the others are
predicted, and all rows of the other domains stand beside. Scores are accuracy
(watch: subjects), area under the ROC curve (nycflights: days) and R2 (star:
schools; at most 1,500 rows of other schools). Gains are on the plain estimator
fitted to all rows (pooled), ± the standard error over targets. "weight 3" is the
target's rows weighing three times as much as all others, without a choice.

Needs the folder of whole data sets for star: ``bench_sources.py FOLDER``.
"""

import argparse
from time import process_time

import numpy as np
import pandas as pd
from _full_sets import _typed
from _sets import load
from _timing import show, table
from run import write
from scipy import sparse
from sklearn.base import clone
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import get_scorer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalTransformer
from mmensemble.transfer import MultiSourceClassifier, MultiSourceRegressor

MOST_SOURCE_ROWS = 1_500
TREES = {"n_estimators": 50, "random_state": 0}
BOOSTING = {"max_iter": 20, "max_leaf_nodes": 8, "random_state": 0}
CLASSIFIERS = {
    "logistic, C=0.1": make_pipeline(
        StandardScaler(), LogisticRegression(C=0.1, max_iter=2000)
    ),
    "logistic, C=1": make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
    "forest": RandomForestClassifier(**TREES),
    "boosting": HistGradientBoostingClassifier(**BOOSTING),
}
REGRESSORS = {
    "ridge": make_pipeline(StandardScaler(), Ridge(alpha=10.0)),
    "forest": RandomForestRegressor(**TREES),
    "boosting": HistGradientBoostingRegressor(**BOOSTING),
}


def load_star(folder):
    """Return features, targets and schools."""
    data = pd.read_csv(f"{folder}/star/data.csv.gz")
    names = [c for c in data if not c.startswith("__")]
    X = pd.DataFrame({c.replace("::", "__"): _typed(data[c], False) for c in names})
    # the school is the domain
    X = X[[c for c in X if not c.split("__")[1].startswith("school")]]
    return (
        X,
        data["__y__"].to_numpy(dtype=float),
        data["__groups__"].astype(str).to_numpy(),
    )


def numbers(X, y):
    """Return a table's features, of extractors that see no target."""
    found = MultimodalTransformer(fusion="concat").fit_transform(X, y)
    return found.toarray() if sparse.issparse(found) else found


def cases(folder):
    """Yield name, features, targets, domains, scorer, labels and learners."""
    watch = load("watch")
    rows = watch.data.to_numpy(), np.asarray(watch.target), watch.groups.astype(str)
    yield "watch", *rows, "accuracy", (1, 3), CLASSIFIERS
    days = load("nycflights")
    y = np.asarray(days.target)
    rows = numbers(days.data, y), y, days.groups.astype(str)
    some = {k: v for k, v in CLASSIFIERS.items() if k != "logistic, C=1"}
    yield "nycflights", *rows, "roc_auc", (15,), some
    if folder is not None:
        X, y, schools = load_star(folder)
        yield "star", numbers(X, y), y, schools, "r2", (10,), REGRESSORS


def draw(y, rows, n_labels, rng):
    """Return rows to label: so many of each class, or in all."""
    rows = rng.permutation(rows)
    if y.dtype.kind == "f":
        return rows[:n_labels]
    return np.concatenate([rows[y[rows] == label][:n_labels] for label in np.unique(y)])


def methods(estimator, target, classifier):
    """Return the ways to use the sources, by name."""
    cls = MultiSourceClassifier if classifier else MultiSourceRegressor
    options = {
        "chosen": {},
        "chosen, towards the source": {"towards": "source"},
        "weight 0.3": {"weight": 0.3},
        "weight 1": {"weight": 1.0},
        "weight 3": {"weight": 3.0},
        "target only": {"weight": np.inf},
    }
    return {
        name: cls(clone(estimator), target=target, random_state=0, **kw)
        for name, kw in options.items()
    }


def one(X, y, domain, target, n_labels, estimator, scorer, draw_number):
    """Return the score of pooling and of each way, and the weight chosen."""
    rng = np.random.default_rng([draw_number, n_labels])
    rows = np.flatnonzero(domain == target)
    labelled = draw(y, rows, n_labels, rng)
    others = rng.permutation(np.flatnonzero(domain != target))[:MOST_SOURCE_ROWS]
    train, test = np.append(others, labelled), np.setdiff1d(rows, labelled)
    scorer = get_scorer(scorer)
    plain = clone(estimator).fit(X[train], y[train])
    found = {"pooled": scorer(plain, X[test], y[test])}
    for name, model in methods(estimator, target, y.dtype.kind != "f").items():
        start = process_time()
        model.fit(X[train], y[train], domain=domain[train])
        found[name] = scorer(model, X[test], y[test])
        if name == "chosen":
            found["weight"], found["seconds"] = model.weight_, process_time() - start
    return found


def rows_of(name, data, n_labels, learner, options):
    """Return the table's rows for one set, number of labels and learner."""
    X, y, domain, scorer, estimator = data
    targets, counts = np.unique(domain, return_counts=True)
    targets = targets[np.argsort(-counts, kind="stable")][: options.targets]
    runs = [
        {"target": t} | one(X, y, domain, t, n_labels, estimator, scorer, i)
        for t in targets
        for i in range(options.draws if learner not in {"forest", "boosting"} else 1)
    ]
    runs = pd.DataFrame(runs).groupby("target").mean()
    lines = []
    for way in runs.columns.drop(["weight", "seconds"]):
        gain = runs[way] - runs["pooled"]
        error = gain.std(ddof=1) / np.sqrt(len(gain))
        cells = [name, learner, n_labels, way, f"{runs[way].mean():.3f}"]
        cells += [f"{gain.mean():+.3f} ± {error:.3f}"]
        cells += [f"{runs['seconds'].mean():.0f}" if way == "chosen" else ""]
        lines.append(cells)
        print("|", " | ".join(map(str, cells)), "|", flush=True)
    return lines


def main(options):
    """Return the table."""
    lines = []
    for name, *rows, scorer, labels, learners in cases(options.folder):
        if options.sets and name not in options.sets:
            continue
        for n_labels in labels:
            if options.labels and n_labels not in options.labels:
                continue
            for learner, estimator in learners.items():
                if options.learners and learner not in options.learners:
                    continue
                data = (*rows, scorer, estimator)
                lines += rows_of(name, data, n_labels, learner, options)
    head = ["set", "learner", "labels (a class)", "way", "score", "gain on pooled"]
    return table(lines, [*head, "fit (s)"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--sets", nargs="+")
    parser.add_argument("--learners", nargs="+")
    parser.add_argument("--labels", nargs="+", type=int)
    parser.add_argument("--targets", type=int, default=12)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = main(options)
    show(found)
    if options.write:
        write("sources", found)
