"""Published or independently measured results beside ours: does ours fall behind?

One row a result. "theirs" is what a paper, another library or an independent
measurement on the same data reached, "ours" the mean over seeds or folds with the
reach of its 95 % t interval. A row is behind where the whole of that interval, widened
by theirs where it is known, is on the wrong side; the exit code is 1 if any row is.
Where theirs is another method of the same run, ours is the difference from it and
theirs is 0.

``make evidence`` takes up to half an hour on two cores; ``--quick`` takes fewer seeds
and leaves out what is long. Rows on data that is not bundled need ``--data FOLDER``.
"""

import argparse
import sys
from dataclasses import dataclass
from time import perf_counter

import bench_cooperative
import bench_distillation
import bench_graphs
import bench_htad
import bench_projection
import bench_retrieval
import bench_sources
import bench_spl
import numpy as np
import pandas as pd
from _sets import fit, load, score, splits
from _timing import show, table
from joblib import Parallel, delayed
from run import write
from scipy.stats import t
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalClassifier, StackingFusion
from mmensemble.auxiliary import KnowledgeGraph

#: What floating point leaves of "the same".
SAME = 1e-10


@dataclass(frozen=True)
class Row:
    """One result of others, and how ours is measured.

    Parameters
    ----------
    what : str
        Data and method.
    metric : str
    source : str
        Who measured theirs.
    theirs : float
    run : callable
        Takes the number of seeds or folds, and the folder of data; returns our
        values, one a seed or fold.
    full, quick : int
        Seeds or folds; 0 leaves the row out.
    error : float, default=0
        Standard error of theirs, where it is known.
    lower : bool, default=False
        Whether less is better.
    needs_data : bool, default=False
        Whether the folder of data is needed.
    """

    what: str
    metric: str
    source: str
    theirs: float
    run: object
    full: int
    quick: int
    error: float = 0.0
    lower: bool = False
    needs_data: bool = False

    def measure(self, quick, folder):
        """Return the table's cells."""
        n_runs = self.quick if quick else self.full
        if n_runs == 0 or (self.needs_data and folder is None):
            why = "quick" if n_runs == 0 else "needs --data"
            return [*self._head(), "", "", "", f"not run: {why}", ""]
        start = perf_counter()
        values = np.asarray(self.run(n_runs, folder), dtype=float)
        n_runs, reach = len(values), 0.0
        if n_runs > 1:
            reach = t.ppf(0.975, n_runs - 1) * values.std(ddof=1) / np.sqrt(n_runs)
        seconds = perf_counter() - start
        verdict = self.verdict(values.mean(), reach)
        cells = [_short(values.mean()), _short(reach), n_runs, verdict]
        row = [*self._head(), *cells, f"{seconds:.0f}"]
        print(*row, sep=" | ", file=sys.stderr, flush=True)
        return row

    def verdict(self, mean, reach):
        """Return "ahead", "level" or "behind" of a mean and its interval's reach."""
        gain = (self.theirs - mean) if self.lower else (mean - self.theirs)
        slack = max(np.hypot(reach, 2 * self.error), SAME)
        if gain < -slack:
            return "behind"
        return "ahead" if gain > slack else "level"

    def _head(self):
        theirs = _short(self.theirs)
        theirs += f" ± {_short(2 * self.error)}" if self.error else ""
        return [self.what, self.metric, self.source, theirs]


def _short(value):
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def cooperative(seeds, _):
    """Return errors of cooperative learning on the authors' design."""
    found = []
    for seed in range(seeds):
        X, y, new, mean = bench_cooperative.draw(seed, (2.0, 2.0), 33.0)
        predicted = bench_cooperative.cooperative(X, y).predict(new)
        found.append(np.mean((predicted - mean) ** 2))
    return found


def home_tasks(name):
    """Return what gives the accuracies of a fusion of forests."""
    return lambda folds, _: bench_htad.scores_of(name, folds)


def views_right(seeds, _):
    """Return by how much more views the stack decides rightly than a group lasso."""
    found, signal = [], bench_spl.SHARES > 0
    for seed in range(seeds):
        fits = bench_spl.fits(*bench_spl.draw(200, 0.5, 0.0, seed), 200)
        right = {
            name: (chosen == signal).mean()
            for name, (chosen, _) in fits.items()
            if chosen is not None
        }
        lassos = [value for name, value in right.items() if "group lasso" in name]
        found.append(right["stacking, the default"] - max(lassos))
    return found


def same_as_sklearn(folds, _):
    """Return the largest difference from scikit-learn's stacking of pipelines."""
    data, found = load("alzheimer"), []
    X, y = data.data[[c for c in data.data if c.startswith("plasma")]], data.target
    X = X.select_dtypes("number")
    learner = LogisticRegression(max_iter=5000)
    halves = np.array_split(np.arange(X.shape[1]), 2)
    inner = StratifiedKFold(3, shuffle=True, random_state=0)
    triples = [
        (f"half{k}", StandardScaler(), list(X.columns[own]))
        for k, own in enumerate(halves)
    ]
    ours = MultimodalClassifier(
        triples,
        fusion=StackingFusion(LogisticRegression()),
        estimator=learner,
        cv=inner,
    )
    theirs = StackingClassifier(
        [
            (name, _columns(columns, scaler, learner))
            for name, scaler, columns in triples
        ],
        LogisticRegression(),
        cv=inner,
        stack_method="predict_proba",
    )
    for train, test in splits(data, folds):
        fits = [clone(m).fit(X.iloc[train], y.iloc[train]) for m in (ours, theirs)]
        one, other = (m.predict_proba(X.iloc[test]) for m in fits)
        found.append(np.abs(one - other).max())
    return found


def _columns(columns, scaler, learner):
    return make_pipeline(make_column_transformer((clone(scaler), columns)), learner)


