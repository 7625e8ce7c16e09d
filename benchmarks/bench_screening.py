"""Members given up after the first fold: what that saves, and what it costs.

AutoFusion as it is, and with every member fitted for every fold; processor time of
`fit`, one after the other, the set's own score and the loss (log loss or squared error)
of rows of other folds. Differences are of the mean over folds, with standard errors;
the ratio is of the sums of seconds. Whole sets, cut down to ``--rows`` training rows:

    python benchmarks/bench_screening.py FOLDER [--sets chicago] [--rows 3000]
"""

import argparse
import warnings
from time import process_time

import numpy as np
from _full_sets import load_full
from _sets import fit, make_model, splits
from _timing import show, table
from run import beside, write
from sklearn.metrics import get_scorer

from mmensemble import AutoFusion

SETS = ("chicago", "nycflights", "womens_clothing")
#: Rows to be scored on at most.
MOST_TEST = 3000


class Everyone(AutoFusion):
    """Fits every member for every fold."""

    def races(self, task, n_rows):
        """Give nobody up."""
        return False


def run_fold(data, train, test):
    """Return score, loss and seconds of both, and how many members went on."""
    y, found = np.asarray(data.target)[test], []
    X = data.data.iloc[test]
    loss = "neg_mean_squared_error" if data.task == "regression" else "neg_log_loss"
    for fusion in (Everyone(), AutoFusion()):
        model = make_model(data, data.modalities, fusion)
        start = process_time()
        fit(model, data, data.data, train)
        spent = process_time() - start
        scores = [get_scorer(name)(model, X, y) for name in (data.metric, loss)]
        found += [scores[0], -scores[1], spent]
    return found


def row(name, options):
    """Return one row of the table."""
    data, runs = load_full(name, options.folder), []
    for fold, (train, test) in enumerate(splits(data, options.folds)):
        rng = np.random.default_rng(fold)
        parts = (train, options.rows), (test, MOST_TEST)
        cut = [np.sort(rng.permutation(rows)[:most]) for rows, most in parts]
        runs.append(run_fold(data, *cut))
        print(name, fold, np.round(runs[-1], 3), flush=True)
    runs = np.array(runs)
    line = [name, data.metric, min(options.rows, len(train)), len(runs)]
    line += [f"{runs[:, k].mean():.4f}" for k in (0, 3)]
    for k in (0, 1):
        gap = runs[:, 3 + k] - runs[:, k]
        line.append(f"{gap.mean():+.4f} ± {gap.std(ddof=1) / np.sqrt(len(gap)):.4f}")
    seconds = runs[:, [2, 5]].sum(axis=0)
    return [*line, f"{seconds[0] / seconds[1]:.2f}"]


def main(options):
    """Return the table."""
    warnings.simplefilter("ignore")
    head = ["set", "score", "rows", "folds", "everyone", "screened"]
    head += ["score, difference", "loss, difference", "times faster"]
    return table([row(name, options) for name in options.sets], head)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="other sets' rows stay")
    options = parser.parse_args()
    found = main(options)
    show(found)
    if options.write:
        write("screening", {"": beside("screening", found, ["set", "rows"])})
