"""Single modalities, concatenation, voting and stacking on the bundled sets."""

import argparse

import numpy as np
from _sets import NAMES, fit, load, make_model, mean_sd, score, splits
from _timing import show, table

#: Sets of so many classes that boosting takes minutes a fold.
SLOW = ("leaf_flavia", "mfeat")
FUSIONS = ("concat", "voting", "stacking")


def scores(data, modalities, fusion, learner):
    """Return the scores over the folds."""
    found = []
    for train, test in splits(data):
        model = fit(
            make_model(data, modalities, fusion, learner), data, data.data, train
        )
        found.append(score(model, data, data.data, test))
    return found


def row(name, learner):
    """Return one row: the best single modality and every fusion."""
    data = load(name)
    singles = {
        modality[0]: scores(data, [modality], "concat", learner)
        for modality in data.modalities
    }
    best = max(singles, key=lambda key: np.mean(singles[key]))
    fused = [mean_sd(scores(data, data.modalities, f, learner)) for f in FUSIONS]
    cells = (name, data.metric, learner, best, mean_sd(singles[best]), *fused)
    print("|", " | ".join(cells), "|", flush=True)
    return cells


def main(quick=False):
    """Return the table."""
    names = ("nutrimouse", "alzheimer") if quick else NAMES
    rows = [
        row(name, learner)
        for name in names
        for learner in ("linear", "boosting")
        if learner == "linear" or name not in SLOW
    ]
    head = ("set", "score", "learners", "best single", "its score", *FUSIONS)
    return table(rows, head)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
