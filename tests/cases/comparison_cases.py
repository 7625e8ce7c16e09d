"""Small tables and fusions for the tests of comparisons."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import get_scorer
from sklearn.preprocessing import StandardScaler

from mmensemble import (
    MultimodalClassifier,
    MultimodalRegressor,
    VotingFusion,
)
from mmensemble.learners._task import make_task
from mmensemble.model_selection import FusionComparison
from mmensemble.model_selection._choices import Choice
from mmensemble.model_selection._fold import FoldResult, Outcome

SIZES = {"a": 2, "b": 3, "c": 2}


class Fails(VotingFusion):
    """A vote that always fails."""

    def _fit(self, data):
        raise ValueError("no luck")


class FailsOnce(VotingFusion):
    """A vote that fails where row 0 is in training."""

    def _fit(self, data):
        super()._fit(data)
        if data.n_samples % 2:
            raise RuntimeError("an odd number of rows")


def make_data(n_samples=60, seed=0, missing=0.1, *, regression=False):
    """Make a frame of modalities a, b, c and a target that all of them know."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n_samples) % 2)
    columns = {}
    for name, size in SIZES.items():
        values = rng.normal(size=(n_samples, size)) + 0.7 * y[:, None]
        if name != "a":
            values[rng.random(n_samples) < missing] = np.nan
        columns |= {f"{name}__{j}": values[:, j] for j in range(size)}
    X = pd.DataFrame(columns)
    if regression:
        return X, X.fillna(0).sum(axis=1).to_numpy() + rng.normal(size=n_samples)
    return X, np.array(["no", "yes"])[y]


def modalities(extractor=None):
    """List the modalities of the frame."""
    extractor = StandardScaler() if extractor is None else extractor
    return [
        (name, extractor, [f"{name}__{j}" for j in range(size)])
        for name, size in SIZES.items()
    ]


def classifier(**params):
    """Make a cheap classifier."""
    params = {"estimator": LogisticRegression(), "cv": 3, "random_state": 0} | params
    return MultimodalClassifier(modalities(), **params)


def regressor(**params):
    """Make a cheap regressor."""
    params = {"estimator": Ridge(), "cv": 3, "random_state": 0} | params
    return MultimodalRegressor(modalities(), **params)


def made(scores, *, singles=None, modalities=("a", "b", "c"), n_test=10, **options):
    """Make a comparison of given accuracies, one list of folds a choice; None fails.

    A choice is named "fusion" or "fusion [a + b]"; predictions have as many hits as
    the accuracy says.
    """
    n_folds = len(next(folds for folds in scores.values() if folds is not None))
    y = np.arange(max(n_folds, 2) * n_test) % 2
    task = make_task(y, classifier=True)
    choices, results = [], []
    for label in scores:
        name, _, rest = label.partition(" [")
        subset = tuple(rest.rstrip("]").split(" + ")) if rest else None
        choices.append(Choice(name, VotingFusion(), subset))
    for fold in range(n_folds):
        test = np.arange(fold * n_test, (fold + 1) * n_test)
        train = np.setdiff1d(np.arange(len(y)), test)
        outcomes = [outcome(folds, fold, y[test]) for folds in scores.values()]
        alone = {
            name: outcome(folds, fold, y[test])
            for name, folds in (singles or {}).items()
        }
        results.append(FoldResult(train, test, outcomes, alone, task, n_fits=1))
    given = {"scorer": get_scorer("accuracy"), "scoring": "accuracy"} | options
    return FusionComparison(choices, list(modalities), results, y, **given)


def outcome(folds, fold, y):
    """Make the outcome of one choice on one fold."""
    if folds is None:
        return Outcome(error="ValueError: <b>no</b>")
    right = np.arange(len(y)) < round(folds[fold] * len(y))
    predictions = np.eye(2)[np.where(right, y, 1 - y)]
    return Outcome(predictions, 1.0, 0.1, {"score": folds[fold]})
