"""What the constants of AutoFusion and of imputed heads are worth, one at a time.

Members are fitted once a fold; a constant only changes what is learnt from their
out-of-fold predictions. ``difference`` is the test loss less that at the constant's
own value, by fold; log loss, or squared error in units of the target's variance.
"""

import numpy as np
import pandas as pd
from _sets import load, splits
from sklearn.base import clone

from mmensemble import (
    AutoFusion,
    ConcatFusion,
    MultimodalClassifier,
    MultimodalRegressor,
)
from mmensemble.fusion import _patterns, _shared_stack
from mmensemble.fusion._weights import member_losses, target_matrix
from mmensemble.fusion.both import _auto, _combiners, _trials

SETS = ("alzheimer", "ischemic_stroke", "watch", "htad", "leaf_flavia", "chicago")
#: Rows to learn from and to be scored on, at most.
ROWS = 400
#: Module, constant, and what is tried beside its own value.
COMBINING = [
    (_combiners, "_PENALTY", (0.5, 2.0, 20.0)),
    (_combiners, "_CLASS_PENALTY", (10.0, 30.0, 1000.0)),
    (_shared_stack, "VOTE_ROWS", (1.0, 3.0, 30.0, 100.0)),
    (_trials, "_MOST_REPEATS", (1, 10)),
    (_auto, "_LEAST_SHARE", (0.0, 0.05)),
]
IMPUTING = [(_patterns, "COMPLETE_ENOUGH", (0.0, 0.5, 0.9, 1.01))]


class Keeping(AutoFusion):
    """Keeps its training view, and all members."""

    def _fit(self, data):
        super()._fit(data)
        self.view_, self.unused_members_ = data, frozenset()


class KeepingConcat(ConcatFusion):
    """Keeps its training view."""

    def _fit(self, data):
        super()._fit(data)
        self.view_ = data


def hide(X, modalities, share, rng):
    """Return the table with modalities dropped at random, never all of a row."""
    absent = rng.random((len(X), len(modalities))) < share
    absent[np.arange(len(X)), rng.integers(0, len(modalities), len(X))] = False
    X = X.copy()
    for (_, _, columns), rows in zip(modalities, absent.T, strict=True):
        for column in columns:
            X[column] = X[column].mask(rows)
    return X


def test_loss(fusion, view, y):
    """Return the loss of a fitted fusion on rows of a view."""
    classes = view.task.is_classification
    targets = target_matrix(y, view.task)
    loss = member_losses(
        fusion.predict(view)[:, None], targets, classification=classes
    )[0]
    return loss if classes else loss / targets.var()


def losses_of(name, fold, share, fusion, varied):
    """Yield (constant, value, difference) of one fold of one set."""
    data = load(name)
    rng = np.random.default_rng(fold)
    train, test = splits(data, fold + 1)[fold]
    train, test = (rng.permutation(part)[:ROWS] for part in (train, test))
    X, y = hide(data.data, data.modalities, share, rng), np.asarray(data.target)
    regression = data.task == "regression"
    cls = MultimodalRegressor if regression else MultimodalClassifier
    groups = None if data.groups is None else np.asarray(data.groups)[train]
    model = cls(data.modalities, fusion=fusion, random_state=0)
    model.fit(X.iloc[train], y[train], groups=groups)
    training, view = model.fusion_.view_, model._view(X.iloc[test])
    base = test_loss(model.fusion_, view, y[test])
    for module, constant, values in varied:
        own = getattr(module, constant)
        for value in values:
            try:
                setattr(module, constant, value)
                other = clone(fusion).fit(training)
                yield constant, value, test_loss(other, view, y[test]) - base
            finally:
                setattr(module, constant, own)


def main(quick=False):
    """Return the mean difference of each value over sets and folds."""
    rows = []
    for name in SETS[:1] if quick else SETS:
        for share in (0.3,) if quick else (0.0, 0.3):
            for fold in range(1 if quick else 2):
                cases = [(Keeping("small", n_bootstraps=6), COMBINING)]
                if share:
                    cases.append((KeepingConcat(), IMPUTING))
                for case in cases:
                    found = losses_of(name, fold, share, *case)
                    rows += [(name, share, fold, *line) for line in found]
                print(name, share, fold, flush=True)
    columns = ["set", "hidden", "fold", "constant", "value", "difference"]
    frame = pd.DataFrame(rows, columns=columns)
    groups = frame.groupby(["constant", "value", "hidden"])["difference"]
    table = groups.agg(["mean", "sem", "max"]).reset_index()
    return table.round({"mean": 4, "sem": 4, "max": 4})


if __name__ == "__main__":
    main()
