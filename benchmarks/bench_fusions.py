"""The best single modality, every fusion and AutoFusion on the bundled sets."""

import argparse
import warnings

import numpy as np
from _sets import NAMES, load, make_model, mean_sd, splits
from _timing import show, table

from mmensemble import compare_fusions

#: Rows to learn from at most, and to be scored on.
MOST_ROWS = 2000
#: Sets of many classes: fewer rows, and no boosting.
SMALL = {"mfeat": 600, "leaf_flavia": 800}
#: Fusions that both kinds of learners are run with, and those that bring their own.
CORE, AUTO = ("concat", "voting", "stacking"), "auto"


def parts(data, name, folds):
    """Return outer splits, each side cut down to a bounded number of rows."""
    most = SMALL.get(name, MOST_ROWS)

    def cut(rows, most, rng):
        if len(rows) <= most:
            return rows
        return np.sort(rng.choice(rows, most, replace=False))

    found = []
    for fold, (train, test) in enumerate(splits(data, folds)):
        rng = np.random.default_rng(fold)
        found.append((cut(train, most, rng), cut(test, MOST_ROWS, rng)))
    return found


def compare(data, rows, fusions, learner, options, **more):
    """Return the scores of each choice, a frame of one row a fold."""
    comparison = compare_fusions(
        make_model(data, data.modalities, "concat", learner),
        data.data,
        np.asarray(data.target),
        fusions=list(fusions),
        scoring=data.metric,
        cv=rows,
        groups=data.groups,
        cache=options.cache,
        **more,
    )
    for failed in comparison.errors().itertuples():
        print(f"  {failed.choice}: {failed.error}", flush=True)
    return comparison.split_scores()


def row(name, options):
    """Return one row of the table."""
    data = load(name)
    rows = parts(data, name, options.folds)
    singles, cells = {}, {}
    for learner in ("linear", "boosting"):
        if learner == "boosting" and name in SMALL:
            continue
        found = compare(data, rows, ["concat"], learner, options, subsets="single")
        alone = [label for label in found if "[" in label]
        singles |= {f"{label[8:-1]}, {learner}": found[label] for label in alone}
        found = compare(data, rows, CORE, learner, options)
        cells |= {f"{label}, {learner}": found[label] for label in found}
    others = [AUTO, *options.fusions]
    found = compare(data, rows, others, "linear", options)
    best = max(singles, key=lambda label: singles[label].mean())
    fused = max(cells, key=lambda label: cells[label].mean())
    line = [name, data.metric, f"{best}: {mean_sd(singles[best])}"]
    line += [f"{fused}: {mean_sd(cells[fused])}"]
    line += [mean_sd(found[label]) if label in found else "–" for label in others]
    line += [differences(found[AUTO], other) for other in (singles[best], cells[fused])]
    print("|", " | ".join(line), "|", flush=True)
    return line


def differences(ours, theirs):
    """Return the mean difference and its standard error over the folds."""
    gap = np.asarray(ours) - np.asarray(theirs)
    return f"{gap.mean():+.3f} ± {gap.std(ddof=1) / np.sqrt(len(gap)):.3f}"


def main(quick=False, options=None):
    """Return the table."""
    options = parse([]) if options is None else options
    if quick:
        options.folds, options.sets = 2, ["nutrimouse"]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")
        warnings.filterwarnings("ignore", "Column .* looks like an identifier")
        warnings.filterwarnings("ignore", "Column .* holds times")
        rows = [row(name, options) for name in options.sets]
    head = ["set", "score", "best single", "best of concat, voting, stacking", AUTO]
    head += [*options.fusions, "auto - single", "auto - fused"]
    return table(rows, head)


def parse(arguments=None):
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--sets", nargs="+", default=list(NAMES))
    parser.add_argument("--fusions", nargs="*", default=[], help="further fusions")
    parser.add_argument("--cache", help="folder that keeps finished work")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    chosen = parse()
    show(main(chosen.quick, chosen))
