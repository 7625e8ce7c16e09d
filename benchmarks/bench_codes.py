"""Codes of 20 dimensions with a linear head, complete and one modality absent.

Mean accuracy over stratified splits that hold out 30 %, its standard error, the
accuracy where one modality is absent at predict (mean over modalities, a head for
each), how well a fresh forest tells from which modality a code came, and seconds
of a fit. All columns with the same head, and with boosting, stand beside the codes,
so that capacity is not taken for representation.
"""

import argparse
from time import process_time

import numpy as np
import pandas as pd
from _full_sets import load_full
from _sets import hide, load
from run import write
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalClassifier, SharedSpace
from mmensemble.learners._linear import AutoLinearClassifier

SETS = {"htad": None, "mfeat": ("fou", "zer", "mor", "kar"), "leaf_flavia": None}
SPACES = {
    "pca": {"method": "pca"},
    "gcca": {"method": "gcca"},
    "factor": {"method": "factor"},
    "autoencoder": {},
    "vae": {"method": "vae"},
    "autoencoder, class loss": {"supervised": 1.0},
    "vae, class loss": {"method": "vae", "supervised": 1.0},
    "class loss, align 0.1": {"supervised": 1.0, "align": 0.1},
    "class loss, pairs 0.3": {"supervised": 1.0, "pair_loss": 0.3},
    "class loss, adversary 0.3": {"supervised": 1.0, "adversary": 0.3},
    "class loss, pairs cv": {"supervised": 1.0, "pair_loss": "cv"},
    "class loss, adversary cv": {"supervised": 1.0, "adversary": "cv"},
}


def score_space(options, X, y, modalities, train, test):
    """Return accuracies, origin score and seconds of one space on one split."""
    start = process_time()
    space = SharedSpace(
        modalities=modalities, n_components=20, random_state=0, **options
    ).fit(X.iloc[train], y[train])
    seconds, found = process_time() - start, []
    for absent in [None, *range(len(modalities))]:
        rows = np.zeros((len(X), len(modalities)), dtype=bool)
        if absent is not None:
            rows[:, absent] = True
        codes = space.transform(hide(X, modalities, rows))
        head = make_pipeline(StandardScaler(), AutoLinearClassifier())
        found.append(head.fit(codes[train], y[train]).score(codes[test], y[test]))
    return found[0], np.mean(found[1:]), space.discriminator_score_, seconds


def score_columns(learner, X, y, modalities, train, test):
    """Return the accuracy of a learner on all columns, complete rows only."""
    start = process_time()
    model = MultimodalClassifier(modalities, fusion="concat", estimator=learner)
    model.fit(X.iloc[train], y[train])
    seconds = process_time() - start
    return model.score(X.iloc[test], y[test]), np.nan, np.nan, seconds


def main(quick=False, folder=None):
    """Return the table."""
    rows = []
    for name, chosen in list(SETS.items())[: 1 if quick else None]:
        data = load(name) if folder is None else load_full(name, folder)
        y = np.asarray(data.target)
        modalities = [m for m in data.modalities if chosen is None or m[0] in chosen]
        splitter = StratifiedShuffleSplit(
            2 if quick else 5, test_size=0.3, random_state=0
        )
        splits = list(splitter.split(y, y))
        boosting = HistGradientBoostingClassifier(max_iter=60, random_state=0)
        columns = {"all columns, linear": None, "all columns, boosting": boosting}
        cases = [(score_columns, label, own) for label, own in columns.items()]
        cases += [(score_space, label, own) for label, own in SPACES.items()]
        for score, label, own in cases:
            found = [score(own, data.data, y, modalities, *split) for split in splits]
            mean = np.mean(found, axis=0)
            error = np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
            rows.append((name, label, *np.ravel([mean[:3], error[:3]], "F"), mean[3]))
            print(*rows[-1], flush=True)
    names = ["complete", "one absent", "origin"]
    columns = [f"{n}{e}" for n in names for e in ("", ", error")]
    table = pd.DataFrame(rows, columns=["set", "codes", *columns, "fit (s)"]).round(4)
    return table


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--data", help="folder of the whole sets")
    given = parser.parse_args()
    found = main(given.quick, given.data)
    if not given.quick:
        write("codes", found)
