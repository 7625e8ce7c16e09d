"""One model for every presence pattern, and rows that lack modalities.

First table: the one fitted model with only a subset of modalities present at
predict, beside a model trained on that subset alone. Second table: modalities
dropped at random from half of the rows, at fit and at predict.
"""

import argparse
from itertools import combinations

import numpy as np
from _sets import fit, hide, load, make_model, mean_sd, score, splits
from _timing import show, table

from mmensemble import ConcatFusion, StackingFusion, VotingFusion

FUSIONS = {
    "voting": VotingFusion(),
    "voting, optimised": VotingFusion(weights="optimize"),
    "stacking": StackingFusion(),
    "concat": ConcatFusion(),
    "concat, imputed": ConcatFusion(missing="impute"),
    "concat, dropout": ConcatFusion(missing="dropout"),
}
LEARNERS = {"logistic": tuple(FUSIONS), "boosting": ("voting", "stacking", "concat")}
SETS = ("htad", "alzheimer", "watch")


def echo(rows):
    """Print rows as they come, and return them."""
    for row in rows:
        print("|", " | ".join(row), "|", flush=True)
    return rows


def subsets_of(n_modalities):
    """Return the non-empty subsets, largest first."""
    everyone = range(n_modalities)
    return [s for k in range(n_modalities, 0, -1) for s in combinations(everyone, k)]


def subset_scores(data, fusion, learner):
    """Return {subset: (scores of the one model, scores of a model of its own)}."""
    found = {s: ([], []) for s in subsets_of(len(data.modalities))}
    for train, test in splits(data):
        one = fit(
            make_model(data, data.modalities, fusion, learner), data, data.data, train
        )
        for subset, (shared, alone) in found.items():
            absent = np.ones((len(data.data), len(data.modalities)), dtype=bool)
            absent[:, subset] = False
            seen = hide(data.data, data.modalities, absent)
            shared.append(score(one, data, seen, test))
            kept = [data.modalities[m] for m in subset]
            own = fit(make_model(data, kept, fusion, learner), data, data.data, train)
            alone.append(score(own, data, data.data, test))
    return found


def subset_rows(name, learner, fusion):
    """Return the rows of the first table for one set and fusion."""
    data = load(name)
    rows = []
    for subset, (one, own) in subset_scores(data, FUSIONS[fusion], learner).items():
        error = np.std(own, ddof=1) / np.sqrt(len(own))
        gap = np.mean(one) - np.mean(own)
        present = " + ".join(data.modalities[m][0] for m in subset)
        rows.append(
            (
                name,
                learner,
                fusion,
                present,
                f"{np.mean(one):.3f}",
                f"{np.mean(own):.3f}",
                f"{gap:+.3f}",
                f"{error:.3f}",
                "yes" if gap >= -error else "no",
            )
        )
    return rows


def drop_at_random(data, share=0.5, seed=0):
    """Return the table with some modalities, never all, gone from half of the rows."""
    rng = np.random.default_rng(seed)
    n_modalities = len(data.modalities)
    absent = np.zeros((len(data.data), n_modalities), dtype=bool)
    for row in np.flatnonzero(rng.random(len(absent)) < share):
        n_hidden = rng.integers(1, n_modalities)
        absent[row, rng.choice(n_modalities, n_hidden, replace=False)] = True
    return hide(data.data, data.modalities, absent)


def dropped_row(name, learner, fusion):
    """Return one row of the second table."""
    data = load(name)
    holed = drop_at_random(data)
    whole, on_whole, on_holed = [], [], []
    for train, test in splits(data):
        model = make_model(data, data.modalities, FUSIONS[fusion], learner)
        whole.append(score(fit(model, data, data.data, train), data, data.data, test))
        fit(model, data, holed, train)
        on_whole.append(score(model, data, data.data, test))
        on_holed.append(score(model, data, holed, test))
    loss = np.mean(whole) - np.mean(on_whole)
    cells = (mean_sd(whole), mean_sd(on_whole), f"{loss:+.3f}", mean_sd(on_holed))
    return name, learner, fusion, *cells


def main(quick=False):
    """Return both tables."""
    cases = [
        (name, learner, fusion)
        for name in (("alzheimer",) if quick else SETS)
        for learner, fusions in LEARNERS.items()
        for fusion in fusions
    ]
    first = [row for case in cases for row in echo(subset_rows(*case))]
    second = [row for case in cases for row in echo([dropped_row(*case)])]
    head = (
        "set",
        "learners",
        "fusion",
        "present at predict",
        "one model",
        "its own model",
        "difference",
        "standard error",
        "within one",
    )
    head_two = (
        "set",
        "learners",
        "fusion",
        "complete at fit and predict",
        "holes at fit, complete at predict",
        "loss",
        "holes at fit and predict",
    )
    return {"subsets": table(first, head), "dropped": table(second, head_two)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
