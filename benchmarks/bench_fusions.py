"""Every fusion, the best single modality and AutoFusion on the bundled sets."""

import argparse
import warnings

import numpy as np
from _sets import NAMES, fit, load, make_model, mean_sd, score, splits
from _timing import table

from mmensemble.fusion import FUSIONS

#: Rows to learn from at most, and to be scored on.
MOST_ROWS = 2000
#: Sets of many classes, on which some fusions take minutes a fold.
SMALL = {"mfeat": 600, "leaf_flavia": 800}
#: Fusions that come last in the table, with learners of their own.
AUTO = "auto"


def parts(data, name, folds):
    """Return outer splits, each side cut down to a bounded number of rows."""
    most = SMALL.get(name, MOST_ROWS)
    rng = np.random.default_rng(0)

    def cut(rows, most):
        if len(rows) <= most:
            return rows
        return np.sort(rng.choice(rows, most, replace=False))

    return [
        (cut(train, most), cut(test, MOST_ROWS)) for train, test in splits(data, folds)
    ]


def scores(data, modalities, fusion, rows):
    """Return the scores over the folds, or None where the fusion does not suit."""
    found = []
    for train, test in rows:
        try:
            model = fit(make_model(data, modalities, fusion), data, data.data, train)
        except ValueError as error:
            print(f"  {fusion}: {error}", flush=True)
            return None
        found.append(score(model, data, data.data, test))
    return found


def row(name, folds):
    """Return one row: the best single modality, every fusion, and the best of all."""
    data = load(name)
    rows = parts(data, name, folds)
    singles = {
        modality[0]: scores(data, [modality], "concat", rows)
        for modality in data.modalities
    }
    best = max(singles, key=lambda key: np.mean(singles[key]))
    cells = [name, data.metric, f"{best} {mean_sd(singles[best])}"]
    for fusion in fusions():
        found = scores(data, data.modalities, fusion, rows)
        cells.append("–" if found is None else mean_sd(found))
        print(f"  {name} {fusion}: {cells[-1]}", flush=True)
    print("|", " | ".join(cells), "|", flush=True)
    return cells


def fusions():
    """Return short names, that of AutoFusion last."""
    return [name for name in sorted(FUSIONS) if name != AUTO] + [AUTO]


def main(quick=False):
    """Return the table as Markdown."""
    names = ("nutrimouse", "alzheimer") if quick else NAMES
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")
        rows = [row(name, 2 if quick else 5) for name in names]
    return table(rows, ("set", "score", "best single", *fusions()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    print(main(parser.parse_args().quick))
