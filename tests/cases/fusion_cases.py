"""Small views and tables for the tests of fusions."""

import numpy as np
import pandas as pd

from mmensemble.fusion import FusionData, Member
from mmensemble.learners._task import Task, make_task


def random_probabilities(rng, n_samples, n_members, n_classes):
    """Draw probabilities of shape (n_samples, n_members, n_classes)."""
    return rng.dirichlet(np.ones(n_classes), size=(n_samples, n_members))


def view(predictions, y=None, *, classes=None, prior=None, has_proba=True, **more):
    """Make a view with one member a modality out of predictions with NaN."""
    _, n_members, n_outputs = predictions.shape
    names = tuple(f"m{j}" for j in range(n_members))
    if prior is None and y is not None:
        classifier = classes is not None
        task = make_task(y, classifier=classifier)
    else:
        prior = np.full(n_outputs, 1 / n_outputs) if prior is None else prior
        task = Task(classes, np.asarray(prior, dtype=float))
    return FusionData(
        task=task,
        modalities=names,
        presence=~np.isnan(predictions[:, :, 0]),
        members=tuple(
            Member(name, j, "estimator", has_proba) for j, name in enumerate(names)
        ),
        predictions=predictions,
        y=y,
        **more,
    )


def table(n_samples=90, sizes=(2, 3, 2), n_classes=2, seed=0, missing=0.0):
    """Make a frame of modalities a, b, c and labels 0, 1, …, which it can tell."""
    rng = np.random.default_rng(seed)
    y = np.arange(n_samples) % n_classes
    rng.shuffle(y)
    columns = {}
    for name, size in zip("abcdef", sizes, strict=False):
        shift = rng.normal(size=(n_classes, size))
        values = rng.normal(size=(n_samples, size)) + shift[y]
        if missing:
            values[rng.random(n_samples) < missing] = np.nan
        for j in range(size):
            columns[f"{name}__{j}"] = values[:, j]
    X = pd.DataFrame(columns)
    empty = X.isna().all(axis=1)
    X.loc[empty, "a__0" : f"a__{sizes[0] - 1}"] = 0.0
    return X, y


def numbers(X, n_targets=1, seed=0):
    """Make regression targets from a table."""
    rng = np.random.default_rng(seed)
    coef = rng.normal(size=(X.shape[1], n_targets))
    y = X.fillna(0.0).to_numpy() @ coef + rng.normal(size=(len(X), n_targets))
    return y[:, 0] if n_targets == 1 else y


def by_modality(X, extractor):
    """List the modalities of a table, all with one extractor."""
    names = dict.fromkeys(column.split("__")[0] for column in X)
    return [
        (name, extractor, [c for c in X if c.startswith(f"{name}__")]) for name in names
    ]
