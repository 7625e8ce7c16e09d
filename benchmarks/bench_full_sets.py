"""AutoFusion on whole data sets beside the floors that were measured for them.

The floors are scikit-learn's own linear and boosting models, untuned, the better
of the two in each cell, from the table that comes with the data:

    python benchmarks/bench_full_sets.py FOLDER [--sets htad watch] [--folds 5]
"""

import argparse
import warnings
from time import perf_counter

import numpy as np
from _full_sets import load_full
from _sets import fit, make_model, splits
from _timing import show, table
from sklearn.metrics import get_scorer

#: set: (best single modality, concatenation, average, stacking), NaN: not run.
FLOORS = {
    "mfeat": (0.975, 0.987, 0.983, 0.992),
    "htad": (0.859, 0.915, 0.917, 0.857),
    "watch": (0.816, 0.862, 0.843, 0.839),
    "leaf_flavia": (0.869, 0.940, 0.919, 0.964),
    "alzheimer": (0.843, 0.894, 0.871, 0.887),
    "ischemic_stroke": (0.665, 0.679, 0.685, 0.618),
    "nutrimouse": (0.960, 0.904, 0.904, 0.956),
    "chicago": (0.923, 0.882, 0.598, np.nan),
    "nycflights": (0.669, 0.724, 0.706, np.nan),
    "womens_clothing": (0.947, 0.960, 0.959, np.nan),
}


def row(name, options):
    """Return one row of the table."""
    data = load_full(name, options.folder)
    scorer, scores, seconds = get_scorer(data.metric), [], []
    for train, test in splits(data, options.folds):
        model = make_model(data, data.modalities, "auto")
        start = perf_counter()
        fit(model, data, data.data, train)
        seconds.append(perf_counter() - start)
        X, y = data.data.iloc[test], np.asarray(data.target)[test]
        scores.append(scorer(model, X, y))
    single, *fused = FLOORS[name]
    mean, error = np.mean(scores), np.std(scores, ddof=1) / np.sqrt(len(scores))
    best = np.nanmax([single, *fused])
    line = [name, data.metric, f"{single:.3f}", f"{best:.3f}"]
    line += [f"{mean:.3f} ± {error:.3f}"]
    line += ["yes" if mean > single + error else "no"]
    line += ["yes" if mean >= best - error else "no", f"{np.mean(seconds):.0f}"]
    print("|", " | ".join(line), "|", flush=True)
    return line


def main(options):
    """Return the table."""
    warnings.filterwarnings("ignore", "The least populated class")
    warnings.filterwarnings("ignore", "Column .* looks like an identifier")
    warnings.filterwarnings("ignore", "Column .* holds times")
    head = ["set", "score", "best single", "best cell", "AutoFusion ± s.e."]
    head += ["above the best single", "reaches the best cell", "fit (s)"]
    return table([row(name, options) for name in options.sets], head)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--sets", nargs="+", default=list(FLOORS))
    parser.add_argument("--folds", type=int, default=5)
    show(main(parser.parse_args()))
