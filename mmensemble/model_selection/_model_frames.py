"""Frames on one model from its out-of-fold predictions."""

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.metrics import confusion_matrix, roc_auc_score, roc_curve

from mmensemble.model_selection._pooled_task import align_predictions

#: Rows of a bin of a calibration curve, at least; bins, at most.
_BIN_ROWS, _MOST_BINS = 20, 10
#: Presence patterns of fewer rows get no score.
LEAST_ROWS = 20
#: Points of a curve.
_MOST_POINTS = 200


def prediction_frame(folds, y, task):
    """Return one row a prediction: row, fold, truth, prediction, one column an output.

    Parameters
    ----------
    folds : list of FoldCoalitions
        Those that have predictions; the last coalition is complete.
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    task : Task
        Of all rows.

    Returns
    -------
    frame : DataFrame
        `row`, `fold`; for classes `y`, `predicted` and the probability of each class
        as ``("probability", label)`` joined to "probability of label"; for numbers
        `y` and `predicted`, or these of each target.
    """
    parts = []
    for number, fold in enumerate(folds):
        known = align_predictions(fold.predictions[-1], fold.task.classes, task)
        part = {"row": fold.test, "fold": number}
        if task.is_classification:
            part |= {
                "y": y[fold.test],
                "predicted": fold.task.decide(fold.predictions[-1]),
            }
            part |= {
                probability_of(label): known[:, place]
                for place, label in enumerate(task.classes)
            }
        else:
            truth = np.reshape(y[fold.test], (len(fold.test), -1))
            for place, ending in enumerate(endings(task)):
                part[f"y{ending}"] = truth[:, place]
                part[f"predicted{ending}"] = known[:, place]
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def probability_of(label):
    """Return the name of the column that holds the probability of a class."""
    return f"probability of {label}"


def endings(task):
    """Return what stands behind the names of each target's columns."""
    if task.n_outputs == 1:
        return [""]
    return [f" of {label}" for label in task.labels]


def class_frame(y, task):
    """Return rows and share of each class.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
    task : Task
    """
    counts = np.array([(y == label).sum() for label in task.classes])
    return pd.DataFrame(
        {"class": list(task.classes), "rows": counts, "share": counts / len(y)}
    )


def confusion_frame(predictions, task):
    """Return how many rows of each class were taken for each.

    Parameters
    ----------
    predictions : DataFrame
    task : Task

    Returns
    -------
    frame : DataFrame of shape (n_classes, n_classes)
        Index: true classes; columns: what they were taken for.
    """
    counts = confusion_matrix(
        predictions["y"].to_numpy(),
        predictions["predicted"].to_numpy(),
        labels=task.classes,
    )
    index = pd.Index(task.classes, name="class")
    return pd.DataFrame(counts, index=index, columns=task.classes)


def roc_frame(predictions, task, positive=None):
    """Return one ROC curve a class against the others, or that of one class.

    Parameters
    ----------
    predictions : DataFrame
    task : Task
    positive : label, default=None
        The only class with a curve; None: each, and of two the second.

    Returns
    -------
    frame : DataFrame
        `class`, `false_positive_rate`, `true_positive_rate`, `threshold` and `area`;
        empty where a class has all rows or none.
    """
    columns = ["class", "false_positive_rate", "true_positive_rate", "threshold"]
    parts = []
    for label in _positives(task) if positive is None else [positive]:
        truth = (predictions["y"] == label).to_numpy()
        if truth.all() or not truth.any():
            continue
        score = predictions[probability_of(label)].to_numpy()
        curve = np.column_stack(roc_curve(truth, score))
        if len(curve) > _MOST_POINTS:
            kept = np.linspace(0, len(curve) - 1, _MOST_POINTS).round().astype(int)
            curve = curve[kept]
        part = pd.DataFrame(curve, columns=columns[1:])
        part.insert(0, "class", label)
        part["area"] = roc_auc_score(truth, score)
        parts.append(part)
    if not parts:
        return pd.DataFrame(columns=[*columns, "area"])
    return pd.concat(parts, ignore_index=True)


def _positives(task):
    return task.classes[1:] if len(task.classes) == 2 else task.classes


