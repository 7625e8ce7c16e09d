"""The bundled real sets, their learners and scores."""

import numpy as np
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer

from mmensemble import MultimodalClassifier, MultimodalRegressor, datasets

NAMES = (
    "htad",
    "watch",
    "alzheimer",
    "ischemic_stroke",
    "nutrimouse",
    "chicago",
    "nycflights",
    "womens_clothing",
    "mfeat",
    "leaf_flavia",
)


def load(name):
    """Return a bundled set."""
    return getattr(datasets, f"load_{name}")()


def make_model(data, modalities, fusion, learner="linear"):
    """Return an estimator for a set.

    `learner` is "linear" (the default), "logistic" (no tuning) or "boosting".
    """
    regression = data.task == "regression"
    estimator = LogisticRegression(max_iter=2000) if learner == "logistic" else None
    if learner == "boosting":
        boosting = (HistGradientBoostingClassifier, HistGradientBoostingRegressor)
        estimator = boosting[regression](max_iter=30, random_state=0)
    cls = MultimodalRegressor if regression else MultimodalClassifier
    return cls(modalities, fusion=fusion, estimator=estimator, random_state=0)


def splits(data, folds=5):
    """Return the first `folds` outer splits of a set's own splitter."""
    found = data.splitter.split(data.data, data.target, data.groups)
    return [split for split, _ in zip(found, range(folds), strict=False)]


def fit(model, data, X, rows):
    """Fit on some rows, with their groups."""
    groups = None if data.groups is None else np.asarray(data.groups)[rows]
    return model.fit(X.iloc[rows], np.asarray(data.target)[rows], groups=groups)


def score(model, data, X, rows):
    """Return the set's own score of the rows."""
    scorer = get_scorer(data.metric)
    return scorer(model, X.iloc[rows], np.asarray(data.target)[rows])


def hide(X, modalities, absent):
    """Return a copy of `X` in which modality j is missing where ``absent[:, j]``."""
    X = X.copy()
    for (_, _, columns), rows in zip(modalities, absent.T, strict=True):
        for column in columns:
            X[column] = X[column].mask(rows)
    return X


def mean_sd(values):
    """Return "mean ± sd" over the folds."""
    return f"{np.mean(values):.3f} ± {np.std(values, ddof=1):.3f}"
