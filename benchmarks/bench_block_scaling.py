"""What concatenation divides its blocks by, with the default learner and few rows.

Each bundled set's own score, mean over draws of ``--rows`` training rows (three
quarters of smaller sets), of plain concatenation, of both ways to divide blocks, of
what "auto" takes, and of voting; gains on plain concatenation with standard errors.
"""

import argparse
import warnings

import numpy as np
from _sets import NAMES, load, make_model
from _timing import show, table
from bench_patterns import split
from sklearn.metrics import get_scorer

from mmensemble import ConcatFusion, VotingFusion

WAYS = {
    "none": ConcatFusion(None),
    "frobenius": ConcatFusion("frobenius"),
    "first_singular_value": ConcatFusion("first_singular_value"),
    "auto": ConcatFusion("auto"),
    "voting": VotingFusion(),
}
MOST_SHARE = 0.75


def scores(data, n_rows, seed):
    """Return the score of each way on one draw."""
    train, test = split(data, n_rows, seed)
    X, y = data.data, np.asarray(data.target)
    groups = None if data.groups is None else np.asarray(data.groups)[train]
    found = []
    for fusion in WAYS.values():
        model = make_model(data, data.modalities, fusion)
        model.fit(X.iloc[train], y[train], groups=groups)
        found.append(get_scorer(data.metric)(model, X.iloc[test], y[test]))
    return found


def lines_of(name, n_rows, seeds):
    """Return the table's rows of one set."""
    data = load(name)
    n_rows = min(n_rows, int(MOST_SHARE * len(data.target)))
    runs = np.array([scores(data, n_rows, seed) for seed in range(seeds)])
    lines = []
    for position, way in enumerate(WAYS):
        gain = runs[:, position] - runs[:, 0]
        error = gain.std(ddof=1) / np.sqrt(seeds)
        cells = f"{runs[:, position].mean():.3f}", f"{gain.mean():+.3f} ± {error:.3f}"
        lines.append([name, n_rows, way, *cells])
        print(*lines[-1], flush=True)
    return lines


def main(quick=False, seeds=10, n_rows=100, sets=NAMES):
    """Return the table."""
    warnings.simplefilter("ignore")
    seeds, sets = (2, ["alzheimer"]) if quick else (seeds, sets)
    lines = [line for name in sets for line in lines_of(name, n_rows, seeds)]
    return table(lines, ["set", "rows", "blocks divided by", "score", "gain on none"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--sets", nargs="+", default=NAMES)
    options = parser.parse_args()
    found = main(options.quick, options.seeds, options.rows, options.sets)
    show(found)
    if not options.quick:
        from run import beside, write

        by = ["set", "rows", "blocks divided by"]
        write("block_scaling", {"": beside("block_scaling", found, by)})
