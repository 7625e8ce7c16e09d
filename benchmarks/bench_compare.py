"""`compare_fusions` beside `GridSearchCV`: members fitted once a fold, or for each.

Times are processor seconds of one process, so that other work hardly counts; both
are run in turn, fold by fold.
"""

import argparse
from time import process_time

import numpy as np
from _timing import show, table
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from mmensemble import (
    ConcatFusion,
    MultimodalClassifier,
    SelectionFusion,
    StackingFusion,
    VotingFusion,
    compare_fusions,
)
from mmensemble.datasets import make_multimodal
from mmensemble.modality._columns import resolve_modalities

NAMES = [f"m{k}" for k in range(6)]
#: No row lacks a modality here, so that stacking needs no models for such rows.
WHOLE = {"max_patterns": 1}
FUSIONS = {
    "concat": ConcatFusion(),
    "voting": VotingFusion(),
    "voting by score": VotingFusion(weights="score"),
    "voting, optimised": VotingFusion(weights="optimize"),
    "stacking": StackingFusion(**WHOLE),
    "stacking, logistic": StackingFusion(LogisticRegression(), **WHOLE),
    "stacking, indicator": StackingFusion(LogisticRegression(), missing="indicator"),
    "stacking, logits": StackingFusion(LogisticRegression(), inputs="logits", **WHOLE),
}
#: Fusions whose members serve every set of modalities.
DECISION = [name for name in FUSIONS if name != "concat"]
FOLDS = StratifiedKFold(5)


def timed(work):
    """Return processor seconds and the result."""
    start = process_time()
    result = work()
    return process_time() - start, result


def grid_scores(model, X, y, candidates, cv):
    """Return the scores of candidates by `GridSearchCV`, (candidates, folds)."""
    grid = [{name: [value] for name, value in own.items()} for own in candidates]
    search = GridSearchCV(
        model,
        grid,
        cv=cv,
        refit=False,
        scoring="neg_log_loss",
    ).fit(X, y)
    folds = [f"split{k}_test_score" for k in range(search.n_splits_)]
    return np.array([search.cv_results_[name] for name in folds])


def bench_fusions(model, X, y, what, fusions):
    """Eight fusions, five folds: both in full, in turn, the same scores."""
    grid_time, own_time, apart = 0.0, 0.0, 0.0
    candidates = [{"fusion": fusion} for fusion in fusions.values()]
    for split in FOLDS.split(X, y):
        seconds, expected = timed(
            lambda split=split: grid_scores(model, X, y, candidates, [split])
        )
        grid_time += seconds
        seconds, found = timed(
            lambda split=split: compare_fusions(
                model, X, y, fusions=fusions, cv=[split], scoring="neg_log_loss"
            )
        )
        own_time += seconds
        apart = max(apart, np.abs(found.split_scores().to_numpy() - expected).max())
    return row_of(f"{what} × 5 folds", grid_time, own_time, apart)


def bench_subsets(model, X, y, names, n_sampled, rng):
    """All 63 sets at decision level; `GridSearchCV` on a sample, scaled up."""
    fusions = {name: FUSIONS[name] for name in names}
    modalities = {m[0]: m for m in resolve_modalities("auto", X)}
    grid_time, own_time, apart = 0.0, 0.0, 0.0
    splits = list(FOLDS.split(X, y))
    for fold, split in enumerate(splits):
        seconds, found = timed(
            lambda split=split: compare_fusions(
                model,
                X,
                y,
                fusions=fusions,
                subsets="all",
                cv=[split],
                scoring="neg_log_loss",
            )
        )
        own_time += seconds
        scores = found.split_scores().iloc[0]
        for place in sampled(found.choices, n_sampled, rng)[fold :: len(splits)]:
            choice = found.choices[place]
            candidate = {
                "fusion": choice.fusion,
                "modalities": [modalities[m] for m in choice.subset or NAMES],
            }
            seconds, expected = timed(
                lambda c=candidate, s=split: grid_scores(model, X, y, [c], [s])
            )
            grid_time += seconds
            apart = max(apart, abs(scores.iloc[place] - expected[0, 0]))
    grid_time *= len(found.choices) * len(splits) / n_sampled
    what = f"{len(names)} fusions × 63 sets × 5 folds"
    return row_of(what, grid_time, own_time, apart)


def sampled(choices, number, rng):
    """Return places of choices: fusions and sizes of sets as often as in the whole."""
    sizes = [len(choice.subset or NAMES) for choice in choices]
    order = sorted(range(len(choices)), key=sizes.__getitem__)
    step = len(choices) / number
    return [order[int((k + rng.random()) * step)] for k in range(number)]


def row_of(what, grid_time, own_time, apart):
    """Return one row of the table."""
    ratio = f"{grid_time / own_time:.1f}"
    return [what, f"{grid_time:.0f}", f"{own_time:.0f}", ratio, f"{apart:.0e}"]


COLUMNS = [
    "what",
    "GridSearchCV (s)",
    "compare_fusions (s)",
    "times faster",
    "largest difference",
]


def main(quick=False):
    """Return the table."""
    n_rows, n_trees, n_sampled = (60, 2, 5) if quick else (400, 100, 20)
    names = ["voting"] if quick else DECISION
    data = make_multimodal(
        n_samples=n_rows, n_features=dict.fromkeys(NAMES, 10), random_state=0
    )
    model = MultimodalClassifier(
        estimator=RandomForestClassifier(n_trees), random_state=0
    )
    X, y = data.data, data.target
    clone(model).fit(X, y)
    of_decisions = {name: FUSIONS[name] for name in DECISION}
    of_decisions["selection"] = SelectionFusion()
    rows = [
        bench_fusions(model, X, y, "8 fusions", FUSIONS),
        bench_fusions(model, X, y, "8 fusions at decision level", of_decisions),
        bench_subsets(model, X, y, names, n_sampled, np.random.default_rng(0)),
    ]
    return table(rows, COLUMNS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
