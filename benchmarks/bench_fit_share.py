"""What a fusion costs beyond its members.

Processor time of each fusion's own fit as a share of that of the members: the
default learner on each modality, fitted to all rows and out of fold. All
fusions are fitted on the same members, in turn, on one thread.
"""

import argparse
from statistics import median

from _timing import show, table
from _together import Together

from mmensemble import MultimodalClassifier, MultimodalRegressor, list_fusions
from mmensemble._compat import limit_threads
from mmensemble.datasets import make_multimodal

N_SAMPLES, N_FEATURES, REPEATS = 5_000, (10, 10, 10, 10), 1
#: Fusions that bring other members than all the rest share.
OWN_MEMBERS = ("auto", "hybrid")
#: name: (estimator, more parameters of the simulator)
TASKS = {
    "2 classes": (MultimodalClassifier, {}),
    "5 classes": (MultimodalClassifier, {"n_classes": 5}),
    "numbers": (MultimodalRegressor, {"task": "regression"}),
}


def shares(name, n_samples, repeats):
    """Return (seconds of the members, {fusion: share}), medians over repeats."""
    cls, options = TASKS[name]
    data = make_multimodal(
        n_samples, n_features=N_FEATURES, missing=0.1, random_state=0, **options
    )
    task = "regression" if cls is MultimodalRegressor else "classification"
    known = list_fusions().drop(index=list(OWN_MEMBERS), errors="ignore")
    served = [short for short, tasks in known["tasks"].items() if task in tasks]
    seconds, found = [], {short: [] for short in served}
    for _ in range(repeats):
        fitted = Together(cls(random_state=0), {short: short for short in served})
        with limit_threads(1):
            fitted.fit(data.data, data.target)
        seconds.append(fitted.seconds_["members"])
        for short, each in found.items():
            each.append(fitted.seconds_[short] / seconds[-1])
    return median(seconds), {short: median(each) for short, each in found.items()}


def main(quick=False):
    """Return the table."""
    sizes = (500, 1) if quick else (N_SAMPLES, REPEATS)
    found = {name: shares(name, *sizes) for name in TASKS}
    rows = []
    levels = list_fusions()["level"].drop(index=list(OWN_MEMBERS), errors="ignore")
    for short, level in levels.items():
        cells = [each.get(short) for _, each in found.values()]
        shown = ["" if cell is None else f"{cell:.1%}" for cell in cells]
        rows.append((short, level, *shown))
    of_decisions = list(levels.index[levels == "decision"])
    for label, names in (
        ("median", list(levels.index)),
        ("median at the decision level", of_decisions),
    ):
        own = [[each[n] for n in names if n in each] for _, each in found.values()]
        rows.append((label, "", *(f"{median(values):.1%}" for values in own)))
    members = [f"{seconds:.1f} s" for seconds, _ in found.values()]
    rows.append(("members themselves", "", *members))
    return table(rows, ("fusion", "level", *TASKS))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