def calibration_frame(predictions, task, positive=None):
    """Return what was promised beside what came true, bin by bin.

    Without a positive class it is, of two classes, the probability of the second; of
    more the probability of the class that is most probable, and how often it is the
    true one.

    Parameters
    ----------
    predictions : DataFrame
    task : Task
    positive : label, default=None
        Class of the probability.

    Returns
    -------
    frame : DataFrame
        Bins of about equally many rows: `rows`, mean `predicted` and `observed` share,
        with the 95 % interval `lower` and `upper` of Wilson (1927).
    """
    known = predictions[[probability_of(label) for label in task.classes]].to_numpy()
    truth = predictions["y"].to_numpy()
    if positive is None and len(task.classes) == 2:
        positive = task.classes[1]
    if positive is not None:
        place = task.classes.tolist().index(positive)
        promised, hit = known[:, place], truth == positive
    else:
        promised, hit = known.max(axis=1), task.classes[known.argmax(axis=1)] == truth
    n_bins = int(np.clip(len(known) // _BIN_ROWS, 1, _MOST_BINS))
    rows = []
    # equal predictions stay in one bin
    edges = np.unique(np.quantile(promised, np.linspace(0, 1, n_bins + 1)[1:-1]))
    which = np.searchsorted(edges, promised, side="right")
    for place in np.unique(which):
        own = which == place
        interval = stats.binomtest(int(hit[own].sum()), int(own.sum())).proportion_ci(
            method="wilson"
        )
        rows.append(
            {
                "rows": int(own.sum()),
                "predicted": promised[own].mean(),
                "observed": hit[own].mean(),
                "lower": interval.low,
                "upper": interval.high,
            }
        )
    return pd.DataFrame(rows)


def pattern_frame(presence, tested, score):
    """Return rows and score by the modalities that rows have.

    Parameters
    ----------
    presence : DataFrame of bool of shape (n_samples, n_modalities)
        Of the whole table.
    tested : ndarray of int of shape (n_predictions,)
        Rows that were predicted.
    score : callable
        ``score(places)`` of predictions at positions; NaN where there is none.

    Returns
    -------
    frame : DataFrame
        `modalities`, names joined by " + "; `rows`, their `share`, and `score`, NaN
        for fewer than 20 rows. The commonest first.
    """
    mask = presence.to_numpy()
    names = np.array(list(map(str, presence.columns)), dtype=object)
    patterns, which = np.unique(mask, axis=0, return_inverse=True)
    which = which.ravel()
    counts = np.bincount(which)
    rows = []
    for place in np.lexsort((-patterns.sum(axis=1), -counts)):
        places = np.flatnonzero(which[tested] == place)
        enough = counts[place] >= LEAST_ROWS and len(places)
        rows.append(
            {
                "modalities": _pattern_name(names, patterns[place]),
                "rows": int(counts[place]),
                "share": counts[place] / len(mask),
                "score": score(places) if enough else np.nan,
            }
        )
    return pd.DataFrame(rows)


def _pattern_name(names, pattern):
    if pattern.all():
        return "all"
    if not pattern.any():
        return "none"
    if (~pattern).sum() < pattern.sum():
        return f"without {', '.join(names[~pattern])}"
    return " + ".join(names[pattern])


def feature_frame(folds, names, modalities):
    """Return how far the score falls when one column is shuffled, out of fold.

    Parameters
    ----------
    folds : list of dict of int to float
        Falls of each fold by position of the column.
    names : list
        Names, or positions, of the table's columns.
    modalities : dict of int to str
        Modalities that read each column.

    Returns
    -------
    frame : DataFrame
        `modality`, `column`, `fall` (mean over all folds; 0 in one where the column
        was not tried), `std_fall` and `n_folds` that tried it. The largest first.
    """
    rows = []
    for position in sorted({p for falls in folds for p in falls}):
        own = np.array([falls.get(position, 0.0) for falls in folds])
        rows.append(
            {
                "modality": modalities.get(position, ""),
                "column": names[position],
                "fall": own.mean(),
                "std_fall": own.std(),
                "n_folds": sum(position in falls for falls in folds),
            }
        )
    columns = ["modality", "column", "fall", "std_fall", "n_folds"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("fall", ascending=False, kind="stable", ignore_index=True)


def rough_contributions(folds, names):
    """Return what each modality adds to nothing and to all others, averaged.

    Where there are too many modalities for the scores of all sets, and so for
    Shapley values.

    Parameters
    ----------
    folds : list of FoldCoalitions
        The first set is empty, then each alone, all but each, and all.
    names : list of str

    Returns
    -------
    frame : DataFrame
        As ``ModalityContributions.frame`` returns it, the Shapley values NaN.
    """
    alone, last = (np.full((len(folds), len(names)), np.nan) for _ in range(2))
    for row, fold in enumerate(folds):
        if fold.scores is None:
            continue
        alone[row] = last[row] = 0.0  # of what a pruner has left out
        n_sets, n_own = len(fold.scores), len(fold.names)
        exact = n_sets == 2**n_own
        for place, name in enumerate(fold.names):
            only = 2**place if exact else 1 + place
            rest = n_sets - 1 - 2**place if exact else 1 + n_own + place
            column = names.index(name)
            alone[row, column] = fold.scores[only] - fold.scores[0]
            last[row, column] = fold.scores[-1] - fold.scores[rest]
    known = np.isfinite(last).all(axis=1)
    read = [name for fold in folds for name in fold.names]
    means = [np.nan] * len(names)
    return pd.DataFrame(
        {
            "modality": names,
            "shapley": np.nan,
            "std_shapley": np.nan,
            "alone": alone[known].mean(axis=0) if known.any() else means,
            "last": last[known].mean(axis=0) if known.any() else means,
            "share": np.nan,
            "n_folds": [read.count(name) for name in names],
        }
    )


def modality_frame(contributions, columns, presence, description, weights):
    """Return one row a modality: its size, its gaps and what it is worth.

    Parameters
    ----------
    contributions : DataFrame
        As ``ModalityContributions.frame`` returns it.
    columns : dict of str to int
        Columns by modality.
    presence : DataFrame of bool of shape (n_samples, n_modalities)
    description : DataFrame
        As ``describe()`` returns it.
    weights : Series or None
        Mean weight by modality.

    Returns
    -------
    frame : DataFrame
        `modality`, `n_columns`, `absent` (share of the rows), `missing` (share of the
        cells), `contribution` with `std_contribution`, `alone`, `last`, and where the
        fusion has them `weight`.
    """
    frame = pd.DataFrame({"modality": list(columns), "n_columns": columns.values()})
    cells = description.groupby("modality")["missing"].mean()
    known = contributions.set_index("modality")
    names = frame["modality"]
    frame["absent"] = 1 - names.map(presence.mean())
    frame["missing"] = names.map(cells)
    words = {"contribution": "shapley", "std_contribution": "std_shapley"}
    for name in ("contribution", "std_contribution", "alone", "last"):
        frame[name] = names.map(known[words.get(name, name)])
    if weights is not None:
        frame["weight"] = names.map(weights)
    order = "contribution" if frame["contribution"].notna().any() else "last"
    return frame.sort_values(order, ascending=False, kind="stable", ignore_index=True)
