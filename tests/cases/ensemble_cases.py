"""Small tables, recording members and comparisons for the tests of ensembles."""

from copy import deepcopy

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.base import TransformerMixin as Transforms
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

from mmensemble import (
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
    VotingFusion,
)

FUSIONS = ["concat", "voting", "stacking"]
#: A vote that learns its weights from out-of-fold predictions.
LEARNT = VotingFusion(weights="score")
SIZES = {"a": 2, "b": 3, "c": 2}


def make_table(n_samples=60, n_classes=2, seed=0, missing=0.0, sizes=None):
    """Make a frame of modalities a, b, c and labels 0, 1, ... that it can tell."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n_samples) % n_classes)
    columns = {}
    for name, size in (sizes or SIZES).items():
        shift = rng.normal(size=(n_classes, size))
        values = rng.normal(size=(n_samples, size)) + shift[y]
        values[rng.random(n_samples) < missing] = np.nan
        columns |= {f"{name}__{j}": values[:, j] for j in range(size)}
    return pd.DataFrame(columns), y


def make_numbers(X, n_targets=1, seed=0):
    """Make regression targets from a table."""
    rng = np.random.default_rng(seed)
    coef = rng.normal(size=(X.shape[1], n_targets))
    y = X.fillna(0.0).to_numpy() @ coef + rng.normal(size=(len(X), n_targets))
    return y[:, 0] if n_targets == 1 else y


def hide(X, modality, rows):
    """Return a copy of the frame in which `rows` lack `modality`."""
    X = X.copy()
    X.loc[X.index[rows], columns_of(X, modality)] = np.nan
    return X


def columns_of(X, modality):
    """List the columns of a modality."""
    return [column for column in X if column.startswith(f"{modality}__")]


def triples(X, extractor=None):
    """List the modalities of a frame, all with one extractor."""
    extractor = StandardScaler() if extractor is None else extractor
    names = dict.fromkeys(column.split("__")[0] for column in X)
    return [(name, extractor, columns_of(X, name)) for name in names]


def classifier(X, fusion="voting", extractor=None, **params):
    """Make a cheap classifier on the modalities of a frame."""
    params = {"estimator": LogisticRegression(), "cv": 3, "random_state": 0} | params
    return MultimodalClassifier(triples(X, extractor), fusion=fusion, **params)


def regressor(X, fusion="voting", extractor=None, **params):
    """Make a cheap regressor on the modalities of a frame."""
    params = {"estimator": Ridge(), "cv": 3, "random_state": 0} | params
    return MultimodalRegressor(triples(X, extractor), fusion=fusion, **params)


def transformer(X, fusion="concat", extractor=None, **params):
    """Make a cheap transformer on the modalities of a frame."""
    params = {"estimator": LogisticRegression(), "cv": 3, "random_state": 0} | params
    return MultimodalTransformer(triples(X, extractor), fusion=fusion, **params)


def fit_view(model, X, y, **metadata):
    """Fit a model; return the view of its training rows, with held-out predictions."""
    seen = []
    original = model._fit

    def spy(*args, **kwargs):
        seen.append(original(*args, **kwargs | {"held_out": True}))
        return seen[-1]

    model._fit = spy
    try:
        model.fit(X, y, **metadata)
    finally:
        del model._fit
    return seen[0]


class Recorder(BaseEstimator):
    """Keeps the keyword arguments and the first column of every `fit`.

    The log is shared by all clones.
    """

    def __init__(self, log=None):
        self.log = log

    def __sklearn_clone__(self):
        copy = type(self)(self.log)
        if "_metadata_request" in vars(self):
            copy._metadata_request = deepcopy(self._metadata_request)
        return copy

    def _note(self, X, y, **metadata):
        values = np.asarray(X, dtype=float)
        given = {key: value for key, value in metadata.items() if value is not None}
        self.log.append((type(self).__name__, values[:, 0].copy(), given))


class RecordingClassifier(ClassifierMixin, Recorder):
    """A constant classifier that keeps what it is fitted on."""

    def fit(self, X, y, sample_weight=None):
        """Keep the ids in the first column, and the weights."""
        self._note(X, y, sample_weight=sample_weight)
        self.classes_, counts = np.unique(y, return_counts=True)
        self.prior_ = counts / counts.sum()
        return self

    def predict_proba(self, X):
        """Note the ids predicted; return the prior."""
        self.log.append(("predict", np.asarray(X, dtype=float)[:, 0].copy(), {}))
        return np.tile(self.prior_, (len(X), 1))

    def predict(self, X):
        """Return the commonest class."""
        return np.repeat(self.classes_[self.prior_.argmax()], len(X))


class RecordingRegressor(RegressorMixin, Recorder):
    """A constant regressor that keeps what it is fitted on."""

    def fit(self, X, y, sample_weight=None):
        """Keep the ids in the first column, and the weights."""
        self._note(X, y, sample_weight=sample_weight)
        self.mean_ = np.mean(y, axis=0)
        return self

    def predict(self, X):
        """Return the mean."""
        return np.repeat(self.mean_, len(X))


class RecordingExtractor(Transforms, Recorder):
    """Hands the columns on and keeps what it is fitted on."""

    def fit(self, X, y=None, sample_weight=None):
        """Keep the ids in the first column, and the weights."""
        self._note(X, y, sample_weight=sample_weight)
        self.n_features_ = X.shape[1]
        return self

    def transform(self, X):
        """Return the columns as they are."""
        return np.asarray(X, dtype=float)


class NoWeights(ClassifierMixin, BaseEstimator):
    """A constant classifier whose `fit` takes no weights."""

    def fit(self, X, y):
        """Remember the classes."""
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        """Return equal shares."""
        return np.full((X.shape[0], len(self.classes_)), 1 / len(self.classes_))

    def predict(self, X):
        """Return the first class."""
        return np.repeat(self.classes_[:1], X.shape[0])


def assert_same_state(one, two, path="state"):
    """Compare fitted objects recursively, arrays bit by bit."""
    assert type(one) is type(two), path
    if isinstance(one, np.ndarray) and one.dtype != object:
        np.testing.assert_array_equal(one, two, err_msg=path)
    elif sparse.issparse(one):
        assert (one != two).nnz == 0, path
    elif isinstance(one, dict):
        assert list(one) == list(two), path
        for key in one:
            assert_same_state(one[key], two[key], f"{path}[{key!r}]")
    elif isinstance(one, list | tuple | np.ndarray):
        assert len(one) == len(two), path
        for position, (left, right) in enumerate(zip(one, two, strict=True)):
            assert_same_state(left, right, f"{path}[{position}]")
    elif hasattr(one, "__dict__") and not isinstance(one, type) and not callable(one):
        assert_same_state(vars(one), vars(two), f"{path}.{type(one).__name__}")
    elif isinstance(one, float):
        assert one == two or (np.isnan(one) and np.isnan(two)), path
    elif not callable(one):
        assert one == two, path
