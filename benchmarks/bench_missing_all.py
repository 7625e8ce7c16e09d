"""Every fusion, and rows that lack modalities.

First table: one fitted model with a subset of modalities present at predict,
beside a model trained on that subset alone. Second table: score against the
share of cells (row, modality) that are missing, at fit and at predict.
"""

import argparse
from collections import defaultdict

import numpy as np
from _sets import hide, load, make_model, splits
from _timing import show, table
from _together import Together, row_scores

from mmensemble import (
    AttentionFusion,
    AutoFusion,
    ConcatFusion,
    CooperativeFusion,
    DynamicFusion,
    EvidenceFusion,
    FeatureGatingFusion,
    GatingFusion,
    HybridFusion,
    KernelFusion,
    SelectionFusion,
    SharedSpaceFusion,
    StackingFusion,
    VotingFusion,
    WeightedFusion,
)

DECISION = {
    "dynamic": DynamicFusion(),
    "gating": GatingFusion(),
    "selection": SelectionFusion(),
    "stacking": StackingFusion(),
    "voting": VotingFusion(),
}
FEATURE = {
    "attention": AttentionFusion(),
    "concat": ConcatFusion(),
    "cooperative": CooperativeFusion(),
    "feature_gating": FeatureGatingFusion(),
    "kernel": KernelFusion(),
    "shared, pca": SharedSpaceFusion(),
    "shared, mcca": SharedSpaceFusion("mcca"),
    "shared, factor": SharedSpaceFusion("factor"),
    "weighted": WeightedFusion(),
}
#: Fusions that bring members of their own.
OWN = {"auto": AutoFusion(), "hybrid": HybridFusion()}
SUBSET_SETS = ("htad", "watch")
CURVE_SETS = ("leaf_flavia", "chicago")
SHARES = (0.0, 0.1, 0.25, 0.5, 0.75)
FOLDS, CURVE_FOLDS = 3, 2
#: Most training rows of a point of the curve.
MOST_ROWS = 800
#: Species of leaf_flavia that the curve keeps.
N_SPECIES = 6


def classes_only():
    """Return the decision-level fusions of classes."""
    return {**DECISION, "evidence": EvidenceFusion()}


def fit_all(data, modalities, rows, X, only=()):
    """Return decision-level fusions with logistic members, others with the default."""
    classes = data.task == "classification"
    decision = classes_only() if classes else DECISION
    learner = "logistic" if classes else "linear"
    y = np.asarray(data.target)[rows]
    groups = None if data.groups is None else np.asarray(data.groups)[rows]
    fitted = []
    parts = [(decision, learner), (FEATURE, "linear")]
    parts += [({name: fusion}, "linear") for name, fusion in OWN.items()]
    for fusions, own in parts:
        fusions = {k: v for k, v in fusions.items() if not only or k in only}
        if fusions:
            model = make_model(data, modalities, "voting", own)
            fitted.append(Together(model, fusions).fit(X.iloc[rows], y, groups))
    return fitted


def predict_all(fitted, X):
    """Return predictions by name of fusion."""
    return {k: v for part in fitted for k, v in part.predict(X).items()}


def subset_rows(name, only=()):
    """Return the rows of the first table of a set."""
    data = load(name)
    y = np.asarray(data.target)
    gaps, scores = defaultdict(list), defaultdict(list)
    for train, test in splits(data, FOLDS):
        one = fit_all(data, data.modalities, train, data.data, only)
        for m, modality in enumerate(data.modalities):
            absent = np.ones((len(y), len(data.modalities)), dtype=bool)
            absent[:, m] = False
            seen = hide(data.data, data.modalities, absent).iloc[test]
            got = predict_all(one, seen)
            own = fit_all(data, [modality], train, data.data, only)
            alone = predict_all(own, data.data.iloc[test])
            for fusion in got:
                pair = (
                    row_scores(y[test], got[fusion]),
                    row_scores(y[test], alone[fusion]),
                )
                scores[fusion, modality[0]].append([part.mean() for part in pair])
                gaps[fusion, modality[0]].append((pair[0] - pair[1], test))
    rows = []
    for (fusion, modality), found in sorted(scores.items()):
        shared, own = np.mean(found, axis=0)
        error = standard_error(gaps[fusion, modality], data.groups)
        gap = shared - own
        cells = f"{shared:.3f}", f"{own:.3f}", f"{gap:+.3f}", f"{error:.3f}"
        verdict = "yes" if gap >= -2 * error else "no"
        rows.append((name, fusion, modality, *cells, verdict))
    return rows


def standard_error(parts, groups):
    """Standard error of the mean difference, of groups where there are any."""
    values = np.concatenate([gap for gap, _ in parts])
    where = np.concatenate([test for _, test in parts])
    labels = where if groups is None else np.asarray(groups)[where]
    codes = np.unique(labels, return_inverse=True)[1]
    sums = np.bincount(codes, weights=values - values.mean())
    n_clusters = len(sums)
    return np.sqrt((sums**2).sum() * n_clusters / (n_clusters - 1)) / len(values)


def cells_missing(n_rows, n_modalities, share, seed=0):
    """Return which cells are missing: a share of all, at least one a row kept."""
    rng = np.random.default_rng(seed)
    absent = np.zeros((n_rows, n_modalities), dtype=bool)
    order = rng.random(absent.shape).argsort(axis=1)
    may = np.argwhere(order > 0)
    n_hidden = round(share * absent.size)
    chosen = may[rng.permutation(len(may))[:n_hidden]]
    absent[tuple(chosen.T)] = True
    return absent


def curve_rows(name, only=()):
    """Return the rows of the second table of a set."""
    data = load(name)
    y = np.asarray(data.target)
    species = np.unique(y)[:N_SPECIES] if data.task == "classification" else None
    found = defaultdict(lambda: defaultdict(list))
    for train, test in splits(data, CURVE_FOLDS):
        if species is not None:
            train, test = (rows[np.isin(y[rows], species)] for rows in (train, test))
        step = -(-len(train) // MOST_ROWS)
        train = train[::step]
        for share in SHARES:
            absent = cells_missing(len(y), len(data.modalities), share)
            X = hide(data.data, data.modalities, absent)
            fitted = fit_all(data, data.modalities, train, X, only)
            for fusion, out in predict_all(fitted, X.iloc[test]).items():
                found[fusion][share].append(row_scores(y[test], out).mean())
    return [
        (name, fusion, *(f"{np.mean(by_share[share]):.3f}" for share in SHARES))
        for fusion, by_share in sorted(found.items())
    ]


def main(quick=False, only=()):
    """Return both tables."""
    sets = (SUBSET_SETS[:1], CURVE_SETS[:1]) if quick else (SUBSET_SETS, CURVE_SETS)
    first = table(
        [row for name in sets[0] for row in subset_rows(name, only)],
        (
            "set",
            "fusion",
            "present at predict",
            "one model",
            "its own model",
            "difference",
            "standard error",
            "within two",
        ),
    )
    second = table(
        [row for name in sets[1] for row in curve_rows(name, only)],
        ("set", "fusion", *(f"{share:.0%} missing" for share in SHARES)),
    )
    return {"subsets": first, "curves": second}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--fusions", nargs="+", default=(), help="only some")
    chosen = parser.parse_args()
    show(main(chosen.quick, chosen.fusions))