def default_on(name):
    """Return what gives the default's scores on a bundled set."""

    def run(folds, _):
        data = load(name)
        model = MultimodalClassifier(data.modalities, random_state=0)
        found = []
        for train, test in splits(data, folds):
            fit(model, data, data.data, train)
            found.append(score(model, data, data.data, test))
        return found

    return run


def taught(setting):
    """Return what gives the accuracies of a student that imitates its teacher."""
    return lambda seeds, _: bench_distillation.setting_scores(setting, seeds)[:, 2]


def new_subject(targets, _):
    """Return gains of a chosen weight on pooling: watch, three labels a class."""
    found = []
    cases = next(iter(bench_sources.cases(None)))
    X, y, domain = cases[1:4]
    names, counts = np.unique(domain, return_counts=True)
    for target in names[np.argsort(-counts, kind="stable")][:targets]:
        learner = bench_sources.CLASSIFIERS["logistic, C=0.1"]
        scores = bench_sources.one(X, y, domain, target, 3, learner, "accuracy", 0)
        found.append(scores["chosen"] - scores["pooled"])
    return found


def links(seeds, folder):
    """Return reciprocal ranks on umls."""
    parts = bench_graphs.read_umls(folder)
    known = pd.concat(parts.values())
    options = bench_graphs.MODELS["complex, 256 components"]
    return [
        KnowledgeGraph(random_state=seed, **options)
        .fit(parts["train"])
        .evaluate(parts["test"], known=known)
        .loc["both", "mrr"]
        for seed in range(seeds)
    ]


def found_by(name, method, score):
    """Return what gives retrieval scores of a bundled set, by split."""

    def run(splits_, _):
        level = method.partition(",")[0]
        scores = bench_retrieval.measured(name, None, splits_, [(level, 0.0)])[method]
        return np.asarray(scores)[:, {"map": 0, "rr": 1}[score]]

    return run


def generated(name):
    """Return what gives the R2 of absent modalities, by fold."""

    def run(_, __):
        data, parts = bench_projection.open_set(name)
        return bench_projection.fold_scores(data, parts, "auto").mean(axis=1)

    return run


PAPER = "Lopez-Paz et al. 2016"
OTHERS = "measured by others on the same folds"
BEFORE = "a prototype, measured before this library"
ROWS = (
    Row(
        "authors' two-view factor model, cooperative learning",
        "mean squared error",
        "another implementation of Ding et al. 2022",
        1392,
        cooperative,
        10,
        2,
        error=47,
        lower=True,
    ),
    Row(
        "30 views of van Loon et al. 2020, stack against group lasso",
        "views decided rightly, difference",
        "the group lasso, same data",
        0,
        views_right,
        6,
        2,
    ),
    Row(
        "two halves of alzheimer's plasma, stacking",
        "largest difference of probabilities",
        "scikit-learn's StackingClassifier",
        0,
        same_as_sklearn,
        5,
        2,
        lower=True,
    ),
    *(
        Row(
            f"htad, forests, {name}",
            "accuracy",
            OTHERS,
            bench_htad.FUSIONS[name][1],
            home_tasks(name),
            5,
            2 if name == "soft vote" else 0,
        )
        for name in (
            "soft vote",
            "stacking, logistic regression",
            "the same, concatenated member",
        )
    ),
    Row("alzheimer, default", "ROC AUC", OTHERS, 0.894, default_on("alzheimer"), 10, 2),
    Row("htad, default", "accuracy", OTHERS, 0.917, default_on("htad"), 5, 0),
    Row("watch, default", "accuracy", OTHERS, 0.862, default_on("watch"), 5, 0),
    *(
        Row(
            f"generalized distillation, {setting}",
            "accuracy of the student",
            PAPER,
            theirs,
            taught(setting),
            10,
            2,
        )
        for setting, theirs in zip(
            bench_distillation.SETTINGS, (0.95, 0.70, 0.97), strict=True
        )
    ),
    Row(
        "watch, a new subject, three labels a class",
        "gain on pooling",
        BEFORE,
        0.061,
        new_subject,
        10,
        2,
        error=0.009,
    ),
    Row(
        "umls, ComplEx with nuclear-3-norm",
        "filtered reciprocal rank",
        BEFORE,
        0.94,
        links,
        3,
        1,
        needs_data=True,
    ),
    *(
        Row(
            f"{name}, by {level}",
            "mean average precision" if metric == "map" else "reciprocal rank",
            BEFORE,
            theirs,
            found_by(name, method, metric),
            3,
            0,
        )
        for name, level, method, metric, theirs in (
            ("mfeat", "class", "class, blend 0.0", "map", 0.855),
            ("leaf_flavia", "class", "class, blend 0.0", "map", 0.665),
            ("leaf_flavia", "item", "item", "rr", 0.27),
            ("htad", "class", "class, blend 0.0", "map", 0.775),
        )
    ),
    *(
        Row(
            f"{name}, an absent modality from the others",
            "R²",
            BEFORE,
            theirs,
            generated(name),
            3,
            3 if name == "htad" else 0,
        )
        for name, theirs in (("htad", 0.265), ("alzheimer", 0.30))
    ),
)
HEAD = ("what", "metric", "who", "theirs", "ours", "± (95 %)", "runs", "verdict", "s")


def main(quick=False, folder=None, n_jobs=2):
    """Return the table."""
    cells = Parallel(n_jobs=n_jobs)(delayed(row.measure)(quick, folder) for row in ROWS)
    return table(cells, HEAD)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few minutes")
    parser.add_argument("--data", help="folder of whole data sets")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    found = main(options.quick, options.data, options.jobs)
    show(found)
    if not options.quick:
        write("evidence", found)
    sys.exit(int((found["verdict"] == "behind").any()))
